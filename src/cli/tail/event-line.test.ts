import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "../../model/shapes.ts";
import { displayWidth } from "../shown-text.ts";
import type { Output } from "../terminal.ts";
import { agentColour, EventLines } from "./event-line.ts";

function output(width: number | undefined, colours = false): Output {
  return {
    ...{ isTerminal: width !== undefined, width, height: undefined },
    ...{ write: () => undefined, line: () => undefined, drained: () => Promise.resolve() },
    paint: (colour, text) => (colours ? `<${colour}>${text}</>` : text),
  };
}

function event(type: string, fields: Partial<RunEvent> = {}): RunEvent {
  return { offset: "1", id: "1", type, time: "2026-11-26T12:00:00.250000000Z", derived: false, ...fields };
}

/** Without the time, which is the reader's own. */
function lineOf(lines: EventLines, one: RunEvent): string {
  return lines.line(one).replace(/^\d\d:\d\d:\d\d\.\d\d\d/, "T");
}

test("a line is as wide as the terminal at most, and says by an ellipsis that it was cut", () => {
  const long = event("log", { agentId: "ada", message: "日本 and a long message", data: { a: "x".repeat(50), b: 2 } });
  const whole = new EventLines(output(undefined), false).line(long);
  assert.ok(!whole.includes("…"));
  for (let width = 1; width <= displayWidth(whole); width++) {
    const line = new EventLines(output(width), false).line(long);
    assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    assert.equal(line.endsWith("…"), width < displayWidth(whole), `${width}: ${line}`);
    assert.ok(whole.startsWith(line.replace("…", "")), `${width}: ${line}`);
  }
});

test("what failed is red, and an agent has its colour wherever it is named", () => {
  const lines = new EventLines(output(undefined, true), false);
  const [ada, bob] = [agentColour("ada"), agentColour("bob")];
  assert.notEqual(ada, bob);
  assert.equal(
    lines.line(event("message.sent", { agentId: "ada", to: "bob" })).slice("<gray>12:00:00.250</>".length),
    `<${ada}>  ada     </>  message.sent   <${bob}>  → bob</>`,
  );
  assert.match(
    lines.line(event("tool.failed", { data: { tool: "t", error: "no" } })),
    /<red> {2}tool\.failed .*<red> {2}no<\/>/,
  );
  assert.match(lines.line(event("log", { level: "error", message: "no" })), /<red> {2}log .*<red> {2}no<\/>/);
});

test("what agents wrote cannot steer the terminal or begin a line", () => {
  const hostile = "\u001b[2Jred\u001b]0;title\u0007\nnext\u202egnirts";
  const data = { name: hostile, [hostile]: hostile, error: { text: hostile } };
  const line = new EventLines(output(undefined), false).line(
    event(hostile, { agentId: hostile, to: hostile, message: hostile, runId: hostile, data }),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be gone
  assert.ok(!/[\u0000-\u001f\u202e]/.test(line), JSON.stringify(line));
});

test("the column of agents grows with their names, up to a width", () => {
  const lines = new EventLines(output(undefined), true);
  const about = (agentId: string) => lineOf(lines, event("log", { agentId, message: "m" }));
  assert.equal(about("a"), "T  a         log              m");
  assert.equal(about("researcher"), "T  researcher  log              m");
  assert.equal(about("a"), "T  a           log              m");
  assert.equal(about("x".repeat(40)), `T  ${"x".repeat(19)}…  log              m`);
});

test("of many values a few are shown, and how many are not", () => {
  const data = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`k${i}`, i]));
  const line = lineOf(
    new EventLines(output(undefined), true),
    event("state.changed", { data: { ...data, k1: { a: [1] } } }),
  );
  assert.equal(
    line,
    'T            state.changed    k0=0  k1={"a":[1]}  k2=2  k3=3  k4=4  k5=5  k6=6  k7=7  and 4 more',
  );
});

test("an end without its beginning, or before it, or of one of two has no duration", () => {
  const lines = new EventLines(output(undefined), true);
  const at = (type: string, second: number, fields: Partial<RunEvent> = {}) =>
    lineOf(lines, event(type, { time: `2026-11-26T12:00:0${second}Z`, runId: "r", agentId: "ada", ...fields }));
  const shown = (line: string) => /(\d\S* m?s)$/.exec(line)?.[1];
  const spans = { traceId: "t", spanId: "s" };
  assert.equal(shown(at("task.completed", 1)), undefined);
  at("task.started", 2);
  assert.equal(shown(at("task.completed", 1)), undefined);
  at("task.started", 1);
  at("task.started", 2);
  assert.equal(shown(at("task.completed", 3)), undefined);
  at("agent.started", 1, spans);
  at("agent.waiting", 2, spans);
  assert.equal(shown(at("agent.resumed", 4, spans)), "2.0 s");
  assert.equal(shown(at("agent.failed", 6, spans)), "5.0 s");
  at("human.requested", 1);
  assert.equal(shown(at("human.answered", 9)), "8.0 s");
});
