import { isTraceId } from "../../model/ids.ts";
import type { ApiParts } from "../api-parts.ts";

/** The run of each trace, as it is put together now. */
export async function runsOfTraces(
  { directory }: Pick<ApiParts, "directory">,
  project: string,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(traceIds)].filter(isTraceId);
  if (wanted.length === 0) return new Map();
  const runs = await directory.ofTraces(project, wanted);
  return new Map(runs.flatMap(({ id, traceIds }) => traceIds.map((traceId) => [traceId, id] as const)));
}
