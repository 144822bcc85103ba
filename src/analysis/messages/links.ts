// Asynchronous messages. A consumer's span links to the producer's, which need not be in the same trace:
//
//   trace 1   planner  process ├──────────────┤
//                        publish    ├┤ ◂─ ─ ─ ─ ┐
//   trace 2   coder                      process ├───────┤   M9 planner → coder
//
// A link between spans of two agents that is not to a producer means that one made the other possible (M13).

import { HINTS } from "../../model/draft.ts";
import { NONE } from "../../model/run-columns.ts";
import { MESSAGE_KINDS, type MessageKind, OTEL_SPAN_KINDS } from "../../model/vocabulary.ts";
import { hintOf, KIND } from "../codes.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import { CONFIDENCE } from "./message-draft.ts";
import { agentNameOf, entryBelow, entryOf, type MessageRule, USER } from "./message-rule.ts";

const PRODUCER = OTEL_SPAN_KINDS.indexOf("producer");

export const linkedMessages: MessageRule = {
  ids: ["M9", "M13"],
  doc: "A span link from the receiver's span to the sender's: a queue, a topic, a runtime that passes messages.",
  find(run, messages) {
    const { columns, tree } = run;
    for (const { cause, effect } of run.links) {
      const isMessage = run.kind[cause] === KIND.message || columns.otelKind[cause] === PRODUCER;
      const toRow = receiver(run, effect);
      const to = agentNameOf(run, toRow);
      const from = run.directory.nameOf(hintOf(columns, cause, HINTS.from)) || agentNameOf(run, cause);
      if (to === "" || (from === "" && !isMessage)) continue;
      messages.add({
        from: from === "" ? USER : from,
        to,
        kind: from === "" ? "input" : statedKind(run, cause),
        at: (isMessage
          ? tree.start[cause]
          : Math.min(tree.end[cause] as number, tree.start[toRow] as number)) as number,
        arrived: tree.start[toRow],
        row: isMessage ? cause : NONE,
        fromRow: entryOf(run, cause),
        toRow,
        evidence: isMessage ? hintOf(columns, cause, HINTS.evidence) || "M9" : "M13",
        confidence: isMessage ? CONFIDENCE.high : CONFIDENCE.medium,
      });
    }
  },
};

/** The invocation that a linking span belongs to, or the one that it only surrounds. */
function receiver(run: ResolvedRun, row: number): number {
  const own = entryOf(run, row);
  return own === NONE ? entryBelow(run, row) : own;
}

function statedKind({ columns }: ResolvedRun, row: number): MessageKind {
  const stated = hintOf(columns, row, HINTS.messageKind);
  return MESSAGE_KINDS.find((kind) => kind === stated) ?? "send";
}
