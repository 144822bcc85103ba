import assert from "node:assert/strict";
import { test } from "node:test";
import { Analysed } from "../../../test/support/analysed.ts";
import { T0_NS } from "../../../test/support/run-builder.ts";
import { LIMITS } from "../../model/limits.ts";
import { OTHER_ERRORS, type RunError, runErrors } from "./run-errors.ts";

function errorsOf(notation: string): RunError[] {
  const { columns, analysis } = new Analysed(notation);
  return runErrors(columns, analysis);
}

const tools = (count: number, line: (i: number) => string) =>
  ["agent a 0-10000", ...Array.from({ length: count }, (_, i) => `  tool t${i} ${i}-${i + 1} ${line(i)}`)].join("\n");

const sum = (errors: readonly RunError[], of: "spans" | "origins" | "swallowed") =>
  errors.reduce((all, error) => all + error[of], 0);

test("errors of one kind have one fingerprint, in whatever run they are", () => {
  const [first] = errorsOf(`agent a 0-100 error="timeout after 3000 ms" type=E`);
  const [second] = errorsOf(`agent b 0-100 error="timeout after 12 ms" type=E`);
  const [third] = errorsOf(`agent a 0-100 error="refused" type=E`);
  assert.match(first?.fingerprint ?? "", /^[0-9a-f]{16}$/);
  assert.equal(first?.fingerprint, second?.fingerprint);
  assert.notEqual(first?.fingerprint, third?.fingerprint);
});

test("an error says when, where and by whom", () => {
  const [error] = errorsOf(
    "agent a 0-100 service=x\n  tool t 0-10 tool=read error=boom\n  tool u 20-35 tool=read error=boom",
  );
  assert.deepEqual([error?.agent, error?.service, error?.kind, error?.name], ["a", "x", "tool", "read"]);
  assert.deepEqual([error?.firstNs, error?.lastNs, error?.spanId], [T0_NS + 10_000_000n, T0_NS + 35_000_000n, "u"]);
});

test("what is beyond the limit is counted together: the rarest kinds", () => {
  const count = LIMITS.errorsPerRun + 7;
  const rare = tools(count, (i) => `tool=tool-${i} error=boom`);
  const errors = errorsOf(`${rare}\n  tool again 5000-6000 tool=tool-3 error=boom`);
  assert.equal(errors.length, LIMITS.errorsPerRun);
  assert.deepEqual([errors[0]?.name, errors[0]?.origins], ["tool-3", 2]);
  const other = errors.at(-1);
  assert.deepEqual([other?.fingerprint, other?.origins, other?.agent], [OTHER_ERRORS, 8, ""]);
  assert.deepEqual([sum(errors, "spans"), sum(errors, "origins"), sum(errors, "swallowed")], Array(3).fill(count + 1));
  assert.equal(errorsOf(tools(LIMITS.errorsPerRun, (i) => `tool=tool-${i} error=boom`)).at(-1)?.origins, 1);
});

test("texts are cut", () => {
  const long = "so ".repeat(200);
  const errors = errorsOf(tools(2, (i) => `tool=t error="${long}${i === 0 ? "one" : "two"}" type=${"T".repeat(500)}`));
  assert.equal(errors[0]?.message.length, LIMITS.errorMessageCharacters);
  assert.equal(errors[0]?.type.length, LIMITS.errorTypeCharacters);
});
