// A program of agents as people instrument it: the OpenTelemetry SDK, set up by nothing but its environment variables.
// Prints the id of its trace.

import { context, logs, metrics, SpanStatusCode, trace } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";

const sdk = new NodeSDK();
sdk.start();

const tracer = trace.getTracer("exporter-program", "1.2.3");
const logger = logs.getLogger("exporter-program");
const meter = metrics.getMeter("exporter-program");
const orders = meter.createCounter("orders", { unit: "{order}", description: "Orders taken" });
const weights = meter.createHistogram("weights", { unit: "kg" });
const stock = meter.createGauge("stock");

const root = tracer.startSpan("invoke_agent planner", {
  attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner", "app.large": 2 ** 53 },
});
const inside = trace.setSpan(context.active(), root);

const call = tracer.startSpan(
  "chat m-1",
  {
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "acme",
      "gen_ai.request.model": "m-1",
      "gen_ai.usage.input_tokens": 120,
      "gen_ai.usage.output_tokens": 30,
      "app.list": ["a", "b"],
    },
  },
  inside,
);
call.end();

const tool = tracer.startSpan(
  "execute_tool search",
  { attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" } },
  inside,
);
tool.recordException(new TypeError("nothing was found"));
tool.setStatus({ code: SpanStatusCode.ERROR, message: "nothing was found" });
tool.end();

logger.emit({ eventName: "order.taken", body: { order: 7, tags: ["x"] }, attributes: { size: 3 }, context: inside });
logger.emit({ body: "a line of log", severityNumber: 17, context: inside });
for (const weight of [1, 2, 3, 400]) {
  orders.add(2, { shop: "north" });
  weights.record(weight, { shop: "north" });
}
stock.record(41.5, { shop: "north" });
root.end();

// A program goes on when its telemetry is refused.
await sdk.shutdown().catch((error: Error) => console.error(error.message));
console.log(root.spanContext().traceId);
