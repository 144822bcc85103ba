// OpenTelemetry as a user has it, for one test, and a receiver that it sends to.

import { context, propagation, trace } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { shutdown, TaleaSpanProcessor, type TaleaSpanProcessorOptions } from "../../sdk/src/index.ts";
import { Receiver } from "./receiver.ts";

export interface Observed extends AsyncDisposable {
  readonly receiver: Receiver;
  readonly processor: TaleaSpanProcessor;
}

// The test's process sends traces alone, and those through the SDK.
process.env["OTEL_LOGS_EXPORTER"] = "none";
process.env["OTEL_METRICS_EXPORTER"] = "none";

export async function observed(options: TaleaSpanProcessorOptions = { exportSpans: true }): Promise<Observed> {
  const receiver = await Receiver.start();
  const processor = new TaleaSpanProcessor({ endpoint: receiver.url, ...options });
  const sdk = new NodeSDK({ serviceName: "under-test", spanProcessors: [processor] });
  sdk.start();
  return {
    receiver,
    processor,
    [Symbol.asyncDispose]: async () => {
      await shutdown(100);
      await sdk.shutdown();
      for (const api of [trace, context, propagation]) api.disable();
      await receiver[Symbol.asyncDispose]();
    },
  };
}
