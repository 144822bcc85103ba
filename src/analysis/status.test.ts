import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { eventOf } from "../../test/support/run-builder.ts";

const OPEN = "agent worker 0-\n  llm call 10-40 in=1";
const MINUTE = 60_000e6;

const outcomeAt = (notation: string, now: number, rest: object = {}) => {
  const { status, reason, settled } = new Analysed(notation, { now, lastReceived: 50e6, ...rest }).analysis.summary;
  return { status, reason, settled };
};
const as = (status: string, settled = false, reason?: string) => ({ status, reason, settled });

test("a run with an ended root is completed, and settled when it has been quiet", () => {
  assert.deepEqual(outcomeAt("agent a 0-50", 60e6), as("completed"));
  assert.deepEqual(outcomeAt("agent a 0-50", 50e6 + 10_000e6), as("completed", true));
});

test("a failed root fails the run, an error below it or a change of course does not", () => {
  assert.deepEqual(outcomeAt("agent a 0-50 error=boom", 60e6), as("failed"));
  assert.deepEqual(outcomeAt("agent a 0-50\n  tool t 0-10 error=boom", 60e6), as("completed"));
  assert.deepEqual(outcomeAt("agent a 0-50 error=ParentCommand control", 60e6), as("completed"));
});

test("an open run is running, then stalled, then closed as abandoned", () => {
  assert.deepEqual(outcomeAt(OPEN, 60e6), as("running"));
  assert.deepEqual(outcomeAt(OPEN, 50e6 + 5 * MINUTE), as("stalled"));
  assert.deepEqual(outcomeAt(OPEN, 50e6 + 60 * MINUTE), as("failed", true, "abandoned"));
});

test("while a person is asked a run may be silent for a day", () => {
  const asked = { events: [eventOf("human.requested", 45, { agent: "worker" })] };
  assert.deepEqual(outcomeAt(OPEN, 50e6 + 60 * MINUTE, asked), as("stalled"));
  assert.deepEqual(outcomeAt(OPEN, 50e6 + 24 * 60 * MINUTE, asked), as("failed", true, "abandoned"));
  const answered = { events: [...asked.events, eventOf("human.answered", 46, { agent: "worker" })] };
  assert.deepEqual(outcomeAt(OPEN, 50e6 + 60 * MINUTE, answered), as("failed", true, "abandoned"));
});

test("an abandoned run ends with the last that was heard of it", () => {
  const { summary } = new Analysed(OPEN, { now: 50e6 + 60 * MINUTE, lastReceived: 50e6 }).analysis;
  assert.equal(summary.endedAt, 40e6);
});

test("the latest terminal event decides, and a later start opens the run again", () => {
  const failed = eventOf("run.failed", 30, { data: { reason: "budget" } });
  const cancelled = eventOf("run.cancelled", 35);
  assert.deepEqual(outcomeAt(OPEN, 60e6, { events: [failed] }), as("failed", false, "budget"));
  assert.deepEqual(outcomeAt(OPEN, 60e6, { events: [cancelled, failed] }), as("cancelled"));
  assert.deepEqual(outcomeAt(OPEN, 60e6, { events: [failed, eventOf("run.started", 40)] }), as("running"));
});

test("a start event of a span that never came keeps the run open until its end event", () => {
  const started = eventOf("tool.started", 20, { spanId: "unseen" });
  assert.deepEqual(outcomeAt("agent a 0-50", 60e6, { events: [started] }), as("running"));
  const ended = eventOf("tool.failed", 30, { spanId: "unseen" });
  assert.deepEqual(outcomeAt("agent a 0-50", 60e6, { events: [started, ended] }), as("completed"));
  const known = eventOf("agent.started", 0, { spanId: "a" });
  assert.deepEqual(outcomeAt("agent a 0-50", 60e6, { events: [known] }), as("completed"));
});

test("several roots are one run: from the first start to the last end", () => {
  const { summary } = new Analysed("agent a 10-50\nagent b 30-90 trace=t2").analysis;
  assert.deepEqual([summary.startedAt, summary.endedAt, summary.durationNs], [10e6, 90e6, 80e6]);
});

test("of several attempts of a root the last decides", () => {
  assert.deepEqual(
    outcomeAt("agent a 0-20 error=boom attempt=1\nagent a 30-50 attempt=2 id=a2", 60e6),
    as("completed"),
  );
});

test("a run of events alone has a state and times too", () => {
  const events = [
    eventOf("run.started", 10, { data: { name: "nightly" } }),
    eventOf("agent.started", 20, { agent: "a" }),
    eventOf("run.completed", 70),
  ];
  const { summary } = new Analysed("", { events, now: 80e6, lastReceived: 70e6 }).analysis;
  assert.deepEqual(
    [summary.status, summary.name, summary.startedAt, summary.durationNs, summary.eventCount, summary.agentic],
    ["completed", "nightly", 10e6, 60e6, 3, true],
  );
});

test("what is open lasts no longer than three days after the last record, whenever the run is settled", () => {
  const day = 24 * 60 * MINUTE;
  const presentAfter = (days: number) =>
    new Analysed(OPEN, { now: 50e6 + days * day, lastReceived: 50e6 }).analysis.agents[0]?.activity.present;
  assert.equal(presentAfter(1), 50e6 + day);
  assert.equal(presentAfter(3), 50e6 + 3 * day);
  assert.equal(presentAfter(30), 50e6 + 3 * day);
});
