import { NONE } from "../../model/run-columns.ts";
import { STATUS } from "../codes.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import { CONFIDENCE, type MessageCollection } from "./message-draft.ts";
import { agentNameOf, type MessageRule, USER } from "./message-rule.ts";

export const userMessages: MessageRule = {
  ids: ["M14"],
  doc: "What the user gives to the first agent, and what the last agent gives to the user. Listed, never counted.",
  find(run, messages) {
    const outermost = run.attribution.entries.filter((entry) => run.attribution.caller[entry] === NONE);
    const first = outermost.find((entry) => messages.into(entry) === undefined);
    if (first !== undefined) addInput(run, messages, first);
    const last = lastEnded(run, outermost);
    if (last !== undefined) addOutput(run, messages, last);
  },
};

function addInput(run: ResolvedRun, messages: MessageCollection, entry: number): void {
  messages.add({
    ...{ from: USER, to: agentNameOf(run, entry), kind: "input", at: run.tree.start[entry] as number },
    ...{ arrived: undefined, row: NONE, fromRow: NONE, toRow: entry },
    ...{ evidence: "M14", confidence: CONFIDENCE.high },
  });
}

/** Whoever was handed control last answers, when the outermost agent ends. A failure is no answer. */
function addOutput(run: ResolvedRun, messages: MessageCollection, outermost: number): void {
  const speaker = messages.lastInChain(outermost);
  if (run.status[outermost] === STATUS.error || run.status[speaker] === STATUS.error) return;
  messages.add({
    ...{ from: agentNameOf(run, speaker), to: USER, kind: "output", at: run.tree.end[outermost] as number },
    ...{ arrived: undefined, row: NONE, fromRow: speaker, toRow: NONE },
    ...{ evidence: "M14", confidence: CONFIDENCE.high },
  });
}

/** The invocation that ended last, once all roots have ended. */
function lastEnded({ columns, tree }: ResolvedRun, entries: readonly number[]): number | undefined {
  if (tree.roots.some((root) => columns.end[root] === Number.POSITIVE_INFINITY)) return undefined;
  let last: number | undefined;
  for (const entry of entries) {
    if (last === undefined || (tree.end[entry] as number) >= (tree.end[last] as number)) last = entry;
  }
  return last;
}
