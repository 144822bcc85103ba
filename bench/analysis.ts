// How long the analysis of a run takes: `node bench/analysis.ts [spans …]`. The run is made of teams of agents with model
// calls and tools, in parallel and in sequence, five levels deep, with the messages of every call; its seed is printed.

import { analyseForQuestions } from "../src/analysis/analyse.ts";
import { quantile } from "../src/analysis/quantile.ts";
import { whatIf } from "../src/analysis/what-if.ts";
import { inputOf } from "../test/support/run-builder.ts";
import { lengthsOf, randomFrom, teamRun } from "../test/support/team-run.ts";

const ROUNDS = 9;
const SEED = 7;
const sizes = process.argv.slice(2).map(Number);

function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

for (const size of sizes.length > 0 ? sizes : [10_000, 100_000]) {
  const spans = teamRun(size, randomFrom(SEED));
  const input = inputOf(spans, { partLengths: lengthsOf(spans) });
  const times = Array.from({ length: ROUNDS }, () => elapsed(() => analyseForQuestions(input)));
  const first = (times[0] as number).toFixed(0);
  const median = (
    quantile(
      times.toSorted((a, b) => a - b),
      0.5,
    ) as number
  ).toFixed(0);
  const { model } = analyseForQuestions(input);
  const best = Math.min(...times).toFixed(0);
  const question = elapsed(() => whatIf(model, { by: "everything" }, 0.5)).toFixed(0);
  console.log(
    `${spans.length} spans, seed ${SEED}: analyse ${median} ms (median of ${ROUNDS}, best ${best}, first ${first}), what-if ${question} ms`,
  );
}
