import { HINTS } from "../../model/draft.ts";
import { hintOf } from "../codes.ts";
import { CONFIDENCE } from "./message-draft.ts";
import { agentNameOf, entryOf, type MessageRule } from "./message-rule.ts";

/** Transfers were found when kinds were resolved (transfers.ts): their spans are messages and no tools. */
export const transferTools: MessageRule = {
  ids: ["M5"],
  doc: "A tool by whose name or argument control goes to another agent, which then starts.",
  find(run, messages) {
    const { tree, attribution, columns } = run;
    for (const { row, agent, entry, startsNext } of run.transfers) {
      messages.add({
        from: agentNameOf(run, row),
        to: attribution.names[agent] as string,
        kind: hintOf(columns, row, HINTS.messageKind) === "reply" ? "reply" : "handoff",
        at: tree.start[row] as number,
        arrived: tree.start[entry],
        row,
        fromRow: entryOf(run, row),
        toRow: entry,
        evidence: "M5",
        confidence: startsNext ? CONFIDENCE.high : CONFIDENCE.medium,
      });
    }
  },
};
