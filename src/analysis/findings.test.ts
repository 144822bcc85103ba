import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { inputOf, spansOf } from "../../test/support/run-builder.ts";
import { analyse } from "./analyse.ts";
import { FINDING_RULES } from "./findings.ts";

function finding(notation: string, id: string, rest: object = {}) {
  return new Analysed(notation, rest).analysis.findings.find((found) => found.id === id);
}

test("ids are unique and every finding is documented", () => {
  assert.equal(new Set(FINDING_RULES.map(({ id }) => id)).size, FINDING_RULES.length);
  for (const { doc } of FINDING_RULES) assert.ok(doc.endsWith("."));
});

test("a plain run has no findings", () => {
  assert.deepEqual(new Analysed("agent a 0-100\n  llm call 0-50 in=1\n  tool t 50-90").findings(), []);
});

test("a run of which not all was read says so", () => {
  const found = finding("agent a 0-10", "cut-records", { recordsCutAt: 2_000_000 });
  assert.match(found?.message ?? "", /more than 2,000,000 spans or events/);
});

test("several run ids", () => {
  const found = finding("agent a 0-10", "several-run-ids", { otherRunIds: ["z", "b"] });
  assert.match(found?.message ?? "", /\(b, z\)/);
});

test("a run that fell silent names what never ended", () => {
  const found = finding("agent a 0-\n  tool upload 10-", "no-terminal-event", { now: 4000e9, lastReceived: 10e6 });
  assert.match(found?.message ?? "", /"upload" never ended/);
});

test("the agent that takes most of the path", () => {
  const found = finding("run r 0-100\n  agent a 0-20\n  agent b 20-100", "bottleneck-agent");
  assert.match(found?.message ?? "", /^b takes 80 %/);
  assert.deepEqual(found?.rows, [2]);
  assert.equal(finding("agent alone 0-100", "bottleneck-agent"), undefined);
});

test("tools of one turn that run one after another", () => {
  const notation = `
    agent a 0-2000
      llm plan 0-100 in=1
      tool one 100-800
      tool two 800-1600
      llm next 1600-1700 in=1
      tool three 1700-1900
  `;
  const found = finding(notation, "could-run-in-parallel");
  assert.match(found?.message ?? "", /2 tool calls of one turn \(one, two\).*700 ms/);
  const parallel = notation.replace("800-1600", "100-900");
  assert.equal(finding(parallel, "could-run-in-parallel"), undefined);
});

test("a message that waits for an agent with nothing to do", () => {
  const found = finding(
    `
    agent a 0-1000 trace=t1
      message publish 500-510 otel=4 id=p
    agent b 0-100 trace=t2 link=t1/a
    agent b 5000-6000 trace=t3 link=t1/p id=b2
  `,
    "long-wait-for-idle-agent",
  );
  assert.match(found?.message ?? "", /a's message to b waited 4\.5 s/);
});

test("agents that hand control back and forth", () => {
  const turns = Array.from({ length: 5 }, (_, i) => {
    const [me, other] = i % 2 === 0 ? ["a", "b"] : ["b", "a"];
    return `  agent ${me} ${i * 100}-${i * 100 + 90}\n    tool transfer_to_${other} ${i * 100 + 50}-${i * 100 + 60}`;
  });
  const found = finding(`run r 0-500\n${turns.join("\n")}`, "ping-pong");
  assert.match(found?.message ?? "", /a and b hand control back and forth 4 times/);
});

test("retries, and a rate limit even once", () => {
  const failing = (i: number, why: string) => `  llm c 0${i}0-0${i}5 error="${why}" id=c${i}`;
  const found = finding(`agent a 0-100\n${failing(1, "overloaded")}\n${failing(2, "overloaded")}`, "retries");
  assert.match(found?.message ?? "", /2 times/);
  assert.equal(found?.rows.length, 2);
  assert.ok(finding(`agent a 0-100\n${failing(1, "429 Too Many Requests")}`, "retries"));
  assert.equal(finding(`agent a 0-100\n${failing(1, "bad request")}`, "retries"), undefined);
});

test("the tool that fails most often", () => {
  const tool = (i: number, rest = "") => `  tool web ${i}0-${i}5 id=t${i} ${rest}`;
  const found = finding(`agent a 0-100\n${tool(1, "error=x")}\n${tool(2, "error=x")}\n${tool(3)}`, "failing-tool");
  assert.match(found?.message ?? "", /web failed in 2 of 3 calls \(67 %\)/);
});

test("an error that nobody noticed", () => {
  const found = finding('agent a 0-100\n  tool web 0-10 error="boom" type=NetError', "swallowed-error");
  assert.match(found?.message ?? "", /web failed and the run went on: NetError: boom/);
  assert.equal(finding("agent a 0-100 error=boom\n  tool web 0-10 error=boom", "swallowed-error"), undefined);
});

test("one tool with the same arguments again and again", () => {
  const call = (i: number, args: string) => `  tool search ${i}0-${i}5 id=t${i} tool=search asked="${args}"`;
  const found = finding(`agent a 0-100\n${[1, 2, 3].map((i) => call(i, "q=x")).join("\n")}`, "same-tool-again");
  assert.match(found?.message ?? "", /a calls search with the same arguments 3 times/);
  assert.equal(
    finding(`agent a 0-100\n${[1, 2, 3].map((i) => call(i, `q=${i}`)).join("\n")}`, "same-tool-again"),
    undefined,
  );
});

test("an input that grows with each turn", () => {
  const call = (tokens: number, i: number) => `  llm c ${i}0-${i}5 in=${tokens} id=c${i}`;
  const found = finding(`agent a 0-100\n${[800, 1500, 2500, 4000, 9000].map(call).join("\n")}`, "growing-context");
  assert.match(found?.message ?? "", /grew from 800 to 9000 tokens over 5 calls/);
  assert.equal(
    finding(`agent a 0-100\n${[800, 1500, 900, 4000, 9000].map(call).join("\n")}`, "growing-context"),
    undefined,
  );
});

test("findings point to rows of the run", () => {
  const input = inputOf(spansOf("agent a 0-100\n  tool web 0-10 error=boom"));
  for (const { rows } of analyse(input).findings)
    for (const row of rows) assert.ok(row >= 0 && row < input.columns.count);
});
