import { NONE } from "../../model/run-columns.ts";
import { getOrMake } from "../get-or-make.ts";
import type { RunMessage } from "../run-analysis.ts";
import type { FindingRule } from "./finding-rule.ts";

const HANDOFFS_MIN = 4;

export const pingPong: FindingRule = {
  id: "ping-pong",
  doc: "Two agents hand control back and forth at least four times.",
  find({ messages }) {
    const byPair = new Map<string, RunMessage[]>();
    for (const message of messages) {
      if (message.kind !== "handoff") continue;
      getOrMake(byPair, [message.from, message.to].sort().join("\n"), () => []).push(message);
    }
    return [...byPair.values()].flatMap((handoffs) => {
      const turns = handoffs.filter(({ from }, i) => i === 0 || handoffs[i - 1]?.from !== from);
      const [first] = turns;
      if (first === undefined || turns.length < HANDOFFS_MIN) return [];
      const rows = turns.map(({ row, fromRow }) => (row === NONE ? fromRow : row)).filter((row) => row !== NONE);
      const message = `${first.from} and ${first.to} hand control back and forth ${turns.length} times: say in their instructions which of them decides.`;
      return [{ message, rows }];
    });
  },
};
