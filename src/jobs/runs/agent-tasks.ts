import { STATUS } from "../../analysis/codes.ts";
import type { RunAnalysis } from "../../analysis/run-analysis.ts";
import { present } from "../../base/present.ts";
import type { AgentTask } from "../../model/agent-task-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RunColumns } from "../../model/run-columns.ts";
import { instantAt } from "./present.ts";

const NS_PER_MS = 1e6;

/** The tasks of one agent of a run, the newest first, at most `limit`. */
export function tasksOfAgent(
  columns: RunColumns,
  { agents, rows, summary }: RunAnalysis,
  name: string,
  limit: number,
): AgentTask[] {
  const taskRows = agents.find((agent) => agent.name === name)?.taskRows ?? [];
  const text = (column: Uint32Array, row: number) => columns.texts.text(column[row] as number);
  return taskRows
    .slice(-limit)
    .reverse()
    .map((row) => {
      const [start, end] = [columns.start[row] as number, columns.end[row] as number];
      const isOpen = !Number.isFinite(end);
      const isFailed = !isOpen && rows.status[row] === STATUS.error;
      const said = isFailed ? text(columns.statusMessage, row) || text(columns.errorType, row) : "";
      return {
        ...{ runId: summary.id, runName: summary.name, spanId: columns.spanIds[row] as string },
        name: text(columns.name, row),
        startedAt: instantAt(columns.t0Ns, start),
        outcome: isOpen ? "open" : isFailed ? "failed" : "completed",
        ...present({
          durationMs: isOpen ? undefined : (end - start) / NS_PER_MS,
          error: said === "" ? undefined : said.slice(0, LIMITS.errorMessageCharacters),
        }),
      };
    });
}
