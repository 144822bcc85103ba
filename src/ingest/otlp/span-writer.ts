import { mapSpan } from "../../dialects/registry.ts";
import { SpanDraft, type TokenUsage } from "../../model/draft.ts";
import { traceIdOf } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { TALEA } from "../../model/names.ts";
import { RUN_RULES, SPAN_KINDS, SPAN_STATUSES } from "../../model/vocabulary.ts";
import type { Batch } from "../batch.ts";
import { type ContentWriter, partsPreview, preview } from "../contents.ts";
import { Cuts } from "../cuts.ts";
import { boundedHint } from "../hints.ts";
import { type CallCost, type Pricing, reportedCost } from "../pricing.ts";
import type { RunTraceWriter } from "../run-traces.ts";
import { attributesJson, type ResourceContext, type ScopeContext } from "./contexts.ts";
import type { OtlpSpan } from "./span-reader.ts";

const KIND_NUMBER = new Map(SPAN_KINDS.map((kind, number) => [kind, number]));
const STATUS_NUMBER = new Map(SPAN_STATUSES.map((status, number) => [status, number]));
const OTEL_KIND_MAX = 5;
/** AnyValue's oneof. */
const INTEGER_TYPE = 3;
const NS_HIGH_TO_MS = 0x1_0000_0000 / 1e6;
const TOKENS_MAX = 0xffff_ffff;
/** Enough for a preview in any script. */
const PREVIEWED_BYTES = 4 * LIMITS.previewCharacters;

/** Writes spans into the columns of a batch: runs the dialect, prices the call, sets long texts apart. */
export class SpanWriter {
  readonly #contents: ContentWriter;
  readonly #runTraces: RunTraceWriter;
  readonly #pricing: Pricing;
  readonly #draft = new SpanDraft();
  readonly #types = new AttributeTypes();
  readonly #cuts = new Cuts();

  constructor(contents: ContentWriter, runTraces: RunTraceWriter, pricing: Pricing) {
    this.#contents = contents;
    this.#runTraces = runTraces;
    this.#pricing = pricing;
  }

  /**
   * Writes the span on which the reader stands; its ids and times were checked. Returns how many bytes of its texts were
   * beyond a limit and cut. A pending span is one that is not over: the ended one takes its place.
   */
  write(
    batch: Batch,
    project: string,
    span: OtlpSpan,
    resource: ResourceContext,
    scope: ScopeContext,
    isPending = false,
  ): number {
    const draft = this.#draft;
    draft.reset();
    this.#cuts.begin();
    // Read first: what is left out of them is part of the row.
    const { events, links } = span;
    const dialect = mapSpan(span.attributes.marks | scope.marks, span, draft);
    if (isPending) {
      draft.trait("pending");
      draft.status = "open";
    }
    const row = batch.begin("spans", project);
    const { columns } = batch.spans;
    this.#identity(batch, row, span);
    columns.service.put(row, resource.service);
    columns.resource.put(row, resource.json);
    columns.dialect.put(row, dialect);
    columns.scope.put(row, scope.name);
    columns.scope_version.put(row, scope.version);
    this.#canonical(batch, row, span, draft);
    this.#usage(batch, row, span, draft);
    const trace = span.bytes.subarray(span.trace.at, span.trace.at + 16);
    this.#texts(batch, project, trace, row, draft);
    if (events.length > 0) this.#events(batch, row, span);
    if (links.length > 0) this.#links(batch, row, span);
    // Last, because they say how much was cut of all.
    this.#attributes(batch, project, trace, row, span);
    this.#contents.endRow(columns, row);
    this.#run(batch, project, trace, span, draft, resource);
    return this.#cuts.bytes;
  }

  #identity(batch: Batch, row: number, span: OtlpSpan): void {
    const { columns } = batch.spans;
    const { bytes } = span;
    columns.started_at.putHalves(row, span.startLow, span.startHigh);
    columns.duration_ns.put(row, durationNs(span));
    columns.trace_id.put(row, bytes, span.trace.at);
    columns.span_id.put(row, bytes, span.span.at);
    if (span.parent.length > 0) columns.parent_id.put(row, bytes, span.parent.at);
    if (span.isText && span.nameEnd - span.nameStart <= LIMITS.nameBytes) {
      columns.name.putBytes(row, bytes, span.nameStart, span.nameEnd);
    } else columns.name.put(row, this.#cuts.name(span.name));
    columns.otel_kind.put(row, span.otelKind > OTEL_KIND_MAX ? 0 : span.otelKind);
    columns.otel_status.put(row, span.statusCode);
    let weight = 1;
    if (span.traceStateEnd > span.traceStateStart) {
      const traceState = this.#cuts.name(span.traceState);
      columns.trace_state.put(row, traceState);
      weight = samplingWeight(traceState);
    }
    columns.weight.put(row, weight);
    if (span.flags !== 0) columns.flags.put(row, span.flags);
  }

  #canonical(batch: Batch, row: number, span: OtlpSpan, draft: SpanDraft): void {
    const { columns } = batch.spans;
    const cuts = this.#cuts;
    columns.kind.put(row, KIND_NUMBER.get(draft.kind) as number);
    columns.status.put(row, STATUS_NUMBER.get(draft.status) as number);
    if (draft.statusMessage !== "") {
      columns.status_message.put(row, cuts.text(draft.statusMessage, LIMITS.eventMessageBytes));
    }
    if (draft.errorType !== "") columns.error_type.put(row, cuts.name(draft.errorType));
    if (draft.traits !== 0) columns.traits.put(row, draft.traits);
    if (draft.agent !== "") columns.agent.put(row, cuts.name(draft.agent));
    if (draft.agentInstance !== "") columns.agent_instance.put(row, cuts.name(draft.agentInstance));
    if (draft.model !== "") columns.model.put(row, cuts.name(draft.model));
    if (draft.provider !== "") columns.provider.put(row, cuts.name(draft.provider));
    if (draft.tool !== "") columns.tool.put(row, cuts.name(draft.tool));
    if (draft.toolCallId !== "") columns.tool_call_id.put(row, cuts.name(draft.toolCallId));
    if (draft.responseId !== "") columns.response_id.put(row, cuts.name(draft.responseId));
    if (draft.session !== "") columns.session.put(row, cuts.name(draft.session));
    if (draft.user !== "") columns.user.put(row, cuts.name(draft.user));
    if (draft.tags.length > 0) {
      const count = Math.min(draft.tags.length, LIMITS.tagsPerSpan);
      for (let i = 0; i < count; i++) columns.tags.items.append(cuts.name(draft.tags[i] as string));
      columns.tags.put(row, count);
    }
    const dropped = span.dropped + span.leftOut;
    if (dropped > 0) draft.hints.set("dropped", String(dropped));
    if (draft.hints.size > 0) {
      for (const [name, value] of draft.hints) {
        columns.hints.keys.append(name);
        columns.hints.values.append(boundedHint(name, value, cuts));
      }
      columns.hints.put(row, draft.hints.size);
    }
  }

  #usage(batch: Batch, row: number, span: OtlpSpan, draft: SpanDraft): void {
    if (!draft.hasUsage && draft.costUsd === undefined) return;
    const { columns } = batch.spans;
    const { usage } = draft;
    const input = tokenCount(usage.input);
    const output = tokenCount(usage.output);
    const cacheRead = tokenCount(usage.cacheRead);
    const cacheWrite = tokenCount(usage.cacheWrite);
    const reasoning = tokenCount(usage.reasoning);
    if (draft.kind === "llm" && !draft.is("usageRepeated")) batch.tokens += input + output;
    if (input > 0) columns.tokens_input.put(row, input);
    if (output > 0) columns.tokens_output.put(row, output);
    if (cacheRead > 0) columns.tokens_cache_read.put(row, cacheRead);
    if (cacheWrite > 0) columns.tokens_cache_write.put(row, cacheWrite);
    if (reasoning > 0) columns.tokens_reasoning.put(row, reasoning);
    const cost = this.#cost(span, draft, { input, output, cacheRead, cacheWrite, reasoning });
    if (cost === undefined) return;
    columns.cost_nano.put(row, cost.nano);
    columns.cost_source.put(row, cost.source);
    for (const part of cost.parts) columns.cost_parts.items.append(part);
    columns.cost_parts.put(row, cost.parts.length);
  }

  #cost(span: OtlpSpan, draft: SpanDraft, usage: TokenUsage): CallCost | undefined {
    if (draft.costUsd !== undefined) return reportedCost(draft.costUsd);
    if (draft.model === "" || draft.is("usageRepeated")) return undefined;
    return this.#pricing.cost(draft.provider, draft.model, usage, startMs(span));
  }

  #attributes(batch: Batch, project: string, trace: Buffer, row: number, span: OtlpSpan): void {
    const { attributes } = span;
    const { attrs, attr_types } = batch.spans.columns;
    let count = 0;
    this.#types.begin();
    for (let slot = 0; slot < attributes.count; slot++) {
      if (attributes.taken[slot]) continue;
      count++;
      attrs.keys.append(attributes.nameAt(slot));
      this.#types.add(attributes.typeAt(slot));
      this.#value(batch, project, trace, span, slot);
    }
    if (this.#cuts.bytes > 0) {
      count++;
      attrs.keys.append(TALEA.truncatedBytes);
      attrs.values.append(String(this.#cuts.bytes));
      this.#types.add(INTEGER_TYPE);
    }
    if (count === 0) return;
    attrs.put(row, count);
    attr_types.put(row, this.#types.text());
  }

  #value(batch: Batch, project: string, trace: Buffer, { attributes, bytes, isText }: OtlpSpan, slot: number): void {
    const { values } = batch.spans.columns.attrs;
    const start = attributes.start[slot] as number;
    const end = attributes.end[slot] as number;
    let whole: Buffer;
    if (attributes.isTextAt(slot) && isText) {
      if (end - start <= LIMITS.inlineValueBytes) {
        values.appendBytes(bytes, start, end);
        return;
      }
      whole = bytes.subarray(start, end);
    } else {
      const text = attributes.storedAt(slot);
      if (text.length <= LIMITS.inlineValueBytes) {
        values.append(text);
        return;
      }
      whole = Buffer.from(text);
    }
    const kept = this.#cuts.utf8(whole, LIMITS.attributeValueBytes);
    this.#contents.value(batch, project, trace, batch.spans.columns, `attr:${attributes.nameAt(slot)}`, kept);
    values.append(preview(kept.toString("utf8", 0, PREVIEWED_BYTES)));
  }

  #texts(batch: Batch, project: string, trace: Buffer, row: number, draft: SpanDraft): void {
    const { columns } = batch.spans;
    if (draft.input.length > 0) {
      this.#contents.parts(batch, project, trace, columns, "input", draft.input, this.#cuts);
      columns.input_preview.put(row, partsPreview(draft.input));
    }
    if (draft.output.length > 0) {
      this.#contents.parts(batch, project, trace, columns, "output", draft.output, this.#cuts);
      columns.output_preview.put(row, partsPreview(draft.output));
    }
  }

  #events(batch: Batch, row: number, span: OtlpSpan): void {
    const { event_times, event_names, event_attrs } = batch.spans.columns;
    let count = 0;
    for (const event of span.events) {
      if (event.taken) continue;
      event_times.items.appendHalves(event.timeLow, event.timeHigh);
      event_names.items.append(this.#cuts.name(event.name));
      event_attrs.items.append(attributesJson(event.attributes, this.#cuts));
      count++;
    }
    if (count === 0) return;
    event_times.put(row, count);
    event_names.put(row, count);
    event_attrs.put(row, count);
  }

  #links(batch: Batch, row: number, span: OtlpSpan): void {
    const { link_traces, link_spans, link_attrs } = batch.spans.columns;
    for (const link of span.links) {
      link_traces.items.append(span.bytes, link.traceAt);
      link_spans.items.append(span.bytes, link.spanAt);
      link_attrs.items.append(attributesJson(link.attributes, this.#cuts));
    }
    link_traces.put(row, span.links.length);
    link_spans.put(row, span.links.length);
    link_attrs.put(row, span.links.length);
  }

  #run(
    batch: Batch,
    project: string,
    trace: Buffer,
    span: OtlpSpan,
    draft: SpanDraft,
    resource: ResourceContext,
  ): void {
    const explicit = draft.runId === "" ? resource.runId : draft.runId;
    if (explicit !== "") this.#runTraces.add(batch, project, trace, explicit, RUN_RULES.explicit);
    if (draft.dialectRunId !== "") this.#runTraces.add(batch, project, trace, draft.dialectRunId, RUN_RULES.dialect);
    if (span.hasParent) return;
    for (const link of span.links) {
      if (link.traceId === traceIdOf(trace)) continue;
      this.#runTraces.add(batch, project, trace, link.traceId, RUN_RULES.link);
      return;
    }
  }
}

/** Rows of more attributes than this have their types spelled out anew each time. */
const TYPES_PACKED_MAX = 17;
const TYPE_LETTERS = "nsbidjjy";

/**
 * The attribute types of a row as text. Rows of one shape get the very same string: up to 17 types of three bits each
 * are packed into a number, which finds the text without making one.
 */
class AttributeTypes {
  readonly #texts = new Map<number, string>();
  #packed = 0;
  readonly #types: number[] = [];
  #count = 0;

  begin(): void {
    this.#packed = 1;
    this.#count = 0;
  }
  /** `type` is a number of AnyValue's oneof. */
  add(type: number): void {
    this.#packed = this.#packed * 8 + type;
    this.#types[this.#count++] = type;
  }
  text(): string {
    if (this.#count > TYPES_PACKED_MAX) return this.#spell();
    const known = this.#texts.get(this.#packed);
    if (known !== undefined) return known;
    if (this.#texts.size > 1024) this.#texts.clear();
    const text = this.#spell();
    this.#texts.set(this.#packed, text);
    return text;
  }
  #spell(): string {
    let text = "";
    for (let i = 0; i < this.#count; i++) text += TYPE_LETTERS.charAt(this.#types[i] as number);
    return text;
  }
}

/** The start in milliseconds since 1970. */
export function startMs(span: OtlpSpan): number {
  return span.startHigh * NS_HIGH_TO_MS + span.startLow / 1e6;
}

/** The end in milliseconds since 1970; 0 when it is missing. */
export function endMs(span: OtlpSpan): number {
  return span.endHigh * NS_HIGH_TO_MS + span.endLow / 1e6;
}

/** End − start; 0 for an end that is missing or before the start. Exact below 104 days. */
function durationNs(span: OtlpSpan): number {
  const duration = (span.endHigh - span.startHigh) * 0x1_0000_0000 + (span.endLow - span.startLow);
  return Math.min(Math.max(duration, 0), Number.MAX_SAFE_INTEGER);
}

/**
 * How many spans a sampled one stands for: 1/p from the threshold in `ot=th:<hex>` of the tracestate
 * (OpenTelemetry, "Probability Sampling": th is 56 bits, trailing zeros cut; p = (2^56 − th) / 2^56).
 */
function samplingWeight(traceState: string): number {
  const threshold = /(?:^|,)\s*ot=(?:[^,;]*;)*th:([0-9a-f]{1,14})(?:[,;]|$)/.exec(traceState)?.[1];
  if (threshold === undefined) return 1;
  const rejected = Number.parseInt(threshold.padEnd(14, "0"), 16) / 2 ** 56;
  return rejected >= 1 ? 1 : 1 / (1 - rejected);
}

/** A count of tokens as the store can hold it: no sender's nonsense becomes another number by being cut to 32 bits. */
function tokenCount(sent: number): number {
  return Math.min(sent, TOKENS_MAX);
}
