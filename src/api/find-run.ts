import { Type } from "typebox";
import type { FoundRun } from "../jobs/runs/analyst.ts";
import { found } from "./error-answers.ts";
import type { Call } from "./route.ts";

export const runParams = Type.Object({
  id: Type.String({ description: "The run's id, or any id that it ever had" }),
});

/** The run that the path names. Throws ApiError `run_not_found`. */
export async function findRun({
  parts,
  project,
  params,
  request,
}: Pick<
  Call<unknown, { readonly id: string }, unknown>,
  "parts" | "project" | "params" | "request"
>): Promise<FoundRun> {
  return found(await parts.analyst.find(project, params.id), "run_not_found", request);
}
