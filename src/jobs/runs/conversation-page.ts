// A page of a run's transcript, still without texts: turns as the API shows them, with the hashes of their parts.

import type { FoundCall, FoundTurn } from "../../analysis/conversation/turn.ts";
import type { RunAnalysis } from "../../analysis/run-analysis.ts";
import { present } from "../../base/present.ts";
import type { ToolCall, Turn, TurnError } from "../../model/conversation-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import type { PartHeads } from "../../model/part-heads.ts";
import { NONE, type RunColumns } from "../../model/run-columns.ts";
import { instantAt } from "./present.ts";
import { presentSpanRow } from "./present-span.ts";

const NS_PER_MS = 1e6;

interface SizedTurn extends FoundTurn {
  /** About how much text it has in a page. */
  readonly bytes: number;
}

/** What is kept of a transcript between pages. */
export interface FoundConversation {
  readonly turns: readonly SizedTurn[];
  readonly captured: boolean;
}

export function keptConversation(turns: readonly FoundTurn[], heads: PartHeads): FoundConversation {
  return { turns: turns.map((turn) => ({ ...turn, bytes: bytesOf(turn, heads) })), captured: heads.size > 0 };
}

/** A turn's place: after it the next page begins. */
export interface TurnPlace {
  readonly id: string;
  /** Nanoseconds after the run's t0, for when the turn is not there any more. */
  readonly order: number;
}

export interface ConversationQuery {
  readonly after: TurnPlace | undefined;
  /** Turns of, from or to any of them; undefined: all. */
  readonly agents: readonly string[] | undefined;
  readonly limit: number;
}

export interface HashedCall extends Omit<ToolCall, "arguments" | "results"> {
  readonly arguments?: string;
  readonly results: readonly string[];
}

export interface HashedTurn extends Omit<Turn, "parts" | "toolCalls"> {
  readonly parts: readonly string[];
  readonly toolCalls: readonly HashedCall[];
  /** What an event says, or the beginning of it when the whole is a part; empty for what is no event. */
  readonly text: string;
}

export interface ConversationPage {
  readonly turns: readonly HashedTurn[];
  /** Place of the last turn, when more follow. */
  readonly next: TurnPlace | undefined;
  readonly total: number;
  readonly before: number;
  readonly captured: boolean;
}

export function conversationPage(
  columns: RunColumns,
  analysis: RunAnalysis,
  { turns, captured }: FoundConversation,
  { after, agents, limit }: ConversationQuery,
): ConversationPage {
  const wanted = agents === undefined ? undefined : new Set(agents);
  const passing = wanted === undefined ? turns : turns.filter((turn) => isOfAny(turn, wanted));
  const from = after === undefined ? 0 : startBehind(passing, after);
  const end = endOfPage(passing, from, limit);
  const last = passing[end - 1];
  return {
    turns: passing.slice(from, end).map((turn) => presentTurn(columns, analysis, turn)),
    next: end < passing.length && last !== undefined ? { id: last.id, order: placeOf(last) } : undefined,
    total: passing.length,
    before: from,
    captured,
  };
}

function isOfAny({ agent, from, to }: FoundTurn, agents: ReadonlySet<string>): boolean {
  return agents.has(agent) || agents.has(from) || agents.has(to);
}

/** What goes on stands at the end; its beginning is the last instant that is known to be before it. */
function placeOf({ order, at }: FoundTurn): number {
  return Number.isFinite(order) ? order : at;
}

function startBehind(turns: readonly FoundTurn[], { id, order }: TurnPlace): number {
  const at = turns.findIndex((turn) => turn.id === id);
  if (at >= 0) return at + 1;
  const later = turns.findIndex((turn) => turn.order > order);
  return later < 0 ? turns.length : later;
}

/** As many turns as were asked for, unless their texts are too long for one answer; one at least. */
function endOfPage(turns: readonly SizedTurn[], from: number, limit: number): number {
  let bytes = 0;
  let end = from;
  while (end < turns.length && end - from < limit) {
    bytes += (turns[end] as SizedTurn).bytes;
    if (bytes > LIMITS.conversationPageBytes && end > from) break;
    end++;
  }
  return end;
}

function bytesOf({ parts, calls, text }: FoundTurn, heads: PartHeads): number {
  const hashes = [...parts, ...calls.flatMap(hashesOfCall)];
  const shown = (hash: string) => Math.min(heads.get(hash)?.bytes ?? 0, LIMITS.conversationTextCharacters);
  return hashes.reduce((sum, hash) => sum + shown(hash), text.length);
}

function hashesOfCall({ asked, results }: FoundCall): string[] {
  return [...(asked === undefined ? [] : [asked]), ...results];
}

function presentTurn(columns: RunColumns, analysis: RunAnalysis, turn: FoundTurn): HashedTurn {
  const { row, at, end, kind, agent, from, to, messageKind } = turn;
  const isOpen = end === Number.POSITIVE_INFINITY;
  const span = kind === "answer" ? presentSpanRow(columns, analysis, "", row) : undefined;
  return {
    id: turn.id,
    at: instantAt(columns.t0Ns, at),
    ...{ role: turn.role, kind, parts: turn.parts, text: turn.text },
    toolCalls: turn.calls.map((call) => presentCall(columns, analysis, call)),
    ...present({
      endedAt: end === undefined || isOpen ? undefined : instantAt(columns.t0Ns, end),
      durationMs: end === undefined || isOpen ? undefined : (end - at) / NS_PER_MS,
      ...{ agent, from, to, messageKind },
      spanId: row === NONE ? undefined : columns.spanIds[row],
      ...{ model: span?.model, tokens: span?.tokens, cost: span?.cost },
      isOpen: isOpen ? true : undefined,
      error: kind === "answer" || kind === "error" ? errorOf(columns, analysis, row) : undefined,
    }),
  };
}

function presentCall(columns: RunColumns, analysis: RunAnalysis, call: FoundCall): HashedCall {
  const { id, name, row, asked, results } = call;
  const span = row === NONE ? undefined : presentSpanRow(columns, analysis, "", row);
  return {
    ...{ name, results },
    ...present({
      ...{ id, arguments: asked, spanId: span?.id, status: span?.status, durationMs: span?.durationMs },
      error: span === undefined ? undefined : errorOf(columns, analysis, row),
    }),
  };
}

function errorOf(columns: RunColumns, analysis: RunAnalysis, row: number): TurnError | undefined {
  const { status, statusMessage, errorType } = presentSpanRow(columns, analysis, "", row);
  return status === "error" ? present({ type: errorType, message: statusMessage }) : undefined;
}
