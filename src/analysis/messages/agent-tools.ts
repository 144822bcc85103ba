import { NONE } from "../../model/run-columns.ts";
import { KIND } from "../codes.ts";
import { CONFIDENCE } from "./message-draft.ts";
import { agentNameOf, type MessageRule } from "./message-rule.ts";

/** A tool span with another agent right below it: the tool is the message, its result the reply. */
export const agentTools: MessageRule = {
  ids: ["M4"],
  doc: "An agent called as a tool: the tool's arguments are the message, its result is the reply.",
  find(run, messages) {
    const { tree, attribution, through, kind } = run;
    for (const entry of attribution.entries) {
      const tool = through[entry] as number;
      if (tool === NONE || kind[tool] === KIND.task) continue;
      messages.add({
        from: agentNameOf(run, tool),
        to: agentNameOf(run, entry),
        kind: "delegate",
        at: tree.start[tool] as number,
        arrived: tree.start[entry],
        row: tool,
        fromRow: attribution.entry[tool] as number,
        toRow: entry,
        evidence: "M4",
        confidence: CONFIDENCE.high,
      });
    }
  },
};
