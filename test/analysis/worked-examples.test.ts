// Runs small enough to compute by hand. Times in ms; in drawings ├──┤ is a span and ═ the critical path.

import { strict as assert } from "node:assert";
import { describe, test } from "node:test";
import { Analysed } from "../support/analysed.ts";
import { eventOf } from "../support/run-builder.ts";

const agent = (name: string) => ({ by: "agent", name }) as const;
const EVERYTHING = { by: "everything" } as const;

/** The figures that every example has, as fractions can be checked by hand. */
function figuresOf({ analysis: { figures } }: Analysed): readonly (number | undefined)[] {
  return [figures.utilization, figures.communicationShareOfTime, figures.concurrency];
}

// one agent, one step after the other
//
//   solo  ╞══╪══════════╪══╪══════╪══╡
//   llm      ├──────────┤
//   tool                   ├──────┤
//         0  10         60 70     90 100
describe("sequential", () => {
  const run = new Analysed(`
    agent solo 0-100
      llm think 10-60 in=10 out=5
      tool look 70-90
  `);

  test("every instant goes to the innermost span", () => {
    assert.deepEqual(run.activity("solo"), { llm: 50, tool: 20, working: 30, present: 100 });
    assert.deepEqual(run.path(), [
      "solo working 10",
      "think llm 50",
      "solo working 10",
      "look tool 20",
      "solo working 10",
    ]);
  });

  test("what-if scales what is named", () => {
    assert.equal(run.predictedMs({ by: "tool", name: "look" }, 0.5), 90);
    assert.equal(run.predictedMs(agent("solo"), 0.5), 50);
    assert.equal(run.ask(agent("nobody"), 0.5), undefined);
  });

  test("a single agent does not communicate", () => {
    assert.deepEqual(run.messages(), []);
    assert.equal(run.analysis.figures.communicationShareOfTime, 0);
    assert.equal(run.analysis.figures.communicationShareOfTokens, 0);
    assert.deepEqual(figuresOf(run), [1, 0, 1]);
  });
});

// fan-out and join: the example of rule 12
//
//   boss  ╞══╡                    ╞══╡
//   A        ├────────┤
//   B        ╞════════════╡
//   C                     ╞═══════╡
//         0  100     400  700     900 1000
describe("fan-out and join", () => {
  const run = new Analysed(`
    agent boss 0-1000
      agent A 100-400
      agent B 100-700
      agent C 700-900
  `);

  test("the boss works 200 and waits 800", () => {
    assert.deepEqual(run.activity("boss"), { working: 200, waiting: 800, present: 1000 });
    assert.deepEqual(run.activity("B"), { working: 600, present: 600 });
  });

  test("the path is boss 200, B 600, C 200", () => {
    assert.deepEqual(run.path(), ["boss working 100", "B working 600", "C working 200", "boss working 100"]);
    assert.deepEqual(run.byAgent(), { boss: 200, B: 600, C: 200 });
  });

  test("B twice as fast takes 700", () => {
    assert.equal(run.predictedMs(agent("B"), 0.5), 700);
    assert.equal(run.predictedMs(agent("A"), 0.5), 1000);
    assert.equal(run.predictedMs(agent("C"), 0), 800);
    assert.equal(run.predictedMs(EVERYTHING, 0.5), 500);
  });

  test("1300 of 2100 are work, and handing over took no time", () => {
    // busy: boss 200, A 300, B 600, C 200; present: boss 1000 and the others as long as they work
    assert.deepEqual(figuresOf(run), [1300 / 2100, 0, 1.3]);
  });

  test("the boss called each of them", () => {
    assert.deepEqual(run.messages(), [
      ...["boss -> A delegate A1", "boss -> B delegate A1", "A -> boss reply A1", "B -> boss reply A1"],
      ...["boss -> C delegate A1", "C -> boss reply A1"],
    ]);
  });
});

// the counter-example of rule 12: no own time anywhere, and nothing ends before B starts
//
//   parent ├────────────────────┤
//   A      ╞══════╡─────┤            A × 0.5: still 10, B's start is a fixed delay after A's
//   B             ╞═════════════╡    B × 0.5: 7
//          0      4     6       10
describe("overlapping siblings", () => {
  const run = new Analysed(`
    run parent 0-10
      agent A 0-6
      agent B 4-10
  `);

  test("factor 1, A twice as fast, B twice as fast, everything at once: 10, 10, 7, 0", () => {
    assert.equal(run.predictedMs(EVERYTHING, 1), 10);
    assert.equal(run.predictedMs(agent("A"), 0.5), 10);
    assert.equal(run.predictedMs(agent("B"), 0.5), 7);
    assert.equal(run.predictedMs(EVERYTHING, 0), 0);
  });

  test("the delay before B counts for what was open in it", () => {
    assert.deepEqual(run.path(), ["A working 4", "B working 6"]);
  });

  test("two agents overlap for a fifth of the time, and nobody spoke", () => {
    assert.deepEqual(figuresOf(run), [1, 0, 12 / 10]);
    assert.deepEqual(run.messages(), []);
  });
});

// an agent called as a tool
//
//   boss    ╞═══╪════════╪══╪════════════════════╪══╡
//   llm         ├────────┤
//   tool ask                ╞═╡                ╞═╡     own time of a span that delegates: a transfer
//   helper                    ╞════════════════╡
//   llm                         ├────────────┤
//           0   10      50  60 65 70        190 195 200 210
describe("agent as a tool", () => {
  const run = new Analysed(`
    agent boss 0-210
      llm plan 10-50 in=100 out=20
      tool ask 60-200
        agent helper 65-195
          llm answer 70-190 in=30 out=40
  `);

  test("the boss waits from the call to the result", () => {
    assert.deepEqual(run.activity("boss"), { llm: 40, working: 30, waiting: 140, present: 210 });
    assert.deepEqual(run.activity("helper"), { llm: 120, working: 10, present: 130 });
  });

  test("call and reply rest on the tool's span", () => {
    assert.deepEqual(run.messages(), ["boss -> helper delegate M4", "helper -> boss reply M4"]);
    const [call, reply] = run.analysis.messages.filter(({ evidence }) => evidence === "M4");
    assert.equal(call?.transit, 5e6);
    assert.equal(reply?.transit, 5e6);
  });

  test("only the tool's own time is communication", () => {
    assert.deepEqual(run.path(), [
      ...["boss working 10", "plan llm 40", "boss working 10", "ask transfer 5", "helper working 5", "answer llm 120"],
      ...["helper working 5", "ask transfer 5", "boss working 10"],
    ]);
    assert.deepEqual(run.analysis.path.byKind, { working: 40e6, llm: 160e6, transfer: 10e6 });
    // busy: boss 70 of 210, helper 130 of 130
    assert.deepEqual(figuresOf(run), [200 / 340, 10 / 210, 200 / 210]);
  });

  test("the helper's time is not the tool's to speed up", () => {
    assert.equal(run.predictedMs({ by: "tool", name: "ask" }, 0), 200);
    assert.equal(run.predictedMs(agent("helper"), 0), 80);
  });
});

// a chain of handoffs: each agent hands control to the next, and nobody waits for anybody
//
//   flow     ├────────────────────────────────────┤    nobody's: orchestration, or the way of a handoff
//   triage    ╞═════════╡
//   transfer         ├┤                                from here to the next agent's work: a transfer
//   weather             ·╞══════════╡
//   summary                          ·╞═════╡
//            0 10      50 60        90 100 150 160
describe("handoff chain", () => {
  const run = new Analysed(`
    run flow 0-160
      agent triage 10-50
        tool transfer_to_weather 40-45
      agent weather 60-90
        tool transfer_to_summary 80-85
      agent summary 100-150
  `);

  test("the tools are messages and no tools", () => {
    assert.deepEqual(run.messages(), ["triage -> weather handoff M5", "weather -> summary handoff M5"]);
    assert.equal(run.span("transfer_to_weather").kind, "message");
    assert.equal(run.analysis.summary.toolCalls, 0);
    assert.equal(run.analysis.messages.find(({ to }) => to === "weather")?.confidence, 0.95);
  });

  test("nobody replies, and the last one answers the user", () => {
    const output = run.analysis.messages.find(({ kind }) => kind === "output");
    assert.equal(output?.from, "summary");
  });

  test("each works all the time that it is there, and a quarter of the time goes to handing over", () => {
    assert.deepEqual(run.activity("triage"), { working: 40, present: 40 });
    // transfers: 40–60 and 80–100
    assert.deepEqual(figuresOf(run), [1, 40 / 160, 120 / 160]);
  });

  test("whoever is faster hands over sooner", () => {
    assert.equal(run.predictedMs(agent("triage"), 0.5), 140);
    assert.equal(run.predictedMs(agent("weather"), 0), 130);
    assert.equal(run.predictedMs(EVERYTHING, 0.5), 80);
  });

  test("the ways between them are transfers, the ends orchestration", () => {
    assert.deepEqual(run.path(), [
      ...["flow orchestration 10", "triage working 30", "transfer_to_weather transfer 5", "triage transfer 5"],
      ...["flow transfer 10", "weather working 20", "transfer_to_summary transfer 5", "weather transfer 5"],
      ...["flow transfer 10", "summary working 50", "flow orchestration 10"],
    ]);
  });
});

// a message over a queue: three traces, joined by links only
//
//   trace 1  send   ├──┤
//   trace 2  planner    ·╞══════════╪══╪──────────────────┤    linked to send: 10 on the way
//            publish                 ├─┤
//   trace 3  coder                      ·╞════════════════════╡   linked to publish: 15 on the way
//                   0  5 15         100 110 125          400  500
describe("asynchronous send over links", () => {
  const run = new Analysed(`
    message send 0-5 trace=t1 otel=4
    agent planner 15-400 trace=t2 link=t1/send
      message publish 100-110 otel=4
    agent coder 125-500 trace=t3 link=t2/publish
  `);

  test("sender and receiver come from both ends of the link", () => {
    assert.deepEqual(run.messages(), ["planner -> coder send M9"]);
    const input = run.analysis.messages.find(({ to }) => to === "planner");
    assert.deepEqual([input?.from, input?.kind], ["user", "input"]);
    assert.equal(run.analysis.messages.find(({ to }) => to === "coder")?.transit, 25e6);
  });

  test("the path goes over the links, and their ways are transfers", () => {
    assert.deepEqual(run.path(), [
      ...["send transfer 5", "planner transfer 10", "planner working 85", "publish transfer 10", "coder transfer 15"],
      "coder working 375",
    ]);
  });

  test("sending does not wait: both work at once for most of the time", () => {
    assert.deepEqual(run.activity("planner"), { working: 385, present: 385 });
    assert.deepEqual(run.activity("coder"), { working: 375, present: 375 });
    assert.deepEqual(figuresOf(run), [1, 40 / 500, 760 / 500]);
  });

  test("a faster planner sends sooner: nothing else holds the coder back", () => {
    assert.equal(run.predictedMs(agent("planner"), 0), 405);
    assert.equal(run.predictedMs(EVERYTHING, 0), 0);
  });
});

// three levels: each waits for the one below
//
//   a  ╞═╡                  ╞═╡
//   b    ╞═╡            ╞══╡       through a tool each
//   c       ╞═══════════╡
describe("nested delegation", () => {
  const run = new Analysed(`
    agent a 0-100
      tool ask-b 10-90
        agent b 10-90
          tool ask-c 20-80
            agent c 20-80
              llm work 20-80 in=1 out=1
  `);

  test("waiting is told for each level", () => {
    assert.deepEqual(run.activity("a"), { working: 20, waiting: 80, present: 100 });
    assert.deepEqual(run.activity("b"), { working: 20, waiting: 60, present: 80 });
    assert.deepEqual(run.activity("c"), { llm: 60, present: 60 });
  });

  test("five pieces, none of them on the way: the tools have no time of their own", () => {
    assert.deepEqual(run.path(), ["a working 10", "b working 10", "work llm 60", "b working 10", "a working 10"]);
    // busy 20 + 20 + 60, present 100 + 80 + 60
    assert.deepEqual(figuresOf(run), [100 / 240, 0, 1]);
  });

  test("each level is worth what it does itself", () => {
    assert.equal(run.predictedMs(agent("a"), 0), 80);
    assert.equal(run.predictedMs(agent("b"), 0), 80);
    assert.equal(run.predictedMs(agent("c"), 0.5), 70);
  });

  test("each reports to its own caller", () => {
    assert.deepEqual(run.messages(), [
      ...["a -> b delegate M4", "b -> c delegate M4", "c -> b reply M4", "b -> a reply M4"],
    ]);
    assert.equal(run.agent("c").parent, run.agents().indexOf("b"));
    assert.deepEqual(run.byAgent(), { a: 20, b: 20, c: 60 });
  });
});

// the clocks of two machines differ
//
//   caller  ├────────────────────┤       10–110
//   early  ├────────┤                     0–60   begins before its parent: clipped to 10
//   late                     ├────────┤  90–150  ends after its parent: not waited for
describe("clock skew between processes", () => {
  const run = new Analysed(`
    agent caller 10-110
      tool early 0-60
      tool late 90-150
  `);

  test("a child is clipped to its parent and one that outlives it is not waited for", () => {
    assert.deepEqual(run.path(), ["early tool 50", "caller working 50"]);
    assert.equal(run.predictedMs({ by: "tool", name: "late" }, 0), 100);
    assert.equal(run.predictedMs(EVERYTHING, 1), 100);
  });

  test("own time counts only what the children leave", () => {
    assert.equal(run.span("caller").ownMs, 30);
    assert.deepEqual(run.activity("caller"), { tool: 120, working: 30, present: 150 });
    // Its tools reach over both ends of the run: it did more than the run lasted.
    assert.deepEqual(figuresOf(run), [1, 0, 150 / 100]);
    assert.equal(run.predictedMs({ by: "tool", name: "early" }, 0.5), 75);
  });

  test("the run lasts from its root's start to its root's end", () => {
    assert.equal(run.analysis.summary.durationNs, 100e6);
    assert.equal(run.analysis.summary.startedAt, 10e6);
  });
});

// an agent called as a tool in another process, whose clock is 10 ahead
//
//   boss    ╞════╡                       ╞════╡
//   ask          ├─────────────────╞═════╡           20–80
//   helper    ├──╞═════════════════╡                 10–70: counts from 20 on
//           0 10 20                70    80   100
describe("a callee whose clock is ahead", () => {
  const run = new Analysed(`
    agent boss 0-100 service=here
      tool ask 20-80 service=here
        agent helper 10-70 service=there
  `);

  test("it is clipped to the call, and its own time is what its own clock says", () => {
    assert.deepEqual(run.path(), ["boss working 20", "helper working 50", "ask transfer 10", "boss working 20"]);
    assert.deepEqual(run.activity("boss"), { working: 40, waiting: 60, present: 100 });
    assert.deepEqual(run.activity("helper"), { working: 60, present: 60 });
    assert.deepEqual(figuresOf(run), [100 / 160, 10 / 100, 100 / 100]);
  });

  test("no way takes less than no time", () => {
    const transits = run.analysis.messages.filter(({ evidence }) => evidence === "M4").map(({ transit }) => transit);
    assert.deepEqual(transits, [0, 10e6]);
  });

  test("without the helper the call takes its way only", () => {
    assert.equal(run.predictedMs(agent("helper"), 0), 50);
    assert.equal(run.predictedMs(EVERYTHING, 1), 100);
  });
});

// OpenTelemetry's JavaScript SDK rounds starts down to whole milliseconds
//
//   recorded  first  10 ├────────┤ 20.4
//             second          20 ├─────────┤ 30.2       began at 20.4 or later
describe("starts rounded to milliseconds", () => {
  const run = new Analysed(`
    run flow 10-30.1
      agent first 10-20.4
      agent second 20-30.2
  `);

  test("what overlaps by a rounding ran one after the other", () => {
    assert.deepEqual(run.path(), ["first working 10", "second working 10.1"]);
    assert.equal(run.predictedMs(agent("first"), 0.5), 15.1);
    assert.deepEqual(run.messages(), ["first -> second handoff M12"]);
  });
});

// the parent of a span never came
//
//   ?       (never came)
//   lost    ╞══╪══════════════╪══╡
//   think      ╞══════════════╡
//           0  10             90 100
describe("missing parent", () => {
  const notation = `
    agent lost 0-100 parent=never-came
      llm think 10-90 in=5 out=5
  `;

  test("while records may still come, the run has no root", () => {
    const run = new Analysed(notation, { now: 105e6, lastReceived: 100e6 });
    assert.equal(run.analysis.summary.status, "running");
  });

  test("when the trace is quiet, the orphan is its root", () => {
    const run = new Analysed(notation);
    assert.equal(run.analysis.summary.status, "completed");
    assert.equal(run.analysis.summary.durationNs, 100e6);
    assert.deepEqual(run.agents(), ["lost"]);
  });

  test("its figures are those of a run that begins with it", () => {
    const run = new Analysed(notation);
    assert.deepEqual(run.activity("lost"), { llm: 80, working: 20, present: 100 });
    assert.deepEqual(run.path(), ["lost working 10", "think llm 80", "lost working 10"]);
    assert.deepEqual(figuresOf(run), [1, 0, 1]);
    assert.equal(run.predictedMs(agent("lost"), 0.5), 50);
    assert.equal(run.analysis.summary.tokens.input, 5);
  });
});

// half of a run: the caller's spans are lost, so that the callee's tree hangs on nothing
//
//   boss    ├──────────────────────┤
//   (ask)      never came
//   helper        ╞═══════════╡
//           0     20         60    100
describe("missing parent between two agents", () => {
  const run = new Analysed(`
    agent boss 0-100
    agent helper 20-60 parent=never-came
  `);

  test("both are roots, and nobody knows who called whom", () => {
    assert.deepEqual(run.messages(), []);
    assert.deepEqual(run.activity("boss"), { working: 100, present: 100 });
    assert.deepEqual(figuresOf(run), [1, 0, 140 / 100]);
    assert.deepEqual(run.path(), ["boss working 100"]);
    assert.equal(run.predictedMs(agent("helper"), 0), 100);
  });
});

// an agent at work: its span and its model call are open, now is 80
//
//   worker  ├─────────────────── …
//   tool      ├────┤
//   llm                ├──────── …
//           0 10   30  50        80
describe("still running", () => {
  const run = new Analysed(
    `
    agent worker 0-
      tool look 10-30
      llm think 50-
  `,
    { now: 80e6, lastReceived: 50e6 },
  );

  test("open spans last until now", () => {
    assert.deepEqual(run.activity("worker"), { llm: 30, tool: 20, working: 30, present: 80 });
    assert.equal(run.span("think").status, "open");
    assert.equal(run.agent("worker").lastEnd, Number.POSITIVE_INFINITY);
  });

  test("its figures are those of now", () => {
    assert.deepEqual(figuresOf(run), [1, 0, 1]);
    assert.deepEqual(run.path(), ["worker working 10", "look tool 20", "worker working 20", "think llm 30"]);
    assert.equal(run.predictedMs({ by: "tool", name: "look" }, 0), 60);
  });

  test("the run is open and nobody has answered", () => {
    const { status, endedAt, durationNs } = run.analysis.summary;
    assert.deepEqual({ status, endedAt, durationNs }, { status: "running", endedAt: undefined, durationNs: 80e6 });
    assert.equal(
      run.analysis.messages.some(({ kind }) => kind === "output"),
      false,
    );
    assert.equal(run.agent("worker").tasks, 0);
  });
});

// spans without length, at one instant and at the end of their parent
describe("zero-length spans", () => {
  const run = new Analysed(`
    agent a 0-10
      tool p 0-0
      tool q 5-5
      tool r 5-5
      tool s 10-10
  `);

  test("they are points: no time is theirs and none is lost", () => {
    assert.deepEqual(run.path(), ["a working 10"]);
    assert.deepEqual(run.activity("a"), { working: 10, present: 10 });
    assert.equal(run.analysis.summary.toolCalls, 4);
  });

  test("a run without length has no figures", () => {
    const point = new Analysed("agent a 5-5");
    assert.equal(point.analysis.figures.utilization, undefined);
    assert.deepEqual(point.analysis.path.segments, []);
  });
});

// a person is asked in the middle
//
//   worker  ├──────────────────────────┤
//   tool        ├────────────┤
//   approve        ├──────┤                a span that waits for a person
//   events                       ◂asked answered▸
describe("asking a person", () => {
  const run = new Analysed(
    `
    agent worker 0-100
      tool deploy 10-60
        other approve 20-50 human hidden foldIntoParent=1
  `,
    {
      events: [eventOf("human.requested", 70, { agent: "worker" }), eventOf("human.answered", 90, { agent: "worker" })],
    },
  );

  test("spans and events make the agent wait for a person", () => {
    assert.deepEqual(run.activity("worker"), { tool: 20, working: 30, waiting: 50, human: 50, present: 100 });
  });

  test("the wait is on the path and the tool stands for it", () => {
    assert.deepEqual(run.path(), [
      ...["worker working 10", "deploy tool 10", "deploy human 30", "deploy tool 10", "worker working 40"],
    ]);
    assert.equal(run.span("deploy").ownMs, 20);
  });
});

// an agent that works in two stretches with nothing in between
describe("idle between invocations", () => {
  const run = new Analysed(`
    run flow 0-100
      agent a 0-20
      agent b 20-70
      agent a 70-100
  `);

  test("between its spans an agent is idle", () => {
    assert.deepEqual(run.activity("a"), { working: 50, idle: 50, present: 100 });
    assert.deepEqual(run.activity("b"), { working: 50, present: 50 });
    assert.equal(run.analysis.figures.utilization, 100 / 150);
    assert.equal(run.analysis.figures.concurrency, 1);
  });

  test("control goes on and comes back", () => {
    assert.deepEqual(run.messages(), ["a -> b handoff M12", "b -> a reply M7"]);
  });
});

// told outright to wait: an override of what the spans show
describe("agent.waiting and agent.resumed", () => {
  const run = new Analysed("agent poller 0-100\n  llm think 0-100 in=1 out=1", {
    events: [
      eventOf("agent.waiting", 20, { agent: "poller", data: { reason: "queue empty" } }),
      eventOf("agent.resumed", 60, { agent: "poller" }),
      eventOf("agent.waiting", 70, { agent: "poller", data: { reason: "human approval" } }),
      eventOf("agent.resumed", 80, { agent: "poller" }),
    ],
  });

  test("the reason tells whether it waits for a person", () => {
    assert.deepEqual(run.activity("poller"), { llm: 50, waiting: 50, human: 10, present: 100 });
  });
});
