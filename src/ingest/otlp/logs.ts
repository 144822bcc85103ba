import { mapLog } from "../../dialects/registry.ts";
import { attributeKey } from "../../model/attribute-keys.ts";
import { LogDraft } from "../../model/draft.ts";
import type { AttributeValue, ForeignLog } from "../../model/foreign-span.ts";
import { isRunId, SPAN_ID_BYTES, TRACE_ID_BYTES } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { TALEA } from "../../model/names.ts";
import type { EventLevel } from "../../model/vocabulary.ts";
import type { EventRecord, EventWriter } from "../event-writer.ts";
import { timeProblem } from "../item-checks.ts";
import type { Outcome } from "../outcome.ts";
import { OtlpAttributes, readAnyValue, storedText } from "./attributes.ts";
import { attributesJson, type ResourceContext, type ScopeContext } from "./contexts.ts";
import { MESSAGES } from "./descriptors.ts";
import { type Item, type ItemIntakeOptions, takeItems } from "./item-intake.ts";
import type { KeyTable } from "./key-table.ts";
import type { TextCache } from "./text-cache.ts";
import { WireReader } from "./wire.ts";

const EVENT_NAME = attributeKey("event.name");
const RUN_ID = attributeKey(TALEA.runId);
const AGENT = attributeKey(TALEA.agent);
const AGENT_INSTANCE = attributeKey(TALEA.agentInstance);
const EVENT_ID = attributeKey(TALEA.eventId);
const EVENT_TO = attributeKey(TALEA.eventTo);
const PARENT_SPAN = attributeKey(TALEA.parentSpanId);

/** OpenTelemetry's severity numbers come in fours: 1–4 trace, 5–8 debug, … 21–24 fatal. */
const LEVELS: readonly EventLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];

export interface LogIntakeOptions extends ItemIntakeOptions {
  readonly writer: EventWriter;
}

/** Takes in ExportLogsServiceRequests: every log record becomes a RunEvent, and what it says of its span a fact. */
export class LogIntake {
  readonly #options: LogIntakeOptions;
  readonly #draft = new LogDraft();

  constructor(options: LogIntakeOptions) {
    this.#options = options;
  }

  /** As `takeItems`. */
  take(body: Buffer, project: string): Promise<Outcome> {
    return takeItems(this.#options, body, MESSAGES.LogRecord, (item, outcome) =>
      this.#takeRecord(body, project, item, outcome),
    );
  }

  #takeRecord(body: Buffer, project: string, { start, end, resource, scope, nowMs }: Item, outcome: Outcome): void {
    const { commit, keys, texts, writer } = this.#options;
    const log = new OtlpLog(keys, texts, scope, resource);
    log.read(body, start, end, nowMs);
    const event = this.#event(log, outcome, nowMs);
    if (event === undefined) return;
    outcome.accepted++;
    if (!writer.write(commit.batch, project, event, nowMs)) outcome.duplicates++;
  }

  #event(log: OtlpLog, outcome: Outcome, nowMs: number): EventRecord | undefined {
    const problem = log.idProblem ?? timeProblem(Number(log.timeNs) / 1e6, nowMs);
    if (problem !== undefined) {
      outcome.reject(problem);
      return undefined;
    }
    const draft = this.#draft;
    draft.reset();
    draft.type = (log.eventName || "log").slice(0, LIMITS.eventTypeBytes);
    draft.agent = log.attributes.text(AGENT);
    draft.agentInstance = log.attributes.text(AGENT_INSTANCE);
    draft.toAgent = log.attributes.text(EVENT_TO);
    draft.runId = log.attributes.text(RUN_ID) || log.context.runId;
    mapLog(log, draft);
    const { body } = log;
    const isText = typeof body === "string";
    return {
      id: log.attributes.text(EVENT_ID).slice(0, LIMITS.eventIdBytes),
      runId: isRunId(draft.runId) ? draft.runId : "",
      traceId: log.trace,
      spanId: log.span,
      parentSpanId: spanIdBytes(log.attributes.text(PARENT_SPAN)),
      type: draft.type,
      timeNs: log.timeNs,
      agent: draft.agent,
      agentInstance: draft.agentInstance,
      to: draft.toAgent,
      level: log.severityNumber < 1 ? "unset" : (LEVELS[Math.floor((log.severityNumber - 1) / 4)] ?? "unset"),
      service: log.service,
      scope: log.scope,
      resource: log.context.json,
      message: draft.message || (isText && !draft.bodyTaken ? body : ""),
      data: dataJson(log.attributes, isText || draft.bodyTaken ? undefined : body),
      input: draft.input,
      output: draft.output,
      facts: draft.facts,
      about: draft.about,
    };
  }
}

/** One log record over the received bytes. */
class OtlpLog implements ForeignLog {
  readonly context: ResourceContext;
  readonly #scope: ScopeContext;
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

  constructor(keys: KeyTable, texts: TextCache, scope: ScopeContext, resource: ResourceContext) {
    this.#texts = texts;
    this.#scope = scope;
    this.context = resource;
    this.attributes = new OtlpAttributes(keys, texts);
  }

  /** Stands on the record `bytes[start, end)`, whose structure was checked. A record without a time has that of now. */
  read(bytes: Buffer, start: number, end: number, nowMs: number): void {
    this.#bytes = bytes;
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
    if (end - start !== length) this.idProblem = problem;
    const id = this.#bytes.subarray(start, end);
    return id.some((byte) => byte !== 0) ? id : undefined;
  }

  get eventName(): string {
    return this.#eventName || this.attributes.text(EVENT_NAME);
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

/** The attributes, and a body that is no text under `body`, as a JSON object. */
function dataJson(attributes: OtlpAttributes, body: AttributeValue | undefined): string {
  const json = attributesJson(attributes);
  if (body === undefined) return json;
  const text =
    typeof body === "object" && !(body instanceof Uint8Array) ? JSON.stringify(body) : JSON.stringify(storedText(body));
  return json === "" ? `{"body":${text}}` : `${json.slice(0, -1)},"body":${text}}`;
}
