import type { AgentTask, AgentTasks } from "../../model/agent-task-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RunFilter } from "../../store/queries/runs.ts";
import { RunList, type RunListParts } from "./run-list.ts";

const NEWEST = { field: "startedAt", descending: true } as const;

/**
 * The latest tasks of an agent, of the newest runs that pass a filter. Which spans are tasks and whose only the analysis
 * of a whole run tells: runs are read together, as lists read them, and few of them.
 */
export async function latestTasks(
  parts: RunListParts,
  project: string,
  agent: string,
  filter: RunFilter,
  limit: number,
): Promise<AgentTasks> {
  const { analyst, directory } = parts;
  const { runs } = await new RunList(parts).page(project, filter, NEWEST, LIMITS.taskRuns, undefined);
  const small = runs.filter(({ spanCount }) => spanCount <= LIMITS.taskRunSpans);
  const references = await directory.ofIds(
    project,
    small.map(({ id }) => id),
  );
  // One reading for all of them; what follows finds each analysed.
  await analyst.factsOf(references);
  const tasks: AgentTask[] = [];
  for (const reference of references) {
    const run = await analyst.of(reference);
    if (run !== undefined) tasks.push(...(await run.ask("tasks", agent, limit)));
  }
  tasks.sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  return {
    tasks: tasks.slice(0, limit),
    runs: runs.length,
    ...(small.length < runs.length ? { runsLeftOut: runs.length - small.length } : {}),
  };
}
