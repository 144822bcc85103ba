import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { factAbout } from "../../test/support/run-builder.ts";

test("of nested calls the innermost with usage counts, and those around it are steps", () => {
  const run = new Analysed(`
    agent a 0-100 in=100 out=10
      llm outer 0-90 in=100 out=10
        other http 10-80
          llm inner 20-70 in=100 out=10
  `);
  assert.equal(run.span("outer").kind, "step");
  assert.deepEqual([run.span("inner").kind, run.span("inner").counted], ["llm", true]);
  assert.equal(run.analysis.summary.tokens.input, 100);
  assert.equal(run.analysis.summary.llmCalls, 1);
});

test("an inner call without usage is a step of the one around it that has usage", () => {
  const run = new Analysed(`
    llm outer 0-90 in=7 out=3
      llm inner 20-70
  `);
  assert.deepEqual([run.span("outer").kind, run.span("inner").kind], ["llm", "step"]);
});

test("failed attempts inside a call stay calls", () => {
  const run = new Analysed(`
    llm outer 0-90
      llm first 10-20 error=overloaded
      llm second 30-80 in=7 out=3
  `);
  assert.deepEqual(
    ["outer", "first", "second"].map((id) => run.span(id).kind),
    ["step", "llm", "llm"],
  );
  assert.equal(run.analysis.summary.llmCalls, 2);
});

test("calls below an agent or a tool are other calls", () => {
  const run = new Analysed(`
    llm outer 0-90 in=5 out=1
      agent inner 10-80
        llm deep 20-70 in=3 out=1
  `);
  assert.equal(run.analysis.summary.tokens.input, 8);
});

test("embeddings inside a chat are calls of their own, an embedding around an embedding is not", () => {
  const run = new Analysed(`
    llm chat 0-90 in=5 out=1
      llm embed 10-20 in=2 embedding
    llm outer 100-120 embedding
      llm inner 105-115 in=4 embedding
  `);
  assert.equal(run.analysis.summary.tokens.input, 11);
  assert.equal(run.analysis.summary.llmCalls, 3);
});

test("of two calls with one response the fuller counts, and a finding says so", () => {
  const run = new Analysed(`
    agent a 0-100
      llm x 0-90 in=100 out=10 response=r1 scope=one
      llm y 0-90 in=100 out=10 read=50 response=r1 scope=two
  `);
  assert.deepEqual([run.span("x").kind, run.span("y").kind], ["step", "llm"]);
  assert.equal(run.analysis.summary.tokens.input, 100);
  assert.deepEqual(run.findings(), ["call-reported-twice"]);
});

test("one response id in two traces is two calls", () => {
  const run = new Analysed(`
    llm x 0-90 in=1 response=r1 trace=t1
    llm y 0-90 in=1 response=r1 trace=t2
  `);
  assert.equal(run.analysis.summary.llmCalls, 2);
});

test("a turn without a call below stands for it, less what agents below it used", () => {
  const run = new Analysed(`
    agent a 0-100
      step turn 0-90 in=50 out=9
        tool ask 10-80
          agent b 20-70
            step inner 20-70 in=20 out=4
  `);
  assert.deepEqual([run.span("turn").kind, run.span("inner").kind], ["llm", "llm"]);
  assert.equal(run.agent("a").tokens.input, 30);
  assert.equal(run.agent("b").tokens.input, 20);
  assert.equal(run.analysis.summary.tokens.output, 9);
});

test("a step that repeats the usage of calls below it does not count", () => {
  const run = new Analysed(`
    step node 0-100 in=50 out=9
      agent a 0-100
        llm call 0-90 in=50 out=9
  `);
  assert.equal(run.span("node").kind, "step");
  assert.equal(run.analysis.summary.tokens.input, 50);
});

test("a span's own usage and cost hold, then a record's, then the price table's", () => {
  const notation = `
    llm own 0-10 in=5 out=5 cost=100 costsource=reported
    llm priced 20-30 in=5 out=5 cost=100 costin=40 costsource=table@1
    llm empty 40-50 response=req_7
    llm unknown 60-70 in=5 out=5
  `;
  const facts = [
    factAbout("own", "costUsd", "0.001"),
    factAbout("priced", "costUsd", "0.000001"),
    // Told in the context of another span.
    factAbout("own", "tokensInput@response:req_7", "9"),
    factAbout("own", "costUsd@response:req_7", "0.000002"),
  ];
  const { rows, summary } = new Analysed(notation, { facts }).analysis;
  assert.deepEqual([...rows.costNano], [100, 1000, 2000, 0]);
  assert.deepEqual([...rows.tokensInput], [5, 5, 9, 5]);
  assert.deepEqual([...rows.unpriced], [0, 0, 0, 1]);
  assert.deepEqual([summary.priced, summary.unpricedCalls, summary.costNano], [true, 1, 3100]);
});

test("a call that is reported to cost nothing has a price, for its run and for its agent", () => {
  const run = new Analysed("agent solo 0-10\n  llm local 0-10 in=5 out=5 cost=0 costsource=reported");
  const { summary, rows, agents } = run.analysis;
  assert.deepEqual([summary.priced, summary.costNano, summary.unpricedCalls], [true, 0, 0]);
  assert.deepEqual([agents[0]?.priced, agents[0]?.unpricedCalls], [true, 0]);
  assert.deepEqual([...rows.priced], [0, 1]);
});
