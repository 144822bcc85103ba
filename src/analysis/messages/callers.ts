import { HINTS } from "../../model/draft.ts";
import { NONE } from "../../model/run-columns.ts";
import { hintOf } from "../codes.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import { CONFIDENCE } from "./message-draft.ts";
import { agentNameOf, type MessageRule } from "./message-rule.ts";

export const callers: MessageRule = {
  ids: ["M3"],
  doc: "An agent's span names its caller.",
  find(run, messages) {
    const { columns, tree, attribution, directory } = run;
    if (columns.hints.size === 0) return;
    for (const entry of attribution.entries) {
      const caller = hintOf(columns, entry, HINTS.caller);
      if (caller === "") continue;
      messages.add({
        from: directory.nameOf(caller),
        to: agentNameOf(run, entry),
        kind: "delegate",
        at: tree.start[entry] as number,
        arrived: undefined,
        row: NONE,
        fromRow: invocationAround(run, entry, directory.find(caller)),
        toRow: entry,
        evidence: "M3",
        confidence: CONFIDENCE.high,
      });
    }
  },
};

function invocationAround({ attribution }: ResolvedRun, entry: number, agent: number): number {
  for (let at = attribution.caller[entry] as number; at !== NONE; at = attribution.caller[at] as number) {
    if (attribution.agent[at] === agent) return at;
  }
  return NONE;
}
