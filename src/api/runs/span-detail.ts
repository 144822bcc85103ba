// Everything that is known of one span: its row, what analysis says of it, and its long texts put back in place.

import { present } from "../../base/present.ts";
import { formatInstant } from "../../base/time.ts";
import type { SpanReading } from "../../jobs/runs/analysed-run.ts";
import type { StoredContent } from "../../jobs/runs/run-reader.ts";
import type { ContentMessage, MessagePart, Span } from "../../model/shapes.ts";
import type { Row } from "../../store/native/block-reader.ts";
import { parseJson, parseObject } from "./parse-json.ts";
import { attributesOf, longValues } from "./span-attributes.ts";

/** The hashes of all long texts that a span refers to. */
export function contentHashes(row: Row, reading: SpanReading): string[] {
  return [...new Set([...(row["content_hashes"] as string[]), ...reading.inputParts, ...reading.outputParts])];
}

/** The span's own fields and those that a run's analysis adds. */
export function presentSpan(
  row: Row,
  reading: SpanReading,
  contents: ReadonlyMap<string, StoredContent>,
  runTraces: ReadonlySet<string>,
): Span {
  return {
    ...reading.span,
    attributes: attributesOf(row, longValues(row, contents)),
    ...present({
      input: messagesOf(reading.inputParts, slotsOf(row, "input"), contents),
      output: messagesOf(reading.outputParts, slotsOf(row, "output"), contents),
      resource: parseObject(row["resource"] as string),
      scope: row["scope"] as string,
      scopeVersion: row["scope_version"] as string,
      events: eventsOf(row),
      links: linksOf(row, runTraces),
      scores: scoresOf(row, reading),
      hints: filled(row["hints"] as Record<string, string>),
    }),
  };
}

/** Which of the span's own references to a side continue the message before them. */
function slotsOf(row: Row, side: "input" | "output"): ReadonlySet<number> {
  const own = (row["content_slots"] as string[]).filter((slot) => slot === side || slot === `${side}+`);
  return new Set(own.flatMap((slot, i) => (slot.endsWith("+") ? [i] : [])));
}

/** Message parts grouped into messages, or undefined when there are none. */
export function messagesOf(
  hashes: readonly string[],
  continuing: ReadonlySet<number>,
  contents: ReadonlyMap<string, StoredContent>,
): ContentMessage[] | undefined {
  const messages: ContentMessage[] = [];
  for (const [i, hash] of hashes.entries()) {
    const content = contents.get(hash);
    if (content === undefined) continue;
    const part = partOf(content);
    const last = messages.at(-1);
    if (last !== undefined && continuing.has(i) && last.role === content.role) last.parts.push(part);
    else messages.push({ role: content.role, parts: [part] });
  }
  return messages.length === 0 ? undefined : messages;
}

/** A stored part in the shape of the API. */
export function partOf({ type, body, meta }: StoredContent): MessagePart {
  const { id, name, ...rest } = (parseObject(meta) ?? {}) as { id?: string; name?: string };
  const isJson = type === "json" || type === "tool_call" || type === "tool_result";
  const data = isJson ? parseJson(body) : undefined;
  return {
    type,
    ...(data === undefined ? { text: body } : { data }),
    ...present({ id, name, meta: filled(rest) }),
  };
}

function eventsOf(row: Row): Span["events"] {
  const times = row["event_times"] as (bigint | number)[];
  if (times.length === 0) return undefined;
  const names = row["event_names"] as string[];
  const attributes = row["event_attrs"] as string[];
  return times.map((at, i) => ({
    name: names[i] as string,
    at: formatInstant(BigInt(at)),
    attributes: parseObject(attributes[i] as string) ?? {},
  }));
}

function linksOf(row: Row, runTraces: ReadonlySet<string>): Span["links"] {
  const traces = row["link_traces"] as string[];
  if (traces.length === 0) return undefined;
  const spans = row["link_spans"] as string[];
  const attributes = row["link_attrs"] as string[];
  return traces.map((traceId, i) => ({
    traceId,
    spanId: spans[i] as string,
    outside: !runTraces.has(traceId),
    attributes: parseObject(attributes[i] as string) ?? {},
  }));
}

function scoresOf(row: Row, reading: SpanReading): Span["scores"] {
  const own = parseJson((row["hints"] as Record<string, string>)["scores"] ?? "");
  const scores = [...(Array.isArray(own) ? (own as Record<string, unknown>[]) : []), ...reading.scores];
  return scores.length > 0 ? scores : undefined;
}

function filled<T extends object>(fields: T): T | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}
