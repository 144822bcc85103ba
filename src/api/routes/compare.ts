import { Type } from "typebox";
import { medianRun } from "../../analysis/median-run.ts";
import { present } from "../../base/present.ts";
import { formatInstant, parseInstant } from "../../base/time.ts";
import type { FoundRun } from "../../jobs/runs/analyst.ts";
import { Comparison, type RunMedian } from "../../model/comparison-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Run } from "../../model/shapes.ts";
import { runsOfName } from "../../store/queries/runs-of-name.ts";
import { ApiError } from "../errors.ts";
import { type Call, type Route, route } from "../route.ts";

const MEDIAN = "median";
const MEDIAN_DAYS = 7;
const NS_PER_DAY = 86_400_000_000_000n;
const NS_PER_MS = 1e6;
const NANO_PER_USD = 1e9;

type Asked = Pick<Call<unknown, unknown, unknown>, "parts" | "project">;

const compare = route({
  url: "/api/v1/compare",
  summary: "Two runs aligned: what was added, removed, slower, dearer, and where they part",
  description:
    `Differences are b − a. With \`a=${MEDIAN}\` the other run is the one whose duration is the median of the completed ` +
    `runs of the same name in the ${MEDIAN_DAYS} days before b.`,
  tag: "Analysis",
  query: Type.Object({
    a: Type.String({ description: `The id of a run, or \`${MEDIAN}\`` }),
    b: Type.String({ description: "The id of the run that is compared with it" }),
  }),
  answer: Comparison,
  errors: ["run_not_found", "median_not_found"],
  handle: async ({ parts, project, query, reply }) => {
    const asked = { parts, project };
    const b = await runOf(asked, "b", query.b);
    const { run } = await b.facts();
    const median = query.a === MEDIAN ? await medianOf(asked, run) : undefined;
    const a = await runOf(asked, "a", median?.id ?? query.a);
    refuseTooLarge((await a.facts()).run, run);
    const bytes = await parts.analyst.compare(a.reference, b.reference, median?.figures);
    return reply.type("application/json").send(Buffer.from(bytes));
  },
});

async function runOf({ parts, project }: Asked, parameter: "a" | "b", id: string): Promise<FoundRun> {
  const run = await parts.analyst.find(project, id);
  if (run !== undefined) return run;
  throw new ApiError("run_not_found", `Nothing is stored for the run ${JSON.stringify(id)}.`, { parameter, id });
}

/** The run in the middle of those of a name before a run of it. */
async function medianOf(
  { parts, project }: Asked,
  { id, name, startedAt }: Run,
): Promise<{ readonly id: string; readonly figures: RunMedian }> {
  const untilNs = parseInstant(startedAt) ?? 0n;
  const sinceNs = untilNs - BigInt(MEDIAN_DAYS) * NS_PER_DAY;
  const window = { sinceNs: sinceNs < 0n ? 0n : sinceNs, untilNs };
  const runs = await runsOfName(parts.store, project, { name, ...window, exceptId: id }, LIMITS.medianRuns);
  const median = medianRun(runs);
  if (median === undefined) {
    throw new ApiError(
      "median_not_found",
      `No other run named ${JSON.stringify(name)} was completed in the ${MEDIAN_DAYS} days before this one: name the run to compare it with.`,
    );
  }
  const { durationNs, tokens, costNano } = median;
  const inUnit = (unit: number, middle: { p50: number; p90: number } | undefined) =>
    middle && { p50: middle.p50 / unit, p90: middle.p90 / unit };
  return {
    id: median.id,
    figures: {
      ...{ name, runs: median.runs },
      ...{ since: formatInstant(window.sinceNs), until: formatInstant(window.untilNs) },
      durationMs: { p50: durationNs.p50 / NS_PER_MS, p90: durationNs.p90 / NS_PER_MS },
      ...present({ tokens, costUsd: inUnit(NANO_PER_USD, costNano) }),
    },
  };
}

/** Throws ApiError when two runs do not fit into memory together. */
function refuseTooLarge(a: Run, b: Run): void {
  if (a.spanCount + b.spanCount <= LIMITS.comparedRunSpans) return;
  throw new ApiError(
    "query_too_heavy",
    `The runs have ${a.spanCount} and ${b.spanCount} spans: together at most ${LIMITS.comparedRunSpans} can be compared.`,
  );
}

/** Runs beside each other. */
export const COMPARE_ROUTES: readonly Route[] = [compare];
