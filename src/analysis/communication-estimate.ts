// How many tokens of which calls were other agents' words: the estimate behind communication.ts.

import { NONE, type PartLengths } from "../model/run-columns.ts";
import { KIND } from "./codes.ts";
import { inputOf, lengthOf, outputOf } from "./contents.ts";
import { getOrMake } from "./get-or-make.ts";
import { type FoundMessage, isBetweenAgents } from "./messages.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import { firstAtOrAfter } from "./transfers.ts";
import { ROUNDING_NS } from "./tree.ts";

export interface Spent {
  tokens: number;
  costNano: number;
}

export function addSpent(sum: Spent, spent: Spent): void {
  sum.tokens += spent.tokens;
  sum.costNano += spent.costNano;
}

export interface SpendingEstimate {
  readonly total: Spent;
  readonly edges: Iterable<{ readonly from: string; readonly to: string; readonly spent: Spent }>;
  /** What writing each message took, by its index. */
  readonly messages: ReadonlyMap<number, Spent>;
}

/** Undefined when no call's input was captured. */
export function estimateSpending(
  run: ResolvedRun,
  found: readonly FoundMessage[],
  lengths: PartLengths,
): SpendingEstimate | undefined {
  const speakers = new Speakers(run, found);
  const ledger = new Ledger();
  const calls = speakers.calls;
  /** Who first read a part that another agent wrote. */
  const reader = new Map<string, string>();
  let captured = false;
  for (const call of calls) {
    const read = readCall(run, call, lengths, speakers, reader);
    captured = captured || read !== undefined;
    for (const { from, to, spent } of read ?? []) ledger.spend(from, to, spent);
  }
  if (!captured) return undefined;
  for (const [call, words] of writtenWords(run, found, lengths, speakers, reader))
    writeCall(run, call, words, lengths, ledger);
  return ledger;
}

/** Sums per pair of agents, per message and over all. */
class Ledger implements SpendingEstimate {
  readonly total: Spent = { tokens: 0, costNano: 0 };
  readonly messages = new Map<number, Spent>();
  readonly #edges = new Map<string, { readonly from: string; readonly to: string; readonly spent: Spent }>();

  get edges() {
    return this.#edges.values();
  }

  spend(from: string, to: string, spent: Spent): void {
    addSpent(this.total, spent);
    addSpent(getOrMake(this.#edges, `${from}\n${to}`, () => ({ from, to, spent: nothing() })).spent, spent);
  }

  spendOn(message: number, spent: Spent): void {
    addSpent(getOrMake(this.messages, message, nothing), spent);
  }
}

function nothing(): Spent {
  return { tokens: 0, costNano: 0 };
}

/** Knows whose words a stored part is. */
class Speakers {
  /** Model calls of agents, by start; and those of each agent. */
  readonly calls: number[] = [];
  readonly callsOf: number[][];
  readonly #run: ResolvedRun;
  /** Which agent's call first wrote a part. */
  readonly #writer = new Map<string, number>();
  /** Per receiving agent: parts that are the content of a message to it, and whose. */
  readonly #told: Map<string, string>[];
  readonly #users = new Set<string>();

  constructor(run: ResolvedRun, found: readonly FoundMessage[]) {
    const { kind, columns, attribution, tree } = run;
    this.#run = run;
    this.callsOf = attribution.names.map(() => []);
    this.#told = attribution.names.map(() => new Map());
    for (let row = 0; row < columns.count; row++) {
      if (kind[row] === KIND.llm && attribution.agent[row] !== NONE) this.calls.push(row);
    }
    this.calls.sort((a, b) => (tree.start[a] as number) - (tree.start[b] as number) || a - b);
    for (const call of this.calls) {
      const agent = attribution.agent[call] as number;
      this.callsOf[agent]?.push(call);
      for (const part of outputOf(columns, call)) if (!this.#writer.has(part)) this.#writer.set(part, agent);
    }
    for (const root of tree.roots) for (const part of inputOf(columns, tree, root)) this.#users.add(part);
    for (const message of found) this.#noteMessage(message);
  }

  #noteMessage({ from, to, kind, row, fromRow, toRow, parts }: FoundMessage): void {
    if (kind === "input") for (const part of parts) this.#users.add(part);
    const { columns, tree, directory } = this.#run;
    const told = this.#told[directory.find(to)];
    if (told === undefined || kind === "input") return;
    const sources = kind === "reply" ? [row, fromRow] : [toRow];
    const words = sources
      .filter((at) => at !== NONE)
      .flatMap((at) => (kind === "reply" ? outputOf(columns, at) : inputOf(columns, tree, at)));
    for (const part of [...parts, ...words]) if (!told.has(part)) told.set(part, from);
  }

  /** Whose words a part in an agent's input is; empty for its own, the user's and everything else. */
  of(part: string, agent: number): string {
    const writer = this.#writer.get(part);
    if (writer !== undefined) return writer === agent ? "" : (this.#run.attribution.names[writer] as string);
    return this.#users.has(part) ? "" : (this.#told[agent]?.get(part) ?? "");
  }
}

interface EdgeSpending {
  readonly from: string;
  readonly to: string;
  readonly spent: Spent;
}

/** What a call spent on reading others; undefined when its input was not captured. */
function readCall(
  { columns, tree, attribution, usage }: ResolvedRun,
  call: number,
  lengths: PartLengths,
  speakers: Speakers,
  reader: Map<string, string>,
): EdgeSpending[] | undefined {
  const agent = attribution.agent[call] as number;
  const to = attribution.names[agent] as string;
  const parts = inputOf(columns, tree, call);
  const whole = lengthOf(parts, lengths);
  if (whole === undefined) return undefined;
  const read: EdgeSpending[] = [];
  for (const part of parts) {
    const from = speakers.of(part, agent);
    if (from === "" || from === to || whole === 0) continue;
    if (!reader.has(part)) reader.set(part, to);
    const share = (lengths.get(part) ?? 0) / whole;
    const tokens = (usage.input[call] as number) * share;
    read.push({ from, to, spent: { tokens, costNano: (usage.costInput[call] as number) * share } });
  }
  return read;
}

/** A stretch of a call's output that went to another agent. */
interface Word {
  readonly length: number;
  readonly from: string;
  readonly to: string;
  /** The index of the message that it is the content of, or NONE. */
  readonly message: number;
}

/** By call: first what others were seen to read, then messages whose text stands in no call word for word. */
function writtenWords(
  { columns, attribution, tree, directory }: ResolvedRun,
  found: readonly FoundMessage[],
  lengths: PartLengths,
  speakers: Speakers,
  reader: ReadonlyMap<string, string>,
): Map<number, Word[]> {
  const words = new Map<number, Word[]>();
  const seen = new Set<string>();
  const messageOf = new Map<string, number>();
  for (const [i, { from, parts }] of found.entries()) for (const part of parts) messageOf.set(`${from}\n${part}`, i);
  for (const call of speakers.calls) {
    const from = attribution.names[attribution.agent[call] as number] as string;
    for (const part of outputOf(columns, call)) {
      const to = reader.get(part);
      if (to === undefined || to === from || seen.has(part)) continue;
      seen.add(part);
      const message = messageOf.get(`${from}\n${part}`) ?? NONE;
      getOrMake(words, call, () => []).push({ length: lengths.get(part) ?? 0, from, to, message });
    }
  }
  for (const [message, { from, to, at, bytes, parts, kind }] of found.entries()) {
    const alreadySeen = parts.some((part) => seen.has(part));
    if (!isBetweenAgents({ kind }) || bytes === undefined || alreadySeen) continue;
    const call = lastCallBefore(tree.start, tree.end, speakers.callsOf[directory.find(from)] ?? [], at);
    if (call !== NONE) getOrMake(words, call, () => []).push({ length: bytes, from, to, message });
  }
  return words;
}

/** The call whose output a message most likely is. */
function lastCallBefore(start: Float64Array, end: Float64Array, calls: readonly number[], at: number): number {
  for (let i = firstAtOrAfter(start, calls, at) - 1; i >= 0; i--) {
    const call = calls[i] as number;
    if ((end[call] as number) <= at + ROUNDING_NS) return call;
  }
  return NONE;
}

function writeCall(
  { columns, usage }: ResolvedRun,
  call: number,
  words: readonly Word[],
  lengths: PartLengths,
  ledger: Ledger,
): void {
  const said = words.reduce((sum, { length }) => sum + length, 0);
  const whole = Math.max(lengthOf(outputOf(columns, call), lengths) ?? said, said);
  if (whole === 0) return;
  const costOutput = (usage.cost[call] as number) - (usage.costInput[call] as number);
  for (const { length, from, to, message } of words) {
    const share = length / whole;
    const spent = { tokens: (usage.output[call] as number) * share, costNano: costOutput * share };
    ledger.spend(from, to, spent);
    if (message !== NONE) ledger.spendOn(message, spent);
  }
}
