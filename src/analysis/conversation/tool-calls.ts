// Tool calls and the spans that ran them. A model's answer asks for calls by id; the span that runs one has the same id,
// and its result comes back in the next input under it. Where an id is missing, the tool's next span of that name is
// taken, by the same agent, and results are those of the calls that wait for one, in their order.

import { HINTS } from "../../model/draft.ts";
import { NONE } from "../../model/run-columns.ts";
import { hintOf, KIND } from "../codes.ts";
import { getOrMake } from "../get-or-make.ts";
import { firstAtOrAfter } from "../transfers.ts";
import { ROUNDING_NS } from "../tree.ts";
import { agentOf, type FoundCall, headOf, type Scene } from "./turn.ts";

/** A call whose result may still be told. */
export interface OpenCall extends FoundCall {
  readonly agent: string;
  readonly results: string[];
}

/** Spans of one tool that are looked at for one call: a run may have a hundred thousand of them. */
const LOOKED_AT_MAX = 256;

/** A call as an answer asks for it. */
export interface AskedCall {
  readonly id: string;
  readonly name: string;
  /** The part with its arguments, when it was captured. */
  readonly hash: string | undefined;
}

export class ToolCalls {
  readonly #scene: Scene;
  /** Rows that run tools, by start. */
  readonly #rows: readonly number[];
  readonly #rowsById = new Map<string, number[]>();
  readonly #rowsByName = new Map<string, number[]>();
  readonly #claimed = new Set<number>();
  /** The latest call of each id. */
  readonly #byId = new Map<string, OpenCall>();
  /** Calls that no input has told the result of, by agent, in the order in which they were asked for. */
  readonly #awaiting = new Map<string, Set<OpenCall>>();
  /** Of them: those whose span told it. */
  readonly #ran = new Set<OpenCall>();

  constructor(scene: Scene) {
    this.#scene = scene;
    const { columns, analysis } = scene;
    const rows: number[] = [];
    for (let row = 0; row < columns.count; row++) {
      if (analysis.rows.hidden[row] || !runsTool(analysis.rows.kind[row] as number)) continue;
      rows.push(row);
      const id = columns.texts.text(columns.toolCallId[row] as number);
      if (id !== "") getOrMake(this.#rowsById, id, () => []).push(row);
      else getOrMake(this.#rowsByName, toolOf(scene, row), () => []).push(row);
    }
    const byStart = (a: number, b: number) => (columns.start[a] as number) - (columns.start[b] as number) || a - b;
    for (const list of [rows, ...this.#rowsById.values(), ...this.#rowsByName.values()]) list.sort(byStart);
    this.#rows = rows;
  }

  /** A call that is asked for, joined to the span that runs it. To be called in the order of time. */
  join({ id, name, hash }: AskedCall, agent: string, after: number): OpenCall {
    const row = this.#claim(id, name, agent, after - ROUNDING_NS);
    return this.#callOf(row, { id, name, row, agent, asked: hash, results: [] });
  }

  /** The calls that no one asked for, each with its row, by start. */
  unasked(): OpenCall[] {
    const { columns, analysis } = this.#scene;
    return this.#rows
      .filter((row) => !this.#claimed.has(row) && analysis.rows.kind[row] !== KIND.message)
      .map((row) => {
        const id = columns.texts.text(columns.toolCallId[row] as number);
        const agent = agentOf(this.#scene, row);
        return this.#callOf(row, { id, name: toolOf(this.#scene, row), row, agent, asked: undefined, results: [] });
      });
  }

  isClaimed(row: number): boolean {
    return this.#claimed.has(row);
  }

  /** From here on inputs may repeat a call, and tell its result. */
  asked(call: OpenCall): void {
    if (call.id !== "") this.#byId.set(call.id, call);
    getOrMake(this.#awaiting, call.agent, () => new Set()).add(call);
    if (call.results.length > 0) this.#ran.add(call);
  }

  /** Whether a part of an agent's input repeats a call, or gives the result of one: then it belongs there. */
  takes(hash: string, agent: string): boolean {
    const { type, callId, name } = headOf(this.#scene, hash);
    const known = callId === "" ? undefined : this.#byId.get(callId);
    if (type === "tool_call") {
      return known !== undefined && (name === "" || known.name === "" || name === known.name);
    }
    if (type !== "tool_result") return false;
    const call = callId === "" ? this.#nextAwaiting(agent) : known;
    if (call === undefined) return false;
    this.#awaiting.get(call.agent)?.delete(call);
    this.#ran.delete(call);
    if (call.results.length === 0) call.results.push(hash);
    return true;
  }

  /** Of another agent, who handed control on, only a call whose result is known already: that one is told again. */
  #nextAwaiting(agent: string): OpenCall | undefined {
    const [own] = this.#awaiting.get(agent) ?? [];
    const [other] = this.#ran;
    return own ?? other;
  }

  #claim(id: string, name: string, agent: string, after: number): number {
    const byId = this.#free(this.#rowsById.get(id), agent, after);
    const row = byId === NONE ? this.#free(this.#rowsByName.get(name), agent, after) : byId;
    if (row !== NONE) this.#claimed.add(row);
    return row;
  }

  /** The first row that began after an instant and that no call has claimed, rather one of the agent. */
  #free(rows: readonly number[] | undefined, agent: string, after: number): number {
    if (rows === undefined) return NONE;
    const from = firstAtOrAfter(this.#scene.columns.start, rows, after);
    let first = NONE;
    for (let i = from; i < Math.min(rows.length, from + LOOKED_AT_MAX); i++) {
      const row = rows[i] as number;
      if (this.#claimed.has(row)) continue;
      if (agentOf(this.#scene, row) === agent) return row;
      if (first === NONE) first = row;
    }
    return first;
  }

  #callOf(row: number, call: OpenCall): OpenCall {
    if (row === NONE) return call;
    const { inputParts, outputParts } = this.#scene.columns;
    return { ...call, asked: call.asked ?? inputParts.get(row)?.[0], results: [...(outputParts.get(row) ?? [])] };
  }
}

function runsTool(kind: number): boolean {
  return kind === KIND.tool || kind === KIND.retrieval || kind === KIND.message;
}

/** What a tool is called: the name that the source gives it, else the span's. */
function toolOf({ columns }: Scene, row: number): string {
  return columns.texts.text((columns.tool[row] as number) || (columns.name[row] as number));
}

/** The calls that a model's answer asks for: parts of it, or what a dialect noted of them where none were captured. */
export function askedCalls(scene: Scene, row: number, output: readonly string[]): AskedCall[] {
  const parts = output.filter((hash) => headOf(scene, hash).type === "tool_call");
  if (parts.length > 0) return parts.map((hash) => ({ hash, ...callHead(scene, hash) }));
  if (output.length > 0) return [];
  return notedCalls(hintOf(scene.columns, row, HINTS.calls));
}

export function callHead(scene: Scene, hash: string): { readonly id: string; readonly name: string } {
  const { callId, name } = headOf(scene, hash);
  return { id: callId, name };
}

function notedCalls(json: string): AskedCall[] {
  if (json === "") return [];
  let noted: unknown;
  try {
    noted = JSON.parse(json);
  } catch {
    // A hint that was cut at its limit: the calls are known by their spans.
    return [];
  }
  const list = Array.isArray(noted) ? (noted as { readonly id?: unknown; readonly name?: unknown }[]) : [];
  return list.map(({ id, name }) => ({ hash: undefined, id: textOf(id), name: textOf(name) }));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
