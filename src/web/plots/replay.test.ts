import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { inputOf, type TestSpan } from "../../../test/support/run-builder.ts";
import { sketchedRuns } from "../../../test/support/sketched-runs.ts";
import { decodeActivity, encodeActivity } from "../../analysis/activity-columns.ts";
import { analyse } from "../../analysis/analyse.ts";
import type { RunInput } from "../../analysis/run-analysis.ts";
import { skeletonOf } from "../../analysis/skeleton.ts";
import { stateAt } from "../../analysis/state-at.ts";
import { encodeSkeleton } from "../../jobs/runs/skeleton-columns.ts";
import { happeningFrom } from "./happenings.ts";
import { agentStateAt, countersAt, lastHappening, openSpansAt, type Replay, replayOf } from "./replay.ts";
import { decodeSkeleton, textAt } from "./skeleton.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);

function played(input: RunInput): Replay {
  const analysis = analyse(input);
  const skeleton = encodeSkeleton(skeletonOf("r", input.columns, input.columns.spanIds, analysis))
    .buffer as ArrayBuffer;
  const activity = encodeActivity("r", input.columns.t0Ns, analysis.agents).buffer as ArrayBuffer;
  return replayOf(decodeSkeleton(skeleton), decodeActivity(activity));
}

/** What the server says of an instant. */
function told(input: RunInput, ns: number) {
  const { agents, counters } = stateAt(input.columns, analyse(input), [], ns);
  const { spansStarted, spansEnded, llmCalls, toolCalls, errors, tokens, costNano } = counters;
  const { input: tokensIn, output: tokensOut } = tokens;
  return {
    counters: { spansStarted, spansEnded, llmCalls, toolCalls, errors, tokensIn, tokensOut, nano: costNano },
    agents: agents.map(({ name, state, openSpans }) => `${name} ${state} ${openSpans.length}`),
  };
}

function shown(replay: Replay, ns: number) {
  const { cost, ...counters } = countersAt(replay, ns);
  return {
    counters: { ...counters, nano: Math.round(cost * 1e9) },
    agents: replay.agents.flatMap(({ name }, agent) => {
      const state = agentStateAt(replay, agent, ns);
      return state === undefined ? [] : [`${name} ${state} ${openSpansAt(replay, agent, ns)}`];
    }),
  };
}

test("at any instant of a random run the page shows what the server tells", () => {
  const ended = (spans: readonly TestSpan[], open: number) =>
    spans.map((span, i) => (open > 0 && i % open === 0 ? { ...span, end: Number.POSITIVE_INFINITY } : span));
  fc.assert(
    fc.property(
      sketchedRuns,
      fc.nat({ max: 5 }),
      fc.array(fc.nat({ max: 300 }), { maxLength: 10 }),
      (spans, open, ats) => {
        const input = inputOf(ended(spans, open), { now: 400e6 });
        const replay = played(input);
        for (const ns of [...ats.map((ms) => ms * 1e6), ...replay.happenings.at]) {
          assert.deepEqual(shown(replay, ns), told(input, ns));
        }
      },
    ),
    { seed, numRuns: 100 },
  );
});

const RUN = `
  agent boss 0-100
    step wrap 5-95 hidden
      llm plan 10-40 in=9 out=4
      tool search 40-90
`;

test("steps go from one start or end to the next, past plumbing, and stop at the ends", () => {
  const replay = played(inputOf(RUN));
  const stops: number[] = [];
  for (let at: number | undefined = -1; at !== undefined; at = happeningFrom(replay.columns, at, 1))
    stops.push(at / 1e6);
  assert.deepEqual(stops.slice(1), [0, 10, 40, 90, 100]);
  assert.equal(happeningFrom(replay.columns, 40e6, -1), 10e6);
  assert.equal(happeningFrom(replay.columns, 55e6, -1), 40e6);
  assert.equal(happeningFrom(replay.columns, 0, -1), undefined);
});

test("what happened last is the span that began or ended last; what began wins over what ended", () => {
  const replay = played(inputOf(RUN));
  const last = (ms: number) => {
    const happening = lastHappening(replay, ms * 1e6);
    const name = happening && textAt(replay.columns, replay.columns.name[happening.row] as number);
    return happening && `${name} ${happening.isEnd ? "ended" : "began"}`;
  };
  assert.deepEqual([-1, 5, 20, 40, 99, 100].map(last), [
    ...[undefined, "boss began", "plan began", "search began", "search ended", "boss ended"],
  ]);
});
