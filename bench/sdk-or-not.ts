// Loaded before an example (`node --import`): what it gets as `@talea/sdk` is OpenTelemetry's own batching exporter, and
// beside it the SDK's processor, unless BENCH_SDK=without. So both ways export spans alike, and differ in what the SDK
// adds: the announcements.

import { registerHooks } from "node:module";

const STAND_IN = `
  import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
  import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
  import { TaleaSpanProcessor as Live } from "@talea/sdk";
  export class TaleaSpanProcessor extends BatchSpanProcessor {
    #live = process.env["BENCH_SDK"] === "without" ? undefined : new Live();
    constructor() {
      super({ exporter: new OTLPTraceExporter() });
    }
    onStart(span, context) {
      super.onStart(span, context);
      this.#live?.onStart(span, context);
    }
    onEnd(span) {
      super.onEnd(span);
      this.#live?.onEnd(span);
    }
    async shutdown() {
      await Promise.all([super.shutdown(), this.#live?.shutdown()]);
    }
  }`;
const STAND_IN_URL = `data:text/javascript,${encodeURIComponent(STAND_IN)}`;

registerHooks({
  resolve: (specifier, context, next) => {
    if (context.parentURL === STAND_IN_URL) return next(specifier, { ...context, parentURL: import.meta.url });
    return specifier === "@talea/sdk" ? { url: STAND_IN_URL, shortCircuit: true } : next(specifier, context);
  },
});
