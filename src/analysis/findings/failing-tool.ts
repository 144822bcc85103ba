import { KIND, STATUS } from "../codes.ts";
import { getOrMake } from "../get-or-make.ts";
import type { FindingRule } from "./finding-rule.ts";
import { formatPercent, toolNameOf } from "./finding-rule.ts";

const FAILURES_MIN = 2;

export const failingTool: FindingRule = {
  id: "failing-tool",
  doc: "The tool that fails most often, when it failed twice or more.",
  find({ run }) {
    const tools = new Map<string, { calls: number; failed: number[] }>();
    for (let row = 0; row < run.columns.count; row++) {
      if (run.kind[row] !== KIND.tool || run.hidden[row]) continue;
      const tool = getOrMake(tools, toolNameOf(run, row), () => ({ calls: 0, failed: [] }));
      tool.calls++;
      if (run.status[row] === STATUS.error) tool.failed.push(row);
    }
    const worst = [...tools].sort((a, b) => b[1].failed.length - a[1].failed.length)[0];
    if (worst === undefined || worst[1].failed.length < FAILURES_MIN) return [];
    const [name, { calls, failed }] = worst;
    const share = formatPercent(failed.length / calls);
    return [
      {
        message: `${name} failed in ${failed.length} of ${calls} calls (${share}): the tool that fails most.`,
        rows: failed,
      },
    ];
  },
};
