import type { ForeignEvent, ForeignLink, ForeignSpan } from "../../model/foreign-span.ts";
import { SPAN_ID_BYTES, spanIdOf, TRACE_ID_BYTES, traceIdOf } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { IndexedAttributes, OtlpAttributes } from "./attributes.ts";
import { isTextBad } from "./check.ts";
import type { ResourceContext, ScopeContext } from "./contexts.ts";
import type { Item } from "./item-intake.ts";
import type { KeyTable } from "./key-table.ts";
import type { TextCache } from "./text-cache.ts";
import { WireReader } from "./wire.ts";

/** OTLP's status codes: unset, ok, error. */
const STATUS_CODE_MAX = 2;
const NO_EVENTS: readonly OtlpSpanEvent[] = [];
const NO_LINKS: readonly OtlpSpanLink[] = [];

/** A span event over the received bytes. */
export class OtlpSpanEvent implements ForeignEvent {
  name = "";
  timeLow = 0;
  timeHigh = 0;
  taken = false;
  readonly attributes: OtlpAttributes;

  constructor(attributes: OtlpAttributes) {
    this.attributes = attributes;
  }
  get timeNs(): bigint {
    return (BigInt(this.timeHigh) << 32n) | BigInt(this.timeLow);
  }
  take(): void {
    this.taken = true;
  }
}

export interface OtlpSpanLink extends ForeignLink {
  readonly traceAt: number;
  readonly spanAt: number;
  readonly attributes: OtlpAttributes;
}

/** Where an id lies in the body; `length` is 0 when it is absent. */
interface IdRange {
  at: number;
  length: number;
}

/**
 * One span over the received bytes. `read` finds where everything lies; texts, events and links are decoded when they
 * are asked for. One object serves span after span.
 */
export class OtlpSpan implements ForeignSpan {
  readonly #keys: KeyTable;
  readonly #texts: TextCache;
  readonly #wire = new WireReader();
  readonly #statusWire = new WireReader();
  bytes: Buffer = Buffer.alloc(0);
  readonly attributes: OtlpAttributes;
  #resource: ResourceContext | undefined;
  #scope: ScopeContext | undefined;

  readonly trace: IdRange = { at: 0, length: 0 };
  readonly span: IdRange = { at: 0, length: 0 };
  readonly parent: IdRange = { at: 0, length: 0 };
  nameStart = 0;
  nameEnd = 0;
  traceStateStart = 0;
  traceStateEnd = 0;
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;
  otelKind = 0;
  flags = 0;
  statusCode = 0;
  #statusStart = 0;
  #statusEnd = 0;
  /** Every text of the span is UTF-8. */
  isText = true;
  /** Attributes, events and links that a limit, or an id that is none, left out here. */
  leftOut = 0;
  readonly #droppedBySender = { attributes: 0, events: 0, links: 0 };
  readonly #eventRanges: number[] = [];
  readonly #linkRanges: number[] = [];
  #events: OtlpSpanEvent[] | undefined;
  #links: OtlpSpanLink[] | undefined;

  constructor(keys: KeyTable, texts: TextCache) {
    this.#keys = keys;
    this.#texts = texts;
    this.attributes = new IndexedAttributes(keys, texts);
  }

  /** Stands on the item, a span in `bytes` whose structure was checked. */
  read(bytes: Buffer, { start, end, flaws, resource, scope }: Item): void {
    this.#clear(bytes, resource, scope);
    this.isText = !isTextBad(flaws);
    const wire = this.#wire;
    wire.reset(bytes, start, end);
    while (wire.tag()) {
      switch (wire.field) {
        case 9:
          wire.range();
          this.attributes.read(wire.start, wire.stop);
          break;
        case 1:
          this.#id(this.trace);
          break;
        case 2:
          this.#id(this.span);
          break;
        case 4:
          this.#id(this.parent);
          break;
        case 5:
          wire.range();
          this.nameStart = wire.start;
          this.nameEnd = wire.stop;
          break;
        case 6:
          this.otelKind = wire.varint32();
          break;
        case 7: {
          const at = wire.fixed(8);
          this.startLow = bytes.readUInt32LE(at);
          this.startHigh = bytes.readUInt32LE(at + 4);
          break;
        }
        case 8: {
          const at = wire.fixed(8);
          this.endLow = bytes.readUInt32LE(at);
          this.endHigh = bytes.readUInt32LE(at + 4);
          break;
        }
        default:
          this.#rareField(wire);
      }
    }
    this.leftOut += this.attributes.dropped;
  }

  #clear(bytes: Buffer, resource: ResourceContext, scope: ScopeContext): void {
    this.bytes = bytes;
    this.#resource = resource;
    this.#scope = scope;
    this.attributes.begin(bytes);
    this.trace.length = this.span.length = this.parent.length = 0;
    this.nameStart = this.nameEnd = this.traceStateStart = this.traceStateEnd = 0;
    this.startLow = this.startHigh = this.endLow = this.endHigh = 0;
    this.otelKind = this.flags = this.statusCode = this.leftOut = 0;
    const dropped = this.#droppedBySender;
    dropped.attributes = dropped.events = dropped.links = 0;
    this.#statusStart = this.#statusEnd = 0;
    if (this.#eventRanges.length > 0) this.#eventRanges.length = 0;
    if (this.#linkRanges.length > 0) this.#linkRanges.length = 0;
    this.#events = this.#links = undefined;
  }

  #id(id: IdRange): void {
    this.#wire.range();
    id.at = this.#wire.start;
    id.length = this.#wire.stop - this.#wire.start;
  }

  #rareField(wire: WireReader): void {
    switch (wire.field) {
      case 3:
        wire.range();
        this.traceStateStart = wire.start;
        this.traceStateEnd = wire.stop;
        return;
      case 10:
        this.#droppedBySender.attributes = wire.varint32();
        return;
      case 12:
        this.#droppedBySender.events = wire.varint32();
        return;
      case 14:
        this.#droppedBySender.links = wire.varint32();
        return;
      case 11:
        wire.range();
        if (this.#eventRanges.length < 2 * LIMITS.eventsPerSpan) this.#eventRanges.push(wire.start, wire.stop);
        else this.leftOut++;
        return;
      case 13:
        wire.range();
        if (this.#linkRanges.length < 2 * LIMITS.linksPerSpan) this.#linkRanges.push(wire.start, wire.stop);
        else this.leftOut++;
        return;
      case 15:
        wire.range();
        this.#status(wire.start, wire.stop);
        return;
      case 16:
        this.flags = this.bytes.readUInt32LE(wire.fixed(4));
        return;
      default:
        wire.skip();
    }
  }

  #status(start: number, stop: number): void {
    const wire = this.#statusWire;
    wire.reset(this.bytes, start, stop);
    while (wire.tag()) {
      if (wire.field === 3) {
        const code = wire.varint32();
        this.statusCode = code > STATUS_CODE_MAX ? 0 : code;
      } else {
        wire.skip();
        if (wire.field === 2) {
          this.#statusStart = wire.start;
          this.#statusEnd = wire.stop;
        }
      }
    }
  }

  /** Why the span cannot be stored for its ids, or undefined. */
  get idProblem(): string | undefined {
    if (!isId(this.bytes, this.trace, TRACE_ID_BYTES)) return "traceId must be 16 bytes that are not all zero";
    if (!isId(this.bytes, this.span, SPAN_ID_BYTES)) return "spanId must be 8 bytes that are not all zero";
    if (this.parent.length !== 0 && this.parent.length !== SPAN_ID_BYTES)
      return "parentSpanId must be empty or 8 bytes";
    return undefined;
  }

  /** Some exporters write eight zero bytes for "no parent". */
  get hasParent(): boolean {
    return isId(this.bytes, this.parent, SPAN_ID_BYTES);
  }

  get name(): string {
    return this.#texts.text(this.bytes, this.nameStart, this.nameEnd);
  }
  get traceState(): string {
    return this.#texts.text(this.bytes, this.traceStateStart, this.traceStateEnd);
  }
  get statusMessage(): string {
    return this.#texts.text(this.bytes, this.#statusStart, this.#statusEnd);
  }
  get startNs(): bigint {
    return (BigInt(this.startHigh) << 32n) | BigInt(this.startLow);
  }
  get endNs(): bigint {
    return (BigInt(this.endHigh) << 32n) | BigInt(this.endLow);
  }
  get scope(): string {
    return this.#scope?.name ?? "";
  }
  get scopeVersion(): string {
    return this.#scope?.version ?? "";
  }
  get service(): string {
    return this.#resource?.service ?? "";
  }
  get resource(): OtlpAttributes {
    return (this.#resource as ResourceContext).attributes;
  }

  /** Attributes, events and links that the sender left out. */
  get dropped(): number {
    const { attributes, events, links } = this.#droppedBySender;
    return attributes + events + links;
  }

  get events(): readonly OtlpSpanEvent[] {
    if (this.#eventRanges.length === 0) return NO_EVENTS;
    this.#events ??= this.#readEvents();
    return this.#events;
  }
  get links(): readonly OtlpSpanLink[] {
    if (this.#linkRanges.length === 0) return NO_LINKS;
    this.#links ??= this.#readLinks();
    return this.#links;
  }

  #readEvents(): OtlpSpanEvent[] {
    const events: OtlpSpanEvent[] = [];
    const wire = new WireReader();
    for (let i = 0; i < this.#eventRanges.length; i += 2) {
      const event = new OtlpSpanEvent(new OtlpAttributes(this.#keys, this.#texts));
      event.attributes.begin(this.bytes);
      wire.reset(this.bytes, this.#eventRanges[i] as number, this.#eventRanges[i + 1] as number);
      while (wire.tag()) {
        if (wire.field === 1) {
          const at = wire.fixed(8);
          event.timeLow = this.bytes.readUInt32LE(at);
          event.timeHigh = this.bytes.readUInt32LE(at + 4);
          continue;
        }
        wire.skip();
        if (wire.field === 2) event.name = this.#texts.text(this.bytes, wire.start, wire.stop);
        else if (wire.field === 3) event.attributes.read(wire.start, wire.stop);
      }
      this.leftOut += event.attributes.dropped;
      events.push(event);
    }
    return events;
  }

  #readLinks(): OtlpSpanLink[] {
    const links: OtlpSpanLink[] = [];
    const wire = new WireReader();
    for (let i = 0; i < this.#linkRanges.length; i += 2) {
      const trace: IdRange = { at: 0, length: 0 };
      const span: IdRange = { at: 0, length: 0 };
      const attributes = new OtlpAttributes(this.#keys, this.#texts);
      attributes.begin(this.bytes);
      wire.reset(this.bytes, this.#linkRanges[i] as number, this.#linkRanges[i + 1] as number);
      while (wire.tag()) {
        wire.skip();
        const id = wire.field === 1 ? trace : wire.field === 2 ? span : undefined;
        if (id !== undefined) {
          id.at = wire.start;
          id.length = wire.stop - wire.start;
        } else if (wire.field === 4) attributes.read(wire.start, wire.stop);
      }
      this.leftOut += attributes.dropped;
      if (!isId(this.bytes, trace, TRACE_ID_BYTES) || !isId(this.bytes, span, SPAN_ID_BYTES)) {
        this.leftOut++;
        continue;
      }
      links.push({
        traceAt: trace.at,
        spanAt: span.at,
        traceId: traceIdOf(this.bytes, trace.at),
        spanId: spanIdOf(this.bytes, span.at),
        attributes,
      });
    }
    return links;
  }
}

function isId(bytes: Buffer, id: IdRange, length: number): boolean {
  if (id.length !== length) return false;
  for (let i = id.at; i < id.at + length; i++) if (bytes[i] !== 0) return true;
  return false;
}
