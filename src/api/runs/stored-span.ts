import { present } from "../../base/present.ts";
import { formatInstant } from "../../base/time.ts";
import { costShape } from "../../jobs/runs/present.ts";
import type { Span } from "../../model/shapes.ts";
import { SPAN_TRAITS } from "../../model/vocabulary.ts";
import type { Row } from "../../store/native/block-reader.ts";
import { storedKind, storedSpanStatus } from "../../store/queries/spans.ts";

import { attributesOf } from "./span-attributes.ts";

const NS_PER_MS = 1e6;

/** A span as a search finds it: as it was sent, without what only its whole run tells. */
export type FoundSpan = Omit<Span, "ownMs" | "counted"> & {
  readonly inputPreview?: string;
  readonly outputPreview?: string;
};

/** `runId` is absent when the trace was deleted meanwhile: it is a run by itself then. */
export function presentStoredSpan(row: Row, runId: string | undefined): FoundSpan {
  const text = (name: string) => row[name] as string;
  const number = (name: string) => Number(row[name]);
  const startedNs = BigInt(row["started_at"] as bigint);
  const isPending = (number("traits") & SPAN_TRAITS.pending) !== 0;
  const tokens = {
    input: number("tokens_input"),
    output: number("tokens_output"),
    cacheRead: number("tokens_cache_read"),
    cacheWrite: number("tokens_cache_write"),
    reasoning: number("tokens_reasoning"),
  };
  return {
    id: text("span_id"),
    traceId: text("trace_id"),
    runId: runId ?? text("trace_id"),
    kind: storedKind(row),
    name: text("name"),
    service: text("service"),
    dialect: text("dialect"),
    startedAt: formatInstant(startedNs),
    status: isPending ? "open" : storedSpanStatus(row),
    attributes: attributesOf(row, new Map()),
    ...present({
      parentId: text("parent_id"),
      agent: text("agent"),
      endedAt: isPending ? undefined : formatInstant(startedNs + BigInt(number("duration_ns"))),
      durationMs: isPending ? undefined : number("duration_ns") / NS_PER_MS,
      statusMessage: text("status_message"),
      errorType: text("error_type"),
      model: text("model"),
      provider: text("provider"),
      tool: text("tool"),
      tokens: tokens.input + tokens.output > 0 ? tokens : undefined,
      cost: text("cost_source") === "" ? undefined : costShape(number("cost_nano"), true, 0),
      inputPreview: text("input_preview"),
      outputPreview: text("output_preview"),
    }),
  };
}
