// Random runs for property tests of analysis: spans sketched by numbers, which shrink well.

import fc from "fast-check";
import { SPAN_KINDS, type SpanKind } from "../../src/model/vocabulary.ts";
import type { TestSpan } from "./run-builder.ts";

export const AGENTS = ["ann", "bob", "cleo", "dan"];
export const MODELS = ["large", "small"];
/** What messages of random runs consist of. */
export const WORDS = ["p1", "p2", "p3", "p4", "p5"];

/** A span by numbers: the parent is one before it, times are rough, and everything that can go wrong does. */
export const spanSketch = fc.record({
  parent: fc.nat({ max: 1000 }),
  root: fc.integer({ min: 0, max: 9 }),
  kind: fc.constantFrom<SpanKind>(...SPAN_KINDS, "agent", "agent", "llm", "tool"),
  start: fc.nat({ max: 200 }),
  length: fc.oneof(fc.nat({ max: 100 }), fc.constant(0)),
  agent: fc.constantFrom(...AGENTS),
  named: fc.boolean(),
  failed: fc.integer({ min: 0, max: 9 }),
  tokens: fc.nat({ max: 50 }),
  link: fc.option(fc.nat({ max: 1000 }), { freq: 4, nil: undefined }),
  response: fc.option(fc.constantFrom("r1", "r2"), { freq: 3, nil: undefined }),
  hidden: fc.integer({ min: 0, max: 9 }),
  human: fc.integer({ min: 0, max: 19 }),
  parts: fc.subarray(WORDS),
  said: fc.subarray(WORDS, { maxLength: 2 }),
});
type Sketch = typeof spanSketch extends fc.Arbitrary<infer T> ? T : never;

/** Runs of up to 40 spans. */
export const sketchedRuns = fc
  .tuple(fc.array(spanSketch, { minLength: 1, maxLength: 40 }), fc.constantFrom(1, 1e6, 333_333))
  .map(([sketches, unit]) => sketches.map((one, i) => spanOf(one, i, unit)));

export function spanOf(one: Sketch, i: number, unit: number): TestSpan {
  const start = one.start * unit;
  const parent = i === 0 || one.root === 0 ? undefined : `s${one.parent % i}`;
  const isPriced = one.tokens % 3 !== 0;
  const link = i === 0 || one.link === undefined ? undefined : `s${one.link % i}`;
  return {
    ...{ id: `s${i}`, kind: one.kind, name: `${one.kind} ${one.agent}`, start, end: start + one.length * unit },
    ...(parent === undefined ? {} : { parent }),
    ...(link === undefined ? {} : { links: [link] }),
    texts: {
      agent: one.kind === "agent" || one.named ? one.agent : "",
      responseId: one.kind === "llm" ? (one.response ?? "") : "",
      tool: one.kind === "tool" ? `transfer_to_${one.agent}` : "",
      model: one.kind === "llm" ? (MODELS[one.tokens % MODELS.length] as string) : "",
      costSource: isPriced ? "table" : "",
    },
    numbers: {
      ...{ tokensInput: one.tokens, tokensOutput: one.tokens, offset: i },
      ...(isPriced ? { costNano: 3 * one.tokens, costInputNano: one.tokens } : {}),
    },
    ...(one.failed === 0 ? { error: "boom" } : {}),
    traits: [
      ...(one.hidden === 0 ? (["hidden"] as const) : []),
      ...(one.human === 0 ? (["waitsForHuman"] as const) : []),
    ],
    inputParts: one.parts,
    outputParts: one.said,
  };
}
