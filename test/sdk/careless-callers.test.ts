// Callers whom no compiler checks: whatever they give, their own code runs and gets back what it returned or threw.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as sdk from "../../sdk/src/index.ts";
import { observed } from "./telemetry.ts";

const unreadable = new Proxy(
  {},
  {
    get: () => {
      throw new Error("unreadable");
    },
  },
);

/** What stands where options should. */
const ODD: readonly unknown[] = [
  ...[undefined, null, 5, {}, unreadable, { name: Symbol("s"), key: Symbol("s") }],
  { name: "n", id: 7, tags: 5, attributes: 5, session: {}, by: "x", data: 5, reason: null, model: null },
];

const VALUE = { of: "the user" };
const work = () => VALUE;

test("options of any shape leave the callback and its value alone", async () => {
  await using _here = await observed();
  const { message, handoff, waiting, human } = sdk;
  for (const odd of ODD) {
    for (const call of [sdk.run, sdk.agent, sdk.task, sdk.tool, sdk.llm, message, handoff, waiting, human, sdk.state]) {
      assert.equal((call as (options: unknown, callback: () => object) => unknown)(odd, work), VALUE, call.name);
    }
    assert.equal(sdk.extract(odd as sdk.IncomingHeaders, work), VALUE);
  }
});

test("what is called with anything at all throws nothing", async () => {
  await using _here = await observed();
  for (const odd of ODD as readonly never[]) {
    for (const call of [sdk.message, sdk.handoff, sdk.state, sdk.inject, sdk.init]) {
      (call as (options: unknown) => unknown)(odd);
    }
    sdk.logEvent(odd, odd, odd);
    sdk.recordMetric(odd, odd, odd);
    sdk.startTrace(odd).end(odd);
    sdk.startTrace("t").addSpan(odd, odd).end(odd);
    sdk.addSpan(odd, odd).end(odd);
    sdk.llm("m", (call) => {
      call.usage(odd);
      call.response(odd);
      call.set(odd);
      call.output(odd);
    });
    new sdk.TaleaSpanProcessor(odd);
  }
});

test("getMetricsSummary says that it cannot read its options", async () => {
  await using _here = await observed();
  assert.deepEqual(await sdk.getMetricsSummary({ by: "name" } as never), {
    metrics: [],
    error: "options that cannot be read",
  });
});

test("what has no words can be thrown, and is thrown on; its span and its waiting end", async () => {
  await using here = await observed();
  for (const thrown of [Object.create(null), unreadable, Symbol("s"), undefined]) {
    const fail = () => {
      throw thrown;
    };
    for (const call of [() => sdk.run("r", fail), () => sdk.waiting("w", fail), () => sdk.human("h", fail)]) {
      let caught: unknown = "nothing";
      try {
        call();
      } catch (error) {
        caught = error;
      }
      assert.equal(caught, thrown);
    }
  }
  assert.equal(await sdk.flush(), true);
  assert.deepEqual(
    here.receiver.spans.map(({ raw }) => (raw["status"] as { code: number }).code),
    [2, 2, 2, 2],
  );
  assert.equal(here.receiver.named("agent.resumed").length, 4);
  assert.equal(here.receiver.named("human.answered").length, 4);
});
