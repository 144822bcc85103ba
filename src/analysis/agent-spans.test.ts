import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";

test("a graph with nodes of its own is an agent, and the compiled graph below its node is hidden (A3, A5)", () => {
  const run = new Analysed(`
    run team 0-100
      step supervisor 0-90 id=node graphPath=supervisor:1
        step supervisor 0-90 id=graph graphPath=supervisor:1
          step agent 0-40 graphPath=supervisor:1|agent:2 agent=supervisor
            llm call 0-40 in=1 graphPath=supervisor:1|agent:2 agent=supervisor
          step tools 50-80 graphPath=supervisor:1|tools:3 agent=supervisor
            tool search 50-80 graphPath=supervisor:1|tools:3 agent=supervisor
  `);
  assert.deepEqual(run.agents(), ["supervisor"]);
  assert.deepEqual([run.span("node").kind, run.span("node").agent], ["agent", "supervisor"]);
  assert.equal(run.span("graph").hidden, true);
  assert.equal(run.span("search").agent, "supervisor");
  assert.equal(run.span("team").agent, "");
  assert.equal(run.agent("supervisor").inferred, false);
});

test("what runs right below a tool node is not the agent `tools`", () => {
  const run = new Analysed(`
    agent boss 0-100
      step tools 0-90 graphPath=tools:1
        step inner 0-90 graphPath=tools:1|model:2
          llm call 0-80 in=1 graphPath=tools:1|model:2
  `);
  assert.deepEqual(run.agents(), ["boss"]);
});

test("a node that calls a model and a tool is taken for an agent (A4)", () => {
  const run = new Analysed(`
    run graph 0-100
      step worker 0-50 graphPath=worker:1
        llm call 0-20 in=1 graphPath=worker:1
        tool search 20-40 graphPath=worker:1
      step formatter 50-100 graphPath=formatter:2
        llm call 50-90 in=1 graphPath=formatter:2 id=second
  `);
  assert.equal(run.span("worker").kind, "agent");
  assert.equal(run.agent("worker").inferred, true);
  assert.equal(run.span("formatter").kind, "step");
});

test("a name on every span of an agent makes the topmost of them its invocation", () => {
  const run = new Analysed(`
    step boss 0-100 agent=boss inferred
      step model 0-20 agent=boss inferred
        llm call 0-20 in=1 agent=boss inferred
      tool ask 20-90 agent=boss inferred
        step researcher 30-80 agent=researcher inferred
          llm call 30-70 in=1 agent=researcher inferred id=second
  `);
  assert.deepEqual(run.agents(), ["boss", "researcher"]);
  assert.deepEqual(
    [run.span("boss").kind, run.span("model").kind, run.span("researcher").kind],
    ["agent", "step", "agent"],
  );
  assert.deepEqual(run.messages(), ["boss -> researcher delegate M4", "researcher -> boss reply M4"]);
});

test("a sub-agent without a span takes the execution of the tool that started it (A8)", () => {
  const run = new Analysed(`
    run interaction 0-100 agent=main
      tool Agent 10-90 agent=main target=explorer toolType=agent
        other execution 20-90 hidden foldIntoParent=1
          llm call 30-50 in=1 instance=i1
          tool Bash 60-70 instance=i1
      llm last 90-100 in=1 agent=main
  `);
  assert.deepEqual(run.agents(), ["main", "explorer"]);
  assert.deepEqual([run.span("execution").kind, run.span("execution").hidden], ["agent", false]);
  assert.equal(run.span("Bash").agent, "explorer");
  assert.equal(run.span("last").agent, "main");
});

test("an unnamed agent around one call is a wrapper, with tools it is an agent (A6)", () => {
  const run = new Analysed(`
    agent "ai.generateText" 0-20 inferred id=wrapper model=m1
      llm call 0-20 in=1
    agent "ai.generateText" 30-90 inferred id=real model=m2
      llm call 30-40 in=1 id=c2
      tool look 40-50
      llm call 50-90 in=1 id=c3
  `);
  assert.equal(run.span("wrapper").kind, "step");
  assert.deepEqual([run.span("real").kind, run.span("real").agent], ["agent", "unnamed (m2)"]);
  assert.equal(run.agent("unnamed (m2)").inferred, true);
});

test("an agent span right inside the only other one of its name is the same invocation", () => {
  const run = new Analysed(`
    agent planner 0-100
      agent planner 10-90 id=inner
        llm call 20-80 in=1
  `);
  assert.equal(run.span("inner").kind, "step");
  assert.equal(run.agent("planner").invocations.length, 1);
});

test("through a tool the same name is a recursion", () => {
  const run = new Analysed(`
    agent planner 0-100
      tool again 5-95
        agent planner 10-90 id=inner
          llm call 20-80 in=1
  `);
  assert.equal(run.agent("planner").invocations.length, 2);
  assert.deepEqual(run.messages(), []);
});

test("a definition of an agent is no invocation, and names lose their line breaks", () => {
  const run = new Analysed([
    { id: "d", kind: "agent", name: "create", start: 0, end: 1e6, traits: ["definition"], texts: { agent: "x" } },
    { id: "r", kind: "agent", name: "role", start: 0, end: 9e6, texts: { agent: " Senior\n  Writer " } },
  ]);
  assert.deepEqual(run.agents(), ["Senior Writer"]);
  assert.equal(run.span("d").kind, "other");
  assert.equal(run.span("r").agent, "Senior Writer");
});
