// A process that starts and ends spans and prints what one takes, in µs: node bench/sdk-spans.ts bare|processor|exporting URL

import { trace } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { TaleaSpanProcessor } from "../sdk/src/index.ts";

const WARM_UP = 20_000;
const SPANS = 20_000;
const ROUNDS = 10;

const [set = "bare", endpoint] = process.argv.slice(2);
process.env["OTEL_LOGS_EXPORTER"] = process.env["OTEL_METRICS_EXPORTER"] = "none";
const nothing = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
const processor = set === "bare" ? nothing : new TaleaSpanProcessor({ endpoint, exportSpans: set === "exporting" });
new NodeSDK({ serviceName: "bench", spanProcessors: [processor] }).start();
const tracer = trace.getTracer("bench");

/** As an instrumentation of a model call makes them. */
function span(i: number): void {
  const open = tracer.startSpan("chat gpt-4o", {
    attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.provider.name": "openai" },
  });
  open.setAttribute("gen_ai.usage.input_tokens", i);
  open.setAttribute("gen_ai.usage.output_tokens", 120);
  open.end();
}

for (let i = 0; i < WARM_UP; i++) span(i);
let bestUs = Number.POSITIVE_INFINITY;
for (let round = 0; round < ROUNDS; round++) {
  // What hangs on the loop (timers, requests) runs here and is not measured as part of a span.
  await new Promise((resolve) => setTimeout(resolve, 30));
  const before = performance.now();
  for (let i = 0; i < SPANS; i++) span(i);
  bestUs = Math.min(bestUs, ((performance.now() - before) * 1000) / SPANS);
}
console.log(bestUs.toFixed(3));
process.exit();
