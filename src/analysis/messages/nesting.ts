// An agent's span inside another agent's, with no tool to say what was asked (A1): the outer one called the inner one.
// Of a sequence (M12) the outer agent called the first and hears from the last.

import { NONE } from "../../model/run-columns.ts";
import { isStructural, KIND } from "../codes.ts";
import { CONFIDENCE, type MessageDraft } from "./message-draft.ts";
import { agentNameOf, type MessageRule } from "./message-rule.ts";

export const nestedAgents: MessageRule = {
  ids: ["A1"],
  doc: "An agent's span inside another agent's: nothing but the nesting says who called it.",
  find(run, messages) {
    const { tree, columns, kind, attribution } = run;
    for (const entry of attribution.entries) {
      const caller = attribution.caller[entry] as number;
      const isInvocation = kind[entry] === KIND.agent || isStructural(kind[entry] as number);
      if (caller === NONE || !isInvocation) continue;
      const before = messages.into(entry);
      const nested: Omit<MessageDraft, "from" | "to" | "kind" | "at" | "fromRow" | "toRow"> = {
        arrived: undefined,
        row: NONE,
        evidence: "A1",
        confidence: CONFIDENCE.medium,
      };
      const inner = agentNameOf(run, entry);
      const outer = agentNameOf(run, caller);
      const down = { from: outer, to: inner, fromRow: caller, toRow: entry };
      if (before === undefined) messages.add({ ...nested, ...down, kind: "delegate", at: tree.start[entry] as number });
      const flowed = before?.evidence === "M12" || before === undefined;
      if (!flowed || messages.handsOn(entry) || columns.end[entry] === Number.POSITIVE_INFINITY) continue;
      const up = { from: inner, to: outer, fromRow: entry, toRow: caller };
      messages.add({ ...nested, ...up, kind: "reply", at: tree.end[entry] as number });
    }
  },
};
