import { mapLog } from "../../dialects/registry.ts";
import { attributeKey } from "../../model/attribute-keys.ts";
import { type ContentPart, LogDraft } from "../../model/draft.ts";
import type { AttributeValue, ForeignLog } from "../../model/foreign-span.ts";
import { isRunId, SPAN_ID_BYTES, TRACE_ID_BYTES } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { SPAN_STARTED, TALEA } from "../../model/names.ts";
import type { EventLevel } from "../../model/vocabulary.ts";
import { Cuts } from "../cuts.ts";
import type { EventRecord, EventWriter } from "../event-writer.ts";
import { BAD_TEXT, PARTS_LEFT_OUT, RUN_ID_UNUSABLE, TEXT_CUT, TOO_DEEP, timeProblem } from "../item-checks.ts";
import type { Outcome } from "../outcome.ts";
import { IndexedAttributes, jsonValue, type OtlpAttributes, readAnyValue } from "./attributes.ts";
import { isTextBad, isTooDeep } from "./check.ts";
import { attributesJson, NO_SCOPE, type ResourceContext, type ScopeContext } from "./contexts.ts";
import { MESSAGES } from "./descriptors.ts";
import { type Item, type ItemIntakeOptions, takeItems } from "./item-intake.ts";
import type { KeyTable } from "./key-table.ts";
import { OtlpSpan } from "./span-reader.ts";
import type { SpanWriter } from "./span-writer.ts";
import { startedSpan } from "./started-span.ts";
import type { TextCache } from "./text-cache.ts";
import { WireReader } from "./wire.ts";

const EVENT_NAME = attributeKey("event.name");
const RUN_ID = attributeKey(TALEA.runId);
const AGENT = attributeKey(TALEA.agent);
const AGENT_INSTANCE = attributeKey(TALEA.agentInstance);
const EVENT_ID = attributeKey(TALEA.eventId);
const EVENT_TO = attributeKey(TALEA.eventTo);
const PARENT_SPAN = attributeKey(TALEA.parentSpanId);

/** What these say stands in columns of its own, and is not said again in the event's data. */
const IN_COLUMNS = [AGENT, AGENT_INSTANCE, EVENT_ID, EVENT_TO, PARENT_SPAN];

/** OpenTelemetry's severity numbers come in fours: 1–4 trace, 5–8 debug, … 21–24 fatal. */
const LEVELS: readonly EventLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];

export interface LogIntakeOptions extends ItemIntakeOptions {
  readonly writer: EventWriter;
  /** For spans that records announce. */
  readonly spans: SpanWriter;
}

/** Takes in ExportLogsServiceRequests: every log record becomes a RunEvent, and what it says of its span a fact. */
export class LogIntake {
  readonly #options: LogIntakeOptions;
  readonly #log: OtlpLog;
  readonly #span: OtlpSpan;
  readonly #draft = new LogDraft();
  readonly #cuts = new Cuts();

  constructor(options: LogIntakeOptions) {
    this.#options = options;
    this.#log = new OtlpLog(options.keys, options.texts);
    this.#span = new OtlpSpan(options.keys, options.texts);
  }

  /** As `takeItems`. */
  take(body: Buffer, project: string): Promise<Outcome> {
    return takeItems(this.#options, body, MESSAGES.LogRecord, (item, outcome) => {
      this.#takeRecord(body, project, item, outcome);
      return undefined;
    });
  }

  #takeRecord(body: Buffer, project: string, item: Item, outcome: Outcome): void {
    if (isTooDeep(item.flaws)) {
      outcome.reject(TOO_DEEP);
      return;
    }
    const log = this.#log;
    log.read(body, item);
    const problem = log.idProblem ?? timeProblem(Number(log.timeNs) / 1e6, item.nowMs) ?? this.#eventIdProblem();
    if (problem !== undefined) {
      outcome.reject(problem);
      return;
    }
    if (log.eventName === SPAN_STARTED && log.trace !== undefined && log.span !== undefined) {
      this.#takeStartedSpan(body, project, item, outcome);
      return;
    }
    const { commit, writer } = this.#options;
    const event = this.#event();
    outcome.accepted++;
    if (!writer.write(commit.batch, project, event, item.nowMs, this.#cuts)) outcome.duplicates++;
    if (this.#cuts.bytes > 0) outcome.warn(TEXT_CUT);
    if (log.attributes.dropped > 0) outcome.warn(PARTS_LEFT_OUT);
    if (isTextBad(item.flaws)) outcome.warn(BAD_TEXT);
    if (this.#namedRun() !== "" && event.runId === "") outcome.warn(RUN_ID_UNUSABLE);
  }

  /** Work in flight: a row of its span that holds until the span has ended. */
  #takeStartedSpan(body: Buffer, project: string, item: Item, outcome: Outcome): void {
    const bytes = startedSpan(body, item.start, item.end);
    this.#span.read(bytes, { ...item, start: 0, end: bytes.length });
    const { spans, commit } = this.#options;
    spans.write(commit.batch, project, this.#span, item.resource, item.scope, true);
    outcome.accepted++;
  }

  /** A cut id could be that of another event. */
  #eventIdProblem(): string | undefined {
    const id = this.#log.attributes.text(EVENT_ID);
    const isTooLong = id.length > LIMITS.eventIdBytes || Buffer.byteLength(id) > LIMITS.eventIdBytes;
    return isTooLong ? `talea.event.id is longer than ${LIMITS.eventIdBytes} bytes` : undefined;
  }

  #namedRun(): string {
    return this.#log.attributes.text(RUN_ID) || this.#log.context.runId;
  }

  #event(): EventRecord {
    const log = this.#log;
    const cuts = this.#cuts;
    cuts.begin();
    const draft = this.#draft;
    draft.reset();
    draft.type = log.eventName || "log";
    draft.agent = log.attributes.text(AGENT);
    draft.agentInstance = log.attributes.text(AGENT_INSTANCE);
    draft.toAgent = log.attributes.text(EVENT_TO);
    draft.runId = this.#namedRun();
    mapLog(log, draft);
    for (const key of IN_COLUMNS) log.attributes.take(key);
    if (isRunId(draft.runId)) log.attributes.take(RUN_ID);
    const { body } = log;
    const isText = typeof body === "string";
    const texts = {
      type: cuts.text(draft.type, LIMITS.eventTypeBytes),
      agent: cuts.name(draft.agent),
      agentInstance: cuts.name(draft.agentInstance),
      to: cuts.name(draft.toAgent),
      message: cuts.text(draft.message || (isText && !draft.bodyTaken ? body : ""), LIMITS.attributeValueBytes),
      input: cutParts(draft.input, cuts),
      output: cutParts(draft.output, cuts),
      facts: draft.facts.map(({ field, value }) => ({ field, value: cuts.text(value, LIMITS.eventMessageBytes) })),
      about: cuts.name(draft.about),
    };
    return {
      ...texts,
      id: log.attributes.text(EVENT_ID),
      runId: isRunId(draft.runId) ? draft.runId : "",
      traceId: log.trace,
      spanId: log.span,
      parentSpanId: spanIdBytes(log.attributes.text(PARENT_SPAN)),
      timeNs: log.timeNs,
      level: log.severityNumber < 1 ? "unset" : (LEVELS[Math.floor((log.severityNumber - 1) / 4)] ?? "unset"),
      service: log.service,
      scope: log.scope,
      resource: log.context.json,
      data: dataJson(log.attributes, isText || draft.bodyTaken ? undefined : body, cuts),
    };
  }
}

/** Parts of which none is longer than a value may be. */
function cutParts(parts: readonly ContentPart[], cuts: Cuts): readonly ContentPart[] {
  if (parts.every(({ body }) => body.length * 3 <= LIMITS.attributeValueBytes)) return parts;
  return parts.map((part) => ({ ...part, body: cuts.text(part.body, LIMITS.attributeValueBytes) }));
}

/** One log record over the received bytes. */
class OtlpLog implements ForeignLog {
  #context: ResourceContext | undefined;
  #scope: ScopeContext = NO_SCOPE;
  readonly #texts: TextCache;
  #bytes: Buffer = Buffer.alloc(0);
  readonly attributes: OtlpAttributes;
  #eventName = "";
  timeNs = 0n;
  severityNumber = 0;
  #bodyStart = 0;
  #bodyEnd = 0;
  trace: Buffer | undefined;
  span: Buffer | undefined;
  idProblem: string | undefined;

  constructor(keys: KeyTable, texts: TextCache) {
    this.#texts = texts;
    this.attributes = new IndexedAttributes(keys, texts);
  }

  /** Stands on the item, a record in `bytes` whose structure was checked. A record without a time has that of now. */
  read(bytes: Buffer, { start, end, resource, scope, nowMs }: Item): void {
    this.#bytes = bytes;
    this.#context = resource;
    this.#scope = scope;
    this.#eventName = "";
    this.timeNs = 0n;
    this.severityNumber = this.#bodyStart = this.#bodyEnd = 0;
    this.trace = this.span = this.idProblem = undefined;
    this.attributes.begin(bytes);
    const wire = new WireReader();
    wire.reset(bytes, start, end);
    let observedNs = 0n;
    while (wire.tag()) {
      if (wire.field === 1) this.timeNs = bytes.readBigUInt64LE(wire.fixed(8));
      else if (wire.field === 11) observedNs = bytes.readBigUInt64LE(wire.fixed(8));
      else if (wire.field === 2) this.severityNumber = wire.varint32();
      else {
        wire.skip();
        this.#range(wire);
      }
    }
    if (this.timeNs === 0n) this.timeNs = observedNs === 0n ? BigInt(Math.floor(nowMs)) * 1_000_000n : observedNs;
  }

  #range(wire: WireReader): void {
    const { start, stop } = wire;
    switch (wire.field) {
      case 5:
        this.#bodyStart = start;
        this.#bodyEnd = stop;
        return;
      case 6:
        this.attributes.read(start, stop);
        return;
      case 9:
        this.trace = this.#id(start, stop, TRACE_ID_BYTES, "traceId must be empty or 16 bytes");
        return;
      case 10:
        this.span = this.#id(start, stop, SPAN_ID_BYTES, "spanId must be empty or 8 bytes");
        return;
      case 12:
        this.#eventName = this.#texts.text(this.#bytes, start, stop);
    }
  }

  #id(start: number, end: number, length: number, problem: string): Buffer | undefined {
    if (end === start) return undefined;
    if (end - start !== length) {
      this.idProblem = problem;
      return undefined;
    }
    const id = this.#bytes.subarray(start, end);
    return id.some((byte) => byte !== 0) ? id : undefined;
  }

  get eventName(): string {
    return this.#eventName || this.attributes.text(EVENT_NAME);
  }
  get context(): ResourceContext {
    return this.#context as ResourceContext;
  }
  get body(): AttributeValue | undefined {
    return readAnyValue(this.#bytes, this.#bodyStart, this.#bodyEnd);
  }
  get traceId(): string {
    return this.trace?.toString("hex") ?? "";
  }
  get spanId(): string {
    return this.span?.toString("hex") ?? "";
  }
  get scope(): string {
    return this.#scope.name;
  }
  get service(): string {
    return this.context.service;
  }
  get resource(): OtlpAttributes {
    return this.context.attributes;
  }
}

function spanIdBytes(hex: string): Buffer | undefined {
  return /^[0-9a-f]{16}$/i.test(hex) ? Buffer.from(hex, "hex") : undefined;
}

/** The attributes, a body that is no text under `body`, and how much was cut of all, as a JSON object. */
function dataJson(attributes: OtlpAttributes, body: AttributeValue | undefined, cuts: Cuts): string {
  let json = attributesJson(attributes, cuts);
  if (body !== undefined) json = withField(json, "body", bodyJson(body, cuts));
  return cuts.bytes === 0 ? json : withField(json, TALEA.truncatedBytes, String(cuts.bytes));
}

/** A body as JSON text; one that is too long becomes the beginning of it, as a text. */
function bodyJson(body: AttributeValue, cuts: Cuts): string {
  const json = JSON.stringify(jsonValue(body));
  const kept = cuts.text(json, LIMITS.attributeValueBytes);
  return kept === json ? json : JSON.stringify(kept);
}

function withField(json: string, name: string, value: string): string {
  const field = `${JSON.stringify(name)}:${value}}`;
  return json === "" ? `{${field}` : `${json.slice(0, -1)},${field}`;
}
