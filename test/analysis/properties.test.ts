// What must hold for every run, tried on random ones. The seed is printed: `SEED=… node --test …` repeats a failure.

import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { minutesOf } from "../../src/analysis/agent-minutes.ts";
import { analyse, analyseForQuestions } from "../../src/analysis/analyse.ts";
import { isBetweenAgents } from "../../src/analysis/messages.ts";
import type { RunAnalysis } from "../../src/analysis/run-analysis.ts";
import { stateAt } from "../../src/analysis/state-at.ts";
import { whatIf } from "../../src/analysis/what-if.ts";
import { NONE } from "../../src/model/run-columns.ts";
import { SPAN_KINDS } from "../../src/model/vocabulary.ts";
import { inputOf, T0_NS, type TestSpan } from "../support/run-builder.ts";
import { AGENTS, MODELS, sketchedRuns as runs, spanOf, spanSketch, WORDS } from "../support/sketched-runs.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const settings = { seed, numRuns: 300 };

const LENGTHS = new Map(WORDS.map((word, i) => [word, 10 * (i + 1)]));

function analysisOf(spans: readonly TestSpan[]): RunAnalysis {
  return analyse(inputOf(spans, { partLengths: LENGTHS }));
}

/** Sums of up to some hundred fractions. */
function close(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} is not ${expected}`,
  );
}

test("the path's segments fill the wall time without gap or overlap", () => {
  fc.assert(
    fc.property(runs, (spans) => {
      const { path, summary } = analysisOf(spans);
      let at = path.start;
      for (const { start, duration } of path.segments) {
        assert.equal(start, at);
        assert.ok(duration > 0);
        at += duration;
      }
      assert.equal(at, path.start + path.total);
      close(
        Object.values(path.byKind).reduce((sum, ns) => sum + ns, 0),
        path.total,
        "sum over kinds",
      );
      assert.deepEqual([path.start, path.total], [summary.startedAt, summary.durationNs], "the wall time");
    }),
    settings,
  );
});

test("busy, waiting and idle make up an agent's presence, and its timeline agrees", () => {
  fc.assert(
    fc.property(runs, (spans) => {
      for (const { activity, firstStart, lastEnd } of analysisOf(spans).agents) {
        const { llm, tool, working, waiting, human, idle, present, bounds, states } = activity;
        close(llm + tool + working + waiting + idle, present, "states");
        assert.ok(human <= waiting);
        assert.equal(present, lastEnd - firstStart);
        if (present > 0) assert.deepEqual([bounds[0], bounds.at(-1)], [firstStart, lastEnd]);
        assert.equal(bounds.length, states.length === 0 ? 0 : states.length + 1);
        for (let i = 0; i < states.length; i++) assert.ok((bounds[i] as number) < (bounds[i + 1] as number));
      }
    }),
    settings,
  );
});

test("minutes add up to the whole", () => {
  fc.assert(
    fc.property(runs, fc.bigInt({ min: 0n, max: 120_000_000_000n }), (spans, shift) => {
      for (const { activity } of analysisOf(spans.map((span) => slower(span, 1000))).agents) {
        const minutes = minutesOf(activity, T0_NS + shift);
        for (const state of ["llm", "tool", "working", "waiting", "human", "idle", "present"] as const) {
          close(
            minutes.reduce((sum, minute) => sum + minute[state], 0),
            activity[state],
            state,
          );
        }
        for (const { present } of minutes) assert.ok(present <= 60e9);
        for (let i = 1; i < minutes.length; i++) {
          assert.ok((minutes[i]?.minute as number) > (minutes[i - 1]?.minute as number));
        }
      }
    }),
    { ...settings, numRuns: 100 },
  );
});

function slower(span: TestSpan, factor: number): TestSpan {
  return { ...span, start: span.start * factor, end: span.end * factor };
}

test("shares are between 0 and 1", () => {
  fc.assert(
    fc.property(runs, (spans) => {
      const { figures, agents } = analysisOf(spans);
      const { utilization, communicationShareOfTime, communicationShareOfTokens, communicationShareOfCost } = figures;
      const shares = [utilization, communicationShareOfTime, communicationShareOfTokens, communicationShareOfCost];
      for (const { activity } of agents) {
        if (activity.present > 0) shares.push((activity.llm + activity.tool + activity.working) / activity.present);
      }
      // Sums of doubles may end a hair above.
      for (const share of shares) assert.ok(share === undefined || (share >= 0 && share <= 1 + 1e-9), String(share));
    }),
    settings,
  );
});

test("factor 1 is the measured time, less is never slower, and everything at 0 takes no time", () => {
  const targets = fc.constantFrom(
    ...AGENTS.map((name) => ({ by: "agent", name }) as const),
    ...AGENTS.map((name) => ({ by: "tool", name: `transfer_to_${name}` }) as const),
    ...MODELS.map((name) => ({ by: "model", name }) as const),
    { by: "everything" } as const,
  );
  fc.assert(
    fc.property(runs, targets, fc.double({ min: 0, max: 1, noNaN: true }), (spans, target, factor) => {
      const { model, analysis } = analyseForQuestions(inputOf(spans));
      const measuredMs = analysis.path.total / 1e6;
      const same = whatIf(model, target, 1);
      if (same === undefined) return;
      assert.equal(same.predictedMs, measuredMs);
      assert.equal(same.measuredMs, measuredMs);
      const faster = whatIf(model, target, factor);
      const stillFaster = whatIf(model, target, factor / 2);
      assert.ok((faster?.predictedMs ?? 0) <= measuredMs + 1e-9);
      assert.ok((stillFaster?.predictedMs ?? 0) <= (faster?.predictedMs ?? 0) + 1e-9);
      close(
        faster?.path.segments.reduce((sum, { durationMs }) => sum + durationMs, 0) ?? 0,
        faster?.predictedMs ?? 0,
        "path",
      );
      assert.equal(whatIf(model, { by: "everything" }, 0)?.predictedMs, 0);
    }),
    settings,
  );
});

test("the order of arrival changes nothing", () => {
  fc.assert(
    fc.property(
      runs.chain((spans) => fc.tuple(fc.constant(spans), fc.shuffledSubarray(spans, { minLength: spans.length }))),
      ([spans, shuffled]) => {
        assert.deepEqual(analysisOf(shuffled), analysisOf(spans));
      },
    ),
    settings,
  );
});

test("tokens and cost are the sums over the calls that count, in the run and over its agents", () => {
  fc.assert(
    fc.property(runs, (spans) => {
      const { rows, summary, agents } = analysisOf(spans);
      const llm = SPAN_KINDS.indexOf("llm");
      let input = 0;
      let cost = 0;
      for (let row = 0; row < rows.kind.length; row++) {
        assert.equal(rows.counted[row] === 1, rows.kind[row] === llm);
        if (!rows.counted[row]) continue;
        assert.notEqual(rows.agent[row], NONE);
        input += rows.tokensInput[row] as number;
        cost += rows.costNano[row] as number;
      }
      assert.equal(summary.tokens.input, input);
      assert.equal(summary.costNano, cost);
      assert.equal(
        agents.reduce((sum, { tokens }) => sum + tokens.input, 0),
        input,
      );
      assert.equal(
        agents.reduce((sum, { costNano }) => sum + costNano, 0),
        cost,
      );
      assert.equal(
        agents.reduce((sum, { llmCalls }) => sum + llmCalls, 0),
        summary.llmCalls,
      );
    }),
    settings,
  );
});

test("messages between agents name two different agents, once for each place", () => {
  fc.assert(
    fc.property(runs, (spans) => {
      const { messages, agents, summary, communication } = analysisOf(spans);
      const counted = messages.filter(isBetweenAgents);
      const names = new Set(agents.map(({ name }) => name));
      const seen = new Set<string>();
      for (const { from, to, kind, row, fromRow, toRow, transit } of counted) {
        assert.notEqual(from, to);
        assert.ok(names.has(from) && names.has(to));
        assert.ok(transit === undefined || transit >= 0);
        const place = `${from} ${to} ${kind} ${row} ${fromRow} ${toRow}`;
        assert.ok(!seen.has(place), place);
        seen.add(place);
      }
      assert.equal(summary.messageCount, counted.length);
      assert.equal(
        agents.reduce((sum, { messagesSent }) => sum + messagesSent, 0),
        counted.length,
      );
      assert.equal(
        communication.edges.reduce((sum, { count }) => sum + count, 0),
        counted.length,
      );
    }),
    settings,
  );
});

test("the state at any instant agrees with the timelines and the spans", () => {
  fc.assert(
    fc.property(runs, fc.nat({ max: 300 }), (spans, ms) => {
      const input = inputOf(spans);
      const analysis = analyse(input);
      const state = stateAt(input.columns, analysis, [], ms * 1e6);
      const started = spans.filter(({ start }) => start <= ms * 1e6);
      const ended = started.filter(({ end }) => end <= ms * 1e6);
      assert.equal(state.counters.spansStarted, started.length);
      assert.equal(state.counters.spansEnded, ended.length);
      assert.equal(state.openSpans.length, started.length - ended.length);
      for (const { state: doing, openSpans } of state.agents) if (openSpans.length > 0) assert.notEqual(doing, "done");
    }),
    settings,
  );
});

test("rings, missing parents and open spans do no harm", () => {
  const wild = fc.array(fc.tuple(spanSketch, fc.nat({ max: 45 }), fc.boolean()), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(wild, (list) => {
      const spans = list.map(([one, parent, open], i): TestSpan => {
        const span = spanOf(one, i, 1e6);
        return { ...span, parent: `s${parent}`, end: open ? Number.POSITIVE_INFINITY : span.end };
      });
      const { path, agents, rows } = analysisOf(spans);
      close(
        path.segments.reduce((sum, { duration }) => sum + duration, 0),
        path.total,
        "path",
      );
      for (const { activity } of agents) {
        close(
          activity.llm + activity.tool + activity.working + activity.waiting + activity.idle,
          activity.present,
          "states",
        );
      }
      for (const own of rows.own) assert.ok(own >= 0);
    }),
    settings,
  );
});
