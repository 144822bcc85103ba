import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { factAbout } from "../../test/support/run-builder.ts";
import { FIGURES } from "./figures.ts";

const summaryOf = (notation: string, rest: object = {}) => new Analysed(notation, rest).analysis.summary;

test("session, user and name come from the root, else from the first span that has them", () => {
  const root = summaryOf("run r 0-100 session=s1 user=u1\n  agent a 0-50 session=s2 user=u2");
  assert.deepEqual([root.session, root.user, root.name], ["s1", "u1", "r"]);
  const below = summaryOf("run r 0-100\n  agent a 0-50 session=s2\n    llm c 0-20 in=1 user=u3");
  assert.deepEqual([below.session, below.user], ["s2", "u3"]);
  const told = summaryOf("run r 0-100\n  agent a 0-50", { facts: [factAbout("a", "session", "s9")] });
  assert.equal(told.session, "s9");
});

test("tags are all spans' tags, each once", () => {
  assert.deepEqual(summaryOf("run r 0-100 tags=b,a\n  agent a 0-50 tags=c,a").tags, ["a", "b", "c"]);
});

test("a stated name holds; a root outside the agents' system lends its name to nobody", () => {
  assert.equal(summaryOf('run r 0-100 runName="Nightly report"\n  agent a 0-50').name, "Nightly report");
  assert.equal(summaryOf('run r 0-100\n  agent a 0-50 runName="Nightly report"').name, "Nightly report");
  assert.equal(summaryOf('other "GET /ask" 0-100\n  agent helper 10-90').name, "helper");
  assert.equal(summaryOf('other "GET /" 0-100').name, "GET /");
});

test("service is the root's, else the first that is stated; models are those that answered", () => {
  const summary = summaryOf("run r 0-100\n  llm c 0-50 in=1 model=m2 service=shop\n  llm d 50-90 in=1 model=m1");
  assert.equal(summary.service, "shop");
  assert.deepEqual(summary.models, ["m1", "m2"]);
});

test("calls are counted by what they turned out to be", () => {
  const summary = summaryOf(`
    run r 0-100
      agent a 0-40
        llm c 0-10 in=3 out=1
        tool t 10-20
        tool transfer_to_b 20-30
        tool plumbing 30-35 hidden
      agent b 50-90
  `);
  assert.deepEqual([summary.llmCalls, summary.toolCalls, summary.messageCount, summary.spanCount], [1, 1, 1, 7]);
  assert.equal(summary.agentic, true);
});

test("a run of nothing is no agent system", () => {
  const summary = summaryOf("");
  assert.deepEqual([summary.agentic, summary.spanCount, summary.status], [false, 0, "running"]);
});

test("every figure is explained, and a model can be asked to be faster", () => {
  const run = new Analysed("agent a 0-100\n  llm c 0-60 in=1 model=m1\n  llm d 60-90 in=1 model=m2");
  assert.deepEqual(FIGURES.map(({ id }) => id).toSorted(), Object.keys(run.analysis.figures).toSorted());
  for (const { doc } of FIGURES) assert.ok(doc.endsWith("."));
  assert.equal(run.predictedMs({ by: "model", name: "m1" }, 0.5), 70);
  assert.match(run.ask({ by: "model", name: "m2" }, 0)?.assumption ?? "", /^What followed/);
});

test("what is folded into a tool is the tool's to speed up", () => {
  const run = new Analysed(
    "agent a 0-100\n  tool t 10-90 tool=deploy\n    other execution 20-80 hidden foldIntoParent=1",
  );
  assert.equal(run.predictedMs({ by: "tool", name: "deploy" }, 0.5), 60);
  assert.deepEqual(run.activity("a"), { tool: 80, working: 20, present: 100 });
});
