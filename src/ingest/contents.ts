// Long texts, stored once per trace. A row that has any names them by two parallel lists: where each belongs (its
// slot) and the hash of its text. Slots:
//   input, output      a part of the span's messages, in order; it begins a message
//   input+, output+    a further part of the same message
//   attr:<name>        the whole value of an attribute whose row holds only its beginning
//   body, data:<name>  the same for an event's message and for a field of its data
//
// Agents send their whole history with every call: by part, a conversation of n turns takes n rows instead of n².

import { hash } from "node:crypto";
import { FingerprintSet } from "../base/fingerprint-set.ts";
import { hashText } from "../base/hash.ts";
import type { ContentPart } from "../model/draft.ts";
import { TRACE_ID_BYTES } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { ArrayBuilder, FixedStringBuilder, LowCardinalityBuilder } from "../store/native/column-builders.ts";
import type { Batch } from "./batch.ts";
import type { Cuts } from "./cuts.ts";

export const CONTENT_HASH_BYTES = 16;

/** The two lists of a row, as the tables that have them declare them. */
export interface ContentReferences {
  readonly content_slots: ArrayBuilder<LowCardinalityBuilder>;
  readonly content_hashes: ArrayBuilder<FixedStringBuilder>;
}

const ZERO_TRACE = Buffer.alloc(TRACE_ID_BYTES);

/** Writes parts into `contents`, each once per trace, and refers to them from rows. */
export class ContentWriter {
  readonly #seen = new FingerprintSet(LIMITS.seenParts);
  #references = 0;

  /** Refers to the parts of one side of a span's messages. */
  parts(
    batch: Batch,
    project: string,
    trace: Buffer,
    row: ContentReferences,
    slot: "input" | "output",
    parts: readonly ContentPart[],
    cuts: Cuts,
  ): void {
    for (const part of parts) {
      const body = cuts.utf8(Buffer.from(part.body), LIMITS.attributeValueBytes);
      const at = part.continues === true ? `${slot}+` : slot;
      this.#refer(batch, project, trace, row, at, cuts.name(part.role), part.type, metaText(part.meta, cuts), body);
    }
  }

  /** Refers to the whole of a long value. */
  value(batch: Batch, project: string, trace: Buffer, row: ContentReferences, slot: string, body: Buffer): void {
    this.#refer(batch, project, trace, row, slot, "", "value", "", body);
  }

  /** Ends the lists of a row; to be called once for each row after its parts. */
  endRow(row: ContentReferences, rowNumber: number): void {
    if (this.#references === 0) return;
    row.content_slots.put(rowNumber, this.#references);
    row.content_hashes.put(rowNumber, this.#references);
    this.#references = 0;
  }

  /** To be called when a batch was not stored: its parts must be written again when they come again. */
  forget(): void {
    this.#seen.clear();
  }

  #refer(
    batch: Batch,
    project: string,
    trace: Buffer,
    references: ContentReferences,
    slot: string,
    role: string,
    type: string,
    meta: string,
    body: Buffer,
  ): void {
    const head = Buffer.from(`${role}\0${type}\0${meta}\0`);
    const key = hash("sha256", Buffer.concat([head, body]), "buffer").subarray(0, CONTENT_HASH_BYTES);
    references.content_slots.items.append(slot);
    references.content_hashes.items.append(key);
    this.#references++;
    // The hash is random enough that the mixture stands for project, trace and part.
    const low = (key.readUInt32LE(0) + trace.readUInt32LE(8)) ^ hashText(project);
    const high = key.readUInt32LE(4) ^ trace.readUInt32LE(12);
    if (!this.#seen.add(low, high)) return;
    const row = batch.begin("contents", project);
    const { columns } = batch.contents;
    columns.trace_id.put(row, trace);
    columns.hash.put(row, key);
    columns.role.put(row, role);
    columns.type.put(row, type);
    columns.meta.put(row, meta);
    columns.body.putBytes(row, body);
  }
}

/** What else a part said, as JSON; "" when that is too much or too deep to be any use. */
function metaText(meta: ContentPart["meta"], cuts: Cuts): string {
  if (meta === undefined) return "";
  let text: string;
  try {
    text = JSON.stringify(meta);
  } catch {
    // The only way to fail here is a nesting that overflows the stack.
    return "";
  }
  if (Buffer.byteLength(text) <= LIMITS.attributeValueBytes) return text;
  cuts.bytes += Buffer.byteLength(text);
  return "";
}

/** The trace of records that have none. */
export function noTrace(): Buffer {
  return ZERO_TRACE;
}

/** The first characters of a text, cut between characters, with an ellipsis where something is left out. */
export function preview(text: string): string {
  const max = LIMITS.previewCharacters;
  if (text.length <= max) return text;
  const cut = text.charCodeAt(max - 1) >= 0xd800 && text.charCodeAt(max - 1) < 0xdc00 ? max - 1 : max;
  return `${text.slice(0, cut)}…`;
}

/** What a list shows of a message: the last part of it. */
export function partsPreview(parts: readonly ContentPart[]): string {
  const last = parts.at(-1);
  if (last === undefined) return "";
  const name = last.type === "tool_call" ? last.meta?.["name"] : undefined;
  const body =
    last.body.length > 4 * LIMITS.previewCharacters ? last.body.slice(0, 4 * LIMITS.previewCharacters) : last.body;
  return preview(typeof name === "string" ? `${name}(${body})` : body);
}
