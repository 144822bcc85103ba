// What is between agents, with people, and what went wrong: turns that no model call is.

import { NONE, type RunEventRow } from "../../model/run-columns.ts";
import { KIND } from "../codes.ts";
import { isBetweenAgents } from "../messages.ts";
import type { RunMessage } from "../run-analysis.ts";
import type { Said } from "./said.ts";
import type { ToolCalls } from "./tool-calls.ts";
import { agentOf, type FoundTurn, NO_MORE, RANK, type Scene } from "./turn.ts";

/** Messages between agents, without those that are told already. What a call or a prompt says is not said again. */
export function messageTurns(
  scene: Scene,
  said: Said,
  tools: ToolCalls,
  events: readonly RunEventRow[],
  told: ReadonlySet<RunMessage>,
): FoundTurn[] {
  const { columns, analysis } = scene;
  const texts = textsOfMessages(events);
  return analysis.messages
    .filter((message) => isBetweenAgents(message) && !told.has(message))
    .map((message) => {
      const { from, to, kind, at, row, fromRow, toRow } = message;
      const isSpan = row !== NONE && analysis.rows.kind[row] === KIND.message && !tools.isClaimed(row);
      const event = texts.get(keyOfMessage(at, from, to));
      const spans = [row, fromRow, toRow].map((one) => columns.spanIds[one] ?? at).join("-");
      const shown = [row, toRow, fromRow].find((candidate) => candidate !== NONE) ?? NONE;
      return {
        ...NO_MORE,
        ...{ id: `${spans}.${kind}`, order: at, at, rank: RANK.message },
        ...{ row: shown, role: "agent", kind: "message", agent: from, from, to, messageKind: kind },
        parts: isSpan ? said.takeNew(from, columns.inputParts.get(row) ?? []) : partOf(event),
        text: event?.message ?? "",
      };
    });
}

const MESSAGE_EVENTS = new Set(["message.sent", "handoff"]);

function textsOfMessages(events: readonly RunEventRow[]): Map<string, RunEventRow> {
  const told = events.filter(({ type }) => MESSAGE_EVENTS.has(type));
  return new Map(told.map((event) => [keyOfMessage(event.time, event.agent, event.toAgent), event]));
}

function keyOfMessage(at: number, from: string, to: string): string {
  return `${at}\0${from}\0${to}`;
}

function partOf(event: RunEventRow | undefined): readonly string[] {
  return event?.messageHash === undefined ? [] : [event.messageHash];
}

/** People who are asked, and what they answer. */
export function humanTurns(scene: Scene, events: readonly RunEventRow[]): FoundTurn[] {
  const asks = events.filter(({ type }) => type === "human.requested" || type === "human.answered");
  const rows = rowsOfSpans(scene, asks);
  return asks.map((event): FoundTurn => {
    const row = rows.get(event.spanId) ?? NONE;
    const agent = event.agent === "" && row !== NONE ? agentOf(scene, row) : event.agent;
    const isRequest = event.type === "human.requested";
    return {
      ...NO_MORE,
      ...{ id: `${event.id}.h`, order: event.time, at: event.time, rank: RANK.message, row, agent, role: "human" },
      kind: isRequest ? "request" : "response",
      ...(isRequest ? { from: agent } : { to: agent }),
      parts: partOf(event),
      text: event.message ?? "",
    };
  });
}

function rowsOfSpans({ columns }: Scene, events: readonly RunEventRow[]): Map<string, number> {
  const wanted = new Set(events.map(({ spanId }) => spanId).filter((id) => id !== ""));
  const rows = new Map<string, number>();
  if (wanted.size === 0) return rows;
  for (const [row, id] of columns.spanIds.entries()) if (wanted.has(id) && !rows.has(id)) rows.set(id, row);
  return rows;
}

/** Where errors began, as far as no turn before is the failed call itself. */
export function errorTurns(scene: Scene, turns: readonly FoundTurn[]): FoundTurn[] {
  const { columns, analysis } = scene;
  const shown = new Set(
    turns.flatMap(({ row, kind, calls }) => [...(kind === "answer" ? [row] : []), ...rowsOf(calls)]),
  );
  return analysis.errors
    .flatMap(({ origins }) => origins)
    .filter((row) => !shown.has(row))
    .map((row): FoundTurn => {
      const end = columns.end[row] as number;
      const agent = agentOf(scene, row);
      return {
        ...NO_MORE,
        ...{ id: `${columns.spanIds[row]}.e`, order: end, at: end, rank: RANK.output, row, agent, from: agent },
        ...{ role: "agent", kind: "error" },
      };
    });
}

function rowsOf(calls: FoundTurn["calls"]): number[] {
  return calls.map(({ row }) => row);
}
