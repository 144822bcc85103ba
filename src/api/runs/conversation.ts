// A run's transcript: pages of turns with their texts put in place.

import { present } from "../../base/present.ts";
import type { FoundRun } from "../../jobs/runs/analyst.ts";
import type {
  ConversationPage,
  ConversationQuery,
  HashedCall,
  HashedTurn,
  TurnPlace,
} from "../../jobs/runs/conversation-page.ts";
import type { RunReader, StoredContent } from "../../jobs/runs/run-reader.ts";
import type { Conversation, ConversationPart, ToolCall, Turn } from "../../model/conversation-shapes.ts";
import { isTraceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { decodeCursor, encodeCursor } from "../query-values.ts";
import { partOf } from "./span-detail.ts";

type Contents = ReadonlyMap<string, StoredContent>;

/** Reads a page, its texts cut where they are long. */
export async function readConversation(
  run: FoundRun,
  reader: RunReader,
  query: ConversationQuery,
): Promise<Conversation> {
  const page = await findPage(run, reader, query);
  const { project, traceIds } = run.reference;
  const hashes = [...new Set(page.turns.flatMap(hashesOf))];
  const max = LIMITS.conversationTextCharacters;
  const contents = await reader.contents(project, traceIds, hashes, run.tail, max);
  const { total, before, captured, next } = page;
  return {
    turns: page.turns.map((turn) => presentTurn(turn, contents)),
    ...present({ nextCursor: next === undefined ? undefined : cursorOf(next) }),
    ...{ total, before, captured },
  };
}

/** Who said what is read once for each analysis of the run: it is kept where the run is. */
async function findPage(run: FoundRun, reader: RunReader, query: ConversationQuery): Promise<ConversationPage> {
  const known = await run.ask("conversation", query);
  if (known !== undefined) return known;
  const { project, traceIds, runIds } = run.reference;
  const heads = await reader.partHeads({ project, traceIds: traceIds.filter(isTraceId), runIds }, run.tail);
  return (await run.ask("conversation", query, heads)) as ConversationPage;
}

function cursorOf({ id, order }: TurnPlace): string {
  return encodeCursor({ id, order: String(Math.max(0, Math.round(order))) });
}

/** Throws ApiError. */
export function readTurnCursor(cursor: string | undefined): TurnPlace | undefined {
  const place = decodeCursor(cursor, "id", "order");
  return place === undefined ? undefined : { id: place.id, order: Number(place.order) };
}

function hashesOf({ parts, toolCalls }: HashedTurn): string[] {
  return [
    ...parts,
    ...toolCalls.flatMap((call) => [...(call.arguments === undefined ? [] : [call.arguments]), ...call.results]),
  ];
}

function presentTurn({ text, parts, toolCalls, ...turn }: HashedTurn, contents: Contents): Turn {
  const said = presentParts(parts, contents);
  return {
    ...turn,
    // An event of no trace has its long text elsewhere: then there is its beginning.
    parts: said.length > 0 || text === "" ? said : [{ type: "text", text, bytes: Buffer.byteLength(text) }],
    toolCalls: toolCalls.map((call) => presentCall(call, contents)),
  };
}

function presentCall({ arguments: asked, results, ...call }: HashedCall, contents: Contents): ToolCall {
  const [given] = presentParts(asked === undefined ? [] : [asked], contents);
  return { ...call, ...(given === undefined ? {} : { arguments: given }), results: presentParts(results, contents) };
}

function presentParts(hashes: readonly string[], contents: Contents): ConversationPart[] {
  return hashes.flatMap((hash) => {
    const content = contents.get(hash);
    return content === undefined ? [] : [presentPart(hash, content)];
  });
}

/** A text that was cut is no JSON any more, and shown as the text that it is. */
export function presentPart(hash: string, content: StoredContent): ConversationPart {
  const { bytes, body } = content;
  const cutBytes = bytes - Buffer.byteLength(body);
  return { ...partOf(content), hash, bytes, ...(cutBytes > 0 ? { cutBytes } : {}) };
}
