// How long the analysis of a run takes, and a what-if question about it. The run is made of teams of agents with model
// calls and tools, in parallel and in sequence, five levels deep, with the messages of every call.

import { analyseForQuestions } from "../src/analysis/analyse.ts";
import { quantile } from "../src/analysis/quantile.ts";
import { whatIf } from "../src/analysis/what-if.ts";
import { inputOf } from "../test/support/run-builder.ts";
import { lengthsOf, randomFrom, teamRun } from "../test/support/team-run.ts";

const ROUNDS = 9;
const SEED = 7;
const SIZES = [10_000, 100_000];

function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** By the number of spans, in milliseconds. */
export function analysisTimes(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    SIZES.map((size) => {
      const spans = teamRun(size, randomFrom(SEED));
      const input = inputOf(spans, { partLengths: lengthsOf(spans) });
      const times = Array.from({ length: ROUNDS }, () => elapsed(() => analyseForQuestions(input)));
      const sorted = times.toSorted((a, b) => a - b);
      const { model } = analyseForQuestions(input);
      const whatIfMs = elapsed(() => whatIf(model, { by: "everything" }, 0.5));
      const round = (ms: number | undefined) => Math.round(ms ?? 0);
      return [
        `spans${size}`,
        {
          p50Ms: round(quantile(sorted, 0.5)),
          bestMs: round(sorted[0]),
          firstMs: round(times[0]),
          whatIfMs: round(whatIfMs),
        },
      ];
    }),
  );
}
