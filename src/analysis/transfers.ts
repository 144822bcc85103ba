// M5: tools that hand control to another agent, told by their name or by what the dialect read from their arguments:
// `transfer_to_research_expert`, `transfer_to_agent {agentName}`, `handoff_to_<id>`. The target must be an agent of the
// run that starts afterwards and outside the tool: an agent below the tool was called and returns (M4).

import { HINTS } from "../model/draft.ts";
import { NONE, type RunColumns } from "../model/run-columns.ts";
import type { AgentDirectory } from "./agent-directory.ts";
import type { Attribution } from "./attribution.ts";
import { KIND } from "./codes.ts";
import { isBelow, ROUNDING_NS, type Tree } from "./tree.ts";

export interface Transfer {
  /** The tool call. */
  readonly row: number;
  /** The receiving agent, and its invocation. */
  readonly agent: number;
  readonly entry: number;
  /** Whether no other agent's invocation began in between. */
  readonly startsNext: boolean;
}

const TRANSFER_NAME = /^(?:transfer|handoff|hand_off|delegate|escalate|route)_(?:back_)?to_(.+)$/i;
/** The transfers of a run. Their rows become spans of kind message. */
export function findTransfers(
  columns: RunColumns,
  tree: Tree,
  kind: Uint8Array,
  attribution: Attribution,
  directory: AgentDirectory,
): Transfer[] {
  if (attribution.names.length < 2) return [];
  const targets = new TransferTargets(columns, directory);
  const transfers: Transfer[] = [];
  for (let row = 0; row < columns.count; row++) {
    if (kind[row] !== KIND.tool && kind[row] !== KIND.message) continue;
    const agent = targets.of(row);
    if (agent === NONE || agent === attribution.agent[row]) continue;
    const found = nextEntry(tree, attribution, row, agent);
    if (found === undefined || isBelow(tree, found.entry, row)) continue;
    kind[row] = KIND.message;
    transfers.push({ row, agent, ...found });
  }
  return transfers;
}

/** Reads the target of a tool call; tools of one name have one target, so names are read once. */
class TransferTargets {
  readonly #columns: RunColumns;
  readonly #directory: AgentDirectory;
  readonly #byTool = new Map<number, number>();

  constructor(columns: RunColumns, directory: AgentDirectory) {
    this.#columns = columns;
    this.#directory = directory;
  }

  of(row: number): number {
    const hinted = this.#hinted(row);
    if (hinted !== undefined) return hinted;
    const text = (this.#columns.tool[row] as number) || (this.#columns.name[row] as number);
    const known = this.#byTool.get(text);
    if (known !== undefined) return known;
    const match = TRANSFER_NAME.exec(this.#columns.texts.text(text));
    const agent = match === null ? NONE : this.#directory.find(match[1] as string);
    this.#byTool.set(text, agent);
    return agent;
  }

  /** Undefined when the dialect left the question open. */
  #hinted(row: number): number | undefined {
    const hints = this.#columns.hints.get(row);
    if (hints === undefined) return undefined;
    const evidence = hints.get(HINTS.evidence) ?? "";
    const target = hints.get(HINTS.target) ?? hints.get(HINTS.to) ?? "";
    if (evidence === "M5" && target !== "") return this.#directory.find(target);
    // Said outright, or the start of an agent: other rules read these.
    const messageKind = hints.get(HINTS.messageKind) ?? "";
    const explicit = evidence !== "" || hints.has(HINTS.to) || (messageKind !== "" && messageKind !== "handoff");
    if (explicit || hints.get(HINTS.toolType) === "agent") return NONE;
    return target === "" ? undefined : this.#directory.find(target);
  }
}

/** The first invocation of an agent at or after a row's start. */
export function nextEntry(
  tree: Tree,
  { agent: agents, entries, entriesOf }: Attribution,
  row: number,
  agent: number,
): Pick<Transfer, "entry" | "startsNext"> | undefined {
  const own = entriesOf[agent] as readonly number[];
  const entry = own[firstAtOrAfter(tree.start, own, (tree.start[row] as number) - ROUNDING_NS)];
  if (entry === undefined) return undefined;
  // Who is next, but for the sender itself?
  let i = firstAtOrAfter(tree.start, entries, (tree.end[row] as number) - ROUNDING_NS);
  while (i < entries.length && agents[entries[i] as number] === agents[row]) i++;
  const next = entries[i];
  return { entry, startsNext: next === undefined || agents[next] === agent };
}

/** The first index whose row starts at or after a time; rows are sorted by start. */
export function firstAtOrAfter(start: Float64Array, rows: readonly number[], time: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((start[rows[middle] as number] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
