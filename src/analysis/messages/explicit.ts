import { HINTS } from "../../model/draft.ts";
import { NONE } from "../../model/run-columns.ts";
import { MESSAGE_KINDS, type MessageKind } from "../../model/vocabulary.ts";
import { hintOf, KIND } from "../codes.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import { nextEntry } from "../transfers.ts";
import { CONFIDENCE, type MessageCollection } from "./message-draft.ts";
import { agentNameOf, entryBelow, entryOf, type MessageRule, USER } from "./message-rule.ts";

/** Read by other rules: an agent below a tool, a transfer by name, a caller on the agent's own span. */
const READ_ELSEWHERE = new Set(["M3", "M4", "M5"]);
const KINDS = new Set<string>(MESSAGE_KINDS);

/** What the source says outright: sender and receiver stand on a span. */
export const explicitMessages: MessageRule = {
  ids: ["M1", "M2", "M6", "M8", "M10"],
  doc: "A span names its sender and receiver: a handoff span, a transfer target, a message of a workflow, an A2A call.",
  find(run, messages) {
    const { columns, kind } = run;
    for (const row of run.hinted) {
      const evidence = hintOf(columns, row, HINTS.evidence);
      if (READ_ELSEWHERE.has(evidence)) continue;
      const isMessage = kind[row] === KIND.message || kind[row] === KIND.tool;
      const speaks =
        evidence === "M10" || hintOf(columns, row, HINTS.to) !== "" || hintOf(columns, row, HINTS.target) !== "";
      if (isMessage && speaks) addMessage(run, messages, row, evidence === "" ? "M1" : evidence);
    }
  },
};

function addMessage(run: ResolvedRun, messages: MessageCollection, row: number, evidence: string): void {
  const { columns, directory, tree } = run;
  const stated = hintOf(columns, row, HINTS.messageKind);
  if (stated === "" && run.kind[row] === KIND.tool) return;
  const messageKind = KINDS.has(stated) ? (stated as MessageKind) : "send";
  const from = directory.nameOf(hintOf(columns, row, HINTS.from)) || agentNameOf(run, row);
  const named = hintOf(columns, row, HINTS.to) || hintOf(columns, row, HINTS.target);
  const toRow = receivingEntry(run, row, directory.find(named), named === "");
  const to = directory.nameOf(named) || agentNameOf(run, toRow) || remoteService(run, row);
  messages.add({
    from: from === "" ? USER : from,
    to,
    kind: from === "" ? "input" : messageKind,
    at: tree.start[row] as number,
    arrived: toRow === NONE ? undefined : tree.start[toRow],
    row,
    fromRow: entryOf(run, row),
    toRow,
    evidence,
    confidence: CONFIDENCE.high,
  });
}

/** Where the receiver takes over: below the span, else its next invocation. */
function receivingEntry(run: ResolvedRun, row: number, agent: number, unnamed: boolean): number {
  const { tree, attribution } = run;
  for (let c = tree.childrenFrom[row] as number; c < (tree.childrenFrom[row + 1] as number); c++) {
    const below = entryBelow(run, tree.children[c] as number);
    if (below !== NONE && (unnamed || attribution.agent[below] === agent)) return below;
  }
  return agent === NONE ? NONE : (nextEntry(tree, attribution, row, agent)?.entry ?? NONE);
}

/** The service on the other side of a remote call. */
function remoteService({ columns, tree }: ResolvedRun, row: number): string {
  for (let c = tree.childrenFrom[row] as number; c < (tree.childrenFrom[row + 1] as number); c++) {
    const service = columns.service[tree.children[c] as number] as number;
    if (service !== columns.service[row]) return columns.texts.text(service);
  }
  return "";
}
