// What a person should look at in a run: the registry of findings. Each proves itself with spans.

import { abandonedRun } from "./findings/abandoned-run.ts";
import { bottleneckAgent } from "./findings/bottleneck-agent.ts";
import { cutRecords } from "./findings/cut-records.ts";
import { failingTool } from "./findings/failing-tool.ts";
import type { FindingContext, FindingRule } from "./findings/finding-rule.ts";
import { growingContext } from "./findings/growing-context.ts";
import { longWait } from "./findings/long-wait.ts";
import { pingPong } from "./findings/ping-pong.ts";
import { repeatedCalls } from "./findings/repeated-calls.ts";
import { repeatedTools } from "./findings/repeated-tools.ts";
import { retries } from "./findings/retries.ts";
import { sequentialTools } from "./findings/sequential-tools.ts";
import { severalRunIds } from "./findings/several-run-ids.ts";
import { swallowedErrors } from "./findings/swallowed-errors.ts";
import type { RunFinding } from "./run-analysis.ts";

export const FINDING_RULES: readonly FindingRule[] = [
  cutRecords,
  severalRunIds,
  abandonedRun,
  bottleneckAgent,
  sequentialTools,
  longWait,
  pingPong,
  retries,
  failingTool,
  swallowedErrors,
  repeatedTools,
  growingContext,
  repeatedCalls,
];

export function findFindings(context: FindingContext): RunFinding[] {
  return FINDING_RULES.flatMap((rule) => rule.find(context).map((finding) => ({ id: rule.id, ...finding })));
}
