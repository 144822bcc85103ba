// The page answers what-if by itself, from the schedule that it was sent: the same as the server, whatever the run.

import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { analyseForQuestions } from "../../src/analysis/analyse.ts";
import { criticalPath, pathShape } from "../../src/analysis/path.ts";
import type { RunInput } from "../../src/analysis/run-analysis.ts";
import { decodeSchedule, encodeSchedule, scheduleJson } from "../../src/analysis/schedule-columns.ts";
import { measured, timesOf } from "../../src/analysis/schedule-times.ts";
import type { ScheduledRun } from "../../src/analysis/scheduled-run.ts";
import { type WhatIfTarget, whatIf, whatIfChoices } from "../../src/analysis/what-if.ts";
import type { RunSchedule } from "../../src/model/schedule-shapes.ts";
import { runsOfCapture } from "../support/columns-from-drafts.ts";
import { inputOf } from "../support/run-builder.ts";
import { sketchedRuns } from "../support/sketched-runs.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const FACTORS = [0, 0.3, 0.5, 1, 1.7];
const FIXTURES = new URL("../fixtures/", import.meta.url);
const CAPTURES = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".otlp.json") && !/\.(logs|metrics)\./.test(path))
  .sort();

function sent(input: RunInput, run: ScheduledRun): ScheduledRun {
  return decodeSchedule(encodeSchedule(input.runId, input.columns.t0Ns, run).buffer as ArrayBuffer);
}

function targetsOf(run: ScheduledRun): WhatIfTarget[] {
  return [{ by: "everything" }, ...whatIfChoices(run).map(({ target }) => target)];
}

function checkRun(input: RunInput, factors: readonly number[]): void {
  const { model, analysis } = analyseForQuestions(input);
  const page = sent(input, model);
  const path = pathShape(
    page.schedule,
    page.agents,
    criticalPath(page, timesOf(page.schedule, measured(page.schedule))),
  );
  assert.deepEqual(path, pathShape(model.schedule, model.agents, analysis.path));
  assert.deepEqual(whatIfChoices(page), whatIfChoices(model));
  for (const target of targetsOf(model)) {
    for (const factor of factors) assert.deepEqual(whatIf(page, target, factor), whatIf(model, target, factor));
  }
}

for (const capture of CAPTURES) {
  test(`the page predicts what the server predicts: ${capture}`, () => {
    for (const input of runsOfCapture(capture)) checkRun(input, FACTORS);
  });
}

test("the page predicts what the server predicts for random runs", () => {
  fc.assert(
    fc.property(sketchedRuns, fc.double({ min: 0, max: 2, noNaN: true }), (spans, factor) => {
      checkRun(inputOf(spans), [factor]);
    }),
    { seed, numRuns: 200 },
  );
});

test("as JSON the schedule has the same columns", () => {
  const [input] = runsOfCapture("strands-js/multi-agent.otlp.json") as [RunInput];
  const { model } = analyseForQuestions(input);
  const json = JSON.parse(
    new TextDecoder().decode(scheduleJson(input.runId, input.columns.t0Ns, model)),
  ) as RunSchedule;
  const { schedule } = sent(input, model);
  assert.deepEqual(json.columns.id, schedule.spanIds);
  assert.deepEqual(json.columns.start, [...schedule.start]);
  assert.deepEqual(json.columns.chain, [...schedule.chain]);
  assert.equal(json.columns.end.length, json.count + 1);
});

test("what is cut off is refused", () => {
  const input = inputOf("agent a 0-10");
  const bytes = encodeSchedule("r", 0n, analyseForQuestions(input).model);
  assert.throws(() => decodeSchedule(bytes.slice(0, bytes.length - 8).buffer as ArrayBuffer));
});

test("what has no work on the critical path saves nothing, and nothing saves more than its work there", () => {
  fc.assert(
    fc.property(sketchedRuns, fc.double({ min: 0, max: 1, noNaN: true }), (spans, factor) => {
      const { model } = analyseForQuestions(inputOf(spans));
      for (const { target, onPathMs } of whatIfChoices(model)) {
        const savedMs = whatIf(model, target, factor)?.savedMs ?? 0;
        assert.ok(savedMs <= onPathMs * (1 - factor) + 1e-6, `${target.by} ${target.name}: ${savedMs} of ${onPathMs}`);
      }
    }),
    { seed, numRuns: 200 },
  );
});
