// How long taking in one span takes on the main thread, from protobuf bytes to Native blocks, without disk or network.
//   node bench/ingest-cpu.ts [seconds]

import { systemClock } from "../src/base/time.ts";
import { ContentWriter } from "../src/ingest/contents.ts";
import { GroupCommit } from "../src/ingest/group-commit.ts";
import { KeyTable } from "../src/ingest/otlp/key-table.ts";
import { SpanWriter } from "../src/ingest/otlp/span-writer.ts";
import { TextCache } from "../src/ingest/otlp/text-cache.ts";
import { TraceIntake } from "../src/ingest/otlp/traces.ts";
import { Pricing } from "../src/ingest/pricing.ts";
import { RunTraceWriter } from "../src/ingest/run-traces.ts";
import { Random, SpanBody } from "./spans.ts";

const seconds = Number(process.argv[2] ?? 5);
let blockBytes = 0;
let offset = 0;
const commit = new GroupCommit({
  log: {
    next: () => ++offset,
    append: async (blocks) => {
      for (const { block } of blocks) blockBytes += block.length;
    },
  },
  clock: systemClock,
  onCommitted: () => undefined,
  onFailed: () => undefined,
});
const writer = new SpanWriter(new ContentWriter(), new RunTraceWriter(), new Pricing());
const keys = new KeyTable();
const intake = new TraceIntake({ commit, clock: systemClock, keys, texts: new TextCache(), writer });
const body = new SpanBody(50, new Random(1));
console.log(`${body.spans} spans a body, ${(body.bytes.length / body.spans).toFixed(0)} bytes a span`);

let spans = 0;
let makingMs = 0;
const startedAt = performance.now();
while (performance.now() - startedAt < seconds * 1000) {
  const before = performance.now();
  body.renew(Date.now() - 20_000);
  makingMs += performance.now() - before;
  const outcome = await intake.take(body.bytes, "default");
  spans += outcome.accepted;
  if (outcome.rejected > 0) throw new Error(outcome.message);
}
const elapsedMs = performance.now() - startedAt;
const usPerSpan = ((elapsedMs - makingMs) * 1000) / spans;
console.log(`making a span ${((makingMs * 1000) / spans).toFixed(2)} µs`);
console.log(
  `taking it in ${usPerSpan.toFixed(2)} µs: ${Math.round(1e6 / usPerSpan)} spans/s of one core, ${(blockBytes / spans).toFixed(0)} block bytes a span`,
);
