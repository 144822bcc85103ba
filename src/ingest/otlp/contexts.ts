import { scopeMarks } from "../../dialects/registry.ts";
import { attributeKey } from "../../model/attribute-keys.ts";
import { LIMITS } from "../../model/limits.ts";
import { TALEA } from "../../model/names.ts";
import { Cuts } from "../cuts.ts";
import { jsonValue, OtlpAttributes } from "./attributes.ts";
import { FLAWS, StructureCheck } from "./check.ts";
import { MESSAGES } from "./descriptors.ts";
import type { KeyTable } from "./key-table.ts";
import type { TextCache } from "./text-cache.ts";
import { WireReader } from "./wire.ts";

const SERVICE_NAME = attributeKey("service.name");
const RUN_ID = attributeKey(TALEA.runId);

/** Who sent the items that follow: read once for all of them. */
export interface ResourceContext {
  readonly attributes: OtlpAttributes;
  readonly service: string;
  /** All attributes as JSON, keys in the order of arrival. */
  readonly json: string;
  /** What the resource names as the run, or "". */
  readonly runId: string;
  /** Something of it was beyond a limit and is left out. */
  readonly isCut: boolean;
}

/** Which instrumentation made the items that follow. */
export interface ScopeContext {
  readonly name: string;
  readonly version: string;
  /** The dialects that the scope speaks for, as bits. */
  readonly marks: number;
}

export const NO_SCOPE: ScopeContext = { name: "", version: "", marks: 0 };

/**
 * Reads the Resource of the Resource… message `bytes[start, end)`; several are one, as protobuf says. When `isTooDeep`
 * its attributes are looked at one by one, and those that are nested beyond the limit are left out.
 */
export function readResource(
  bytes: Buffer,
  start: number,
  end: number,
  isTooDeep: boolean,
  keys: KeyTable,
  texts: TextCache,
): ResourceContext {
  const attributes = new OtlpAttributes(keys, texts);
  attributes.begin(bytes);
  const check = isTooDeep ? new StructureCheck(bytes) : undefined;
  const container = new WireReader();
  const wire = new WireReader();
  container.reset(bytes, start, end);
  while (container.tag()) {
    container.skip();
    if (container.field !== 1) continue;
    wire.reset(bytes, container.start, container.stop);
    while (wire.tag()) {
      wire.skip();
      if (wire.field !== 1) continue;
      const flaws = check?.flaws(wire.start, wire.stop, MESSAGES.KeyValue) ?? 0;
      if ((flaws & FLAWS.tooDeep) === 0) attributes.read(wire.start, wire.stop);
      else attributes.dropped++;
    }
  }
  const cuts = new Cuts();
  const service = cuts.name(attributes.text(SERVICE_NAME));
  const json = attributesJson(attributes, cuts);
  return {
    attributes,
    service,
    json,
    runId: attributes.text(RUN_ID),
    isCut: attributes.dropped > 0 || cuts.bytes > 0,
  };
}

/** Reads the InstrumentationScope of the Scope… message `bytes[start, end)`. */
export function readScope(bytes: Buffer, start: number, end: number, texts: TextCache): ScopeContext {
  let name = "";
  let version = "";
  const container = new WireReader();
  const wire = new WireReader();
  container.reset(bytes, start, end);
  while (container.tag()) {
    container.skip();
    if (container.field !== 1) continue;
    wire.reset(bytes, container.start, container.stop);
    while (wire.tag()) {
      wire.skip();
      if (wire.field === 1) name = texts.text(bytes, wire.start, wire.stop);
      else if (wire.field === 2) version = texts.text(bytes, wire.start, wire.stop);
    }
  }
  const cuts = new Cuts();
  return { name: cuts.name(name), version: cuts.name(version), marks: scopeMarks(name) };
}

/**
 * The attributes that no dialect took, as a JSON object; "" when there are none. All values together have the room of
 * one: what is longer is cut and counted, and a structure that has to be cut becomes the beginning of its JSON.
 */
export function attributesJson(attributes: OtlpAttributes, cuts: Cuts): string {
  if (attributes.count === 0) return "";
  const entries: [string, unknown][] = [];
  let room: number = LIMITS.attributeValueBytes;
  for (let slot = 0; slot < attributes.count; slot++) {
    if (attributes.taken[slot]) continue;
    const sizeBytes = (attributes.end[slot] as number) - (attributes.start[slot] as number);
    entries.push([
      attributes.nameAt(slot),
      sizeBytes <= room ? jsonValue(attributes.valueAt(slot) ?? "") : cuts.text(attributes.storedAt(slot), room),
    ]);
    room = Math.max(0, room - sizeBytes);
  }
  return entries.length === 0 ? "" : JSON.stringify(Object.fromEntries(entries));
}
