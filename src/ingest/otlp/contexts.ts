import { scopeMarks } from "../../dialects/registry.ts";
import { attributeKey } from "../../model/attribute-keys.ts";
import type { AttributeValue } from "../../model/foreign-span.ts";
import { TALEA } from "../../model/names.ts";
import { OtlpAttributes } from "./attributes.ts";
import type { KeyTable } from "./key-table.ts";
import type { TextCache } from "./text-cache.ts";
import { WIRE, WireReader } from "./wire.ts";

const SERVICE_NAME = attributeKey("service.name");
const RUN_ID = attributeKey(TALEA.runId);

/** Who sent the items that follow: read once for all of them. */
export interface ResourceContext {
  readonly attributes: OtlpAttributes;
  readonly service: string;
  /** All attributes as JSON, keys in the order of arrival. */
  readonly json: string;
  /** The run that the resource names, or "". */
  readonly runId: string;
}

/** Which instrumentation made the items that follow. */
export interface ScopeContext {
  readonly name: string;
  readonly version: string;
  /** The dialects that the scope speaks for, as bits. */
  readonly marks: number;
}

export const NO_SCOPE: ScopeContext = { name: "", version: "", marks: 0 };

/** Reads a Resource message; an absent one is the empty range. */
export function readResource(
  bytes: Buffer,
  start: number,
  end: number,
  keys: KeyTable,
  texts: TextCache,
): ResourceContext {
  const attributes = new OtlpAttributes(keys, texts);
  attributes.begin(bytes);
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  while (wire.tag()) {
    wire.skip();
    if (wire.field === 1 && wire.wire === WIRE.bytes) attributes.read(wire.start, wire.stop);
  }
  return {
    attributes,
    service: attributes.text(SERVICE_NAME),
    json: attributesJson(attributes),
    runId: attributes.text(RUN_ID),
  };
}

/** Reads an InstrumentationScope message. */
export function readScope(bytes: Buffer, start: number, end: number, texts: TextCache): ScopeContext {
  let name = "";
  let version = "";
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  while (wire.tag()) {
    wire.skip();
    if (wire.field === 1) name = texts.text(bytes, wire.start, wire.stop);
    else if (wire.field === 2) version = texts.text(bytes, wire.start, wire.stop);
  }
  return { name, version, marks: scopeMarks(name) };
}

/** The attributes that no dialect took, as a JSON object; "" when there are none. */
export function attributesJson(attributes: OtlpAttributes): string {
  if (attributes.count === 0) return "";
  const entries: [string, AttributeValue][] = [];
  for (let slot = 0; slot < attributes.count; slot++) {
    if (attributes.taken[slot]) continue;
    const value = attributes.valueAt(slot);
    if (value === undefined) continue;
    entries.push([
      attributes.nameAt(slot),
      value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
    ]);
  }
  return entries.length === 0 ? "" : JSON.stringify(Object.fromEntries(entries));
}
