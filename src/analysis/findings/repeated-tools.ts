import { KIND } from "../codes.ts";
import { inputOf } from "../contents.ts";
import { getOrMake } from "../get-or-make.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import type { FindingRule } from "./finding-rule.ts";
import { toolNameOf } from "./finding-rule.ts";

const CALLS_MIN = 3;

export const repeatedTools: FindingRule = {
  id: "same-tool-again",
  doc: "An agent calls one tool with the same arguments three times or more.",
  find({ run }) {
    const groups = new Map<string, number[]>();
    for (let row = 0; row < run.columns.count; row++) {
      const key = run.kind[row] === KIND.tool && !run.hidden[row] ? callKey(run, row) : "";
      if (key !== "") getOrMake(groups, key, () => []).push(row);
    }
    return [...groups.values()]
      .filter((rows) => rows.length >= CALLS_MIN)
      .map((rows) => {
        const first = rows[0] as number;
        const agent = run.attribution.names[run.attribution.agent[first] as number] ?? "The run";
        const message = `${agent} calls ${toolNameOf(run, first)} with the same arguments ${rows.length} times: keep the result, or tell the model that it has it.`;
        return { message, rows };
      });
  },
};

/** A preview that is shorter was not cut. */
const PREVIEW_LENGTH = 200;

/**
 * Equal for calls of one agent to one tool with the same arguments; empty when the arguments are not known. The stored
 * parts of a call may hold its id, so short arguments are compared by their text.
 */
function callKey(run: ResolvedRun, row: number): string {
  const { columns, tree, attribution } = run;
  const preview = columns.texts.text(columns.inputPreview[row] as number);
  const parts = inputOf(columns, tree, row);
  const known = preview !== "" && preview.length < PREVIEW_LENGTH ? preview : parts.join(" ");
  return known === "" ? "" : `${attribution.agent[row]}\n${toolNameOf(run, row)}\n${known}`;
}
