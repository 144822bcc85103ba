import { isTraceId } from "../../model/ids.ts";
import type { Run } from "../../model/shapes.ts";
import { settledRunsOf } from "../../store/queries/runs.ts";
import type { ApiParts } from "../api-parts.ts";
import { presentStoredRun } from "./stored-run.ts";

/** A run without what lies below it. Of a settled one nothing is read but its figures, however large it is. */
export async function runSummary(
  { directory, unsettled, store, analyst }: Pick<ApiParts, "directory" | "unsettled" | "store" | "analyst">,
  project: string,
  id: string,
): Promise<Run | undefined> {
  const reference = await directory.find(project, id);
  const isSettled =
    reference.traceIds.filter(isTraceId).every((traceId) => unsettled.traces.get(traceId) === undefined) &&
    reference.runIds.every((runId) => unsettled.run(runId) === undefined);
  const [row] = isSettled ? await settledRunsOf(store, project, [reference.id]) : [];
  if (row !== undefined && reference.traceIds.length + reference.runIds.length > 0) return presentStoredRun(row);
  return (await (await analyst.of(reference))?.facts())?.run;
}
