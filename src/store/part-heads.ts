// Decodes what is known of message parts without their texts.

import type { PartHead, PartHeads } from "../model/part-heads.ts";
import { type Block, readBlocks } from "./native/block-reader.ts";

/** From the store, which sends no more than that, and from the journal, which has the parts as they came. */
export function decodePartHeads(chunks: readonly Uint8Array[]): PartHeads {
  const heads = new Map<string, PartHead>();
  for (const block of chunks.flatMap(readBlocks)) {
    if (block.rows === 0) continue;
    const hashes = block.texts("hash");
    const isStored = block.columns.has("length");
    for (let row = 0; row < block.rows; row++) {
      heads.set(hashes.text(row), isStored ? storedHead(block, row) : journaledHead(block, row));
    }
  }
  return heads;
}

function storedHead(block: Block, row: number): PartHead {
  const text = (name: string) => block.texts(name).text(row);
  return {
    ...{ role: text("role"), type: text("type"), callId: text("call_id"), name: text("name") },
    bytes: block.numbers("length")[row] as number,
  };
}

function journaledHead(block: Block, row: number): PartHead {
  const type = block.texts("type").text(row);
  const { id, name } = type.startsWith("tool_") ? parseMeta(block.texts("meta").text(row)) : {};
  return {
    ...{ role: block.texts("role").text(row), type },
    callId: typeof id === "string" ? id : "",
    name: typeof name === "string" ? name : "",
    bytes: block.texts("body").bytes(row).length,
  };
}

/** Ingest wrote it: an object, or nothing. */
function parseMeta(json: string): { readonly id?: unknown; readonly name?: unknown } {
  return json === "" ? {} : (JSON.parse(json) as { readonly id?: unknown; readonly name?: unknown });
}
