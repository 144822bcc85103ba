import { NONE } from "../../model/run-columns.ts";
import type { MessageRule } from "./message-rule.ts";

/** Whoever was called answers: when its invocation ends the caller hears from it. */
export const replies: MessageRule = {
  ids: ["M2", "M3", "M4", "M6", "M10"],
  doc: "The answer to each call, at the end of the called agent's invocation.",
  find(run, messages) {
    const { tree, columns, delegating } = run;
    // A copy: replies go into the same collection.
    for (const call of [...messages.all()]) {
      const { kind, toRow, row, evidence, confidence } = call;
      const ended = toRow !== NONE && columns.end[toRow] !== Number.POSITIVE_INFINITY;
      if (kind !== "delegate" || evidence === "A1" || !ended || messages.handsOn(toRow)) continue;
      const arrived =
        row !== NONE && delegating[row] ? Math.max(tree.end[row] as number, tree.end[toRow] as number) : undefined;
      messages.add({
        ...{ from: call.to, to: call.from, kind: "reply", at: tree.end[toRow] as number, arrived },
        ...{ row, fromRow: toRow, toRow: call.fromRow, evidence, confidence },
      });
    }
  },
};
