import { KIND } from "../codes.ts";
import type { FindingRule } from "./finding-rule.ts";

export const swallowedErrors: FindingRule = {
  id: "swallowed-error",
  doc: "A span failed and the span around it went on as if nothing had happened. Failed attempts of model calls are retries.",
  find({ run, errors }) {
    return errors.flatMap(({ type, message, swallowed }) => {
      const rows = swallowed.filter((row) => run.kind[row] !== KIND.llm);
      const [first] = rows;
      if (first === undefined) return [];
      const { texts, name } = run.columns;
      const what = [type, message.split("\n")[0] ?? ""]
        .filter((text) => text !== "")
        .join(": ")
        .slice(0, 160);
      const times = rows.length === 1 ? "" : ` (${rows.length} times)`;
      const where = texts.text(name[first] as number);
      return [
        {
          message: `${where} failed${times} and the run went on: ${what || "no message"}. Check that the result is right without it.`,
          rows,
        },
      ];
    });
  },
};
