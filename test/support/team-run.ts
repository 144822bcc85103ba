// Large runs for benchmarks and property tests: teams of agents that call models, tools and each other.

import type { TestSpan } from "./run-builder.ts";

/** Numbers in [0, 1) that depend on nothing but the seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const AGENTS = Array.from({ length: 24 }, (_, i) => `agent-${i}`);
const LEVELS_MAX = 4;

/** A run of at least `size` spans under one root. */
export function teamRun(size: number, random: () => number): TestSpan[] {
  const spans: TestSpan[] = [];
  const root = { id: "0000000000000000", kind: "run", name: "team run", start: 0 } as const;
  let now = 1e6;
  while (spans.length < size - 1) now = addAgent(spans, random, root.id, now, 0) + ns(random, 1, 5);
  return [{ ...root, end: now }, ...spans];
}

/** Lengths for the parts of a run. */
export function lengthsOf(spans: readonly TestSpan[]): Map<string, number> {
  const parts = spans.flatMap(({ inputParts = [], outputParts = [] }) => [...inputParts, ...outputParts]);
  return new Map(parts.map((part) => [part, 20 + part.length]));
}

function ns(random: () => number, fromMs: number, toMs: number): number {
  return Math.round((fromMs + random() * (toMs - fromMs)) * 1e6);
}

/** Adds an agent's invocation with all that it calls. Returns its end. */
function addAgent(spans: TestSpan[], random: () => number, parent: string, start: number, level: number): number {
  const name = AGENTS[Math.floor(random() * AGENTS.length)] as string;
  const id = nextId(spans);
  const at = spans.length;
  spans.push({ id, parent, kind: "agent", name, start, end: start, texts: { agent: name, service: "bench" } });
  let now = start + ns(random, 0, 2);
  const history = [`asked ${parent}`];
  const turns = 1 + Math.floor(random() * 4);
  for (let turn = 0; turn < turns; turn++) {
    const step = nextId(spans);
    const stepAt = spans.length;
    spans.push({ id: step, parent: id, kind: "step", name: `turn ${turn}`, start: now, end: now });
    now = addCall(spans, random, step, now + ns(random, 0, 1), level, history);
    now = addTools(spans, random, step, now, level);
    spans[stepAt] = { ...(spans[stepAt] as TestSpan), end: now };
  }
  const end = now + ns(random, 0, 2);
  spans[at] = { ...(spans[at] as TestSpan), end };
  return end;
}

/** A model call that reads all that was said in its invocation so far. */
function addCall(
  spans: TestSpan[],
  random: () => number,
  parent: string,
  start: number,
  level: number,
  history: string[],
): number {
  const end = start + ns(random, 5, 50);
  const numbers = { tokensInput: 100 + Math.floor(random() * 900), tokensOutput: 10 + Math.floor(random() * 90) };
  const id = nextId(spans);
  const texts = { model: `model-${level}`, provider: "bench", responseId: `response-${id}` };
  const said = `said ${id}`;
  const parts = { inputParts: [...history], outputParts: [said], hints: { finish: "stop" } };
  spans.push({ id, parent, kind: "llm", name: "chat", start, end, numbers, texts, ...parts });
  history.push(said);
  return end;
}

/** Tools of one turn, some in parallel, some of them other agents. */
function addTools(spans: TestSpan[], random: () => number, parent: string, start: number, level: number): number {
  const parallel = random() < 0.5;
  const count = Math.floor(random() * 4);
  let now = start;
  let latest = start;
  for (let i = 0; i < count; i++) {
    const from = parallel ? start + ns(random, 0, 1) : now;
    const id = nextId(spans);
    const at = spans.length;
    const failed = random() < 0.05;
    const tool = { id, parent, kind: "tool", name: `tool-${i}`, start: from, end: from } as const;
    spans.push({ ...tool, ...(failed ? { error: "boom" } : {}) });
    const delegates = level < LEVELS_MAX && random() < 0.25;
    now = delegates ? addAgent(spans, random, id, from + ns(random, 0, 1), level + 1) : from;
    now += ns(random, 1, 20);
    spans[at] = { ...(spans[at] as TestSpan), end: now };
    latest = Math.max(latest, now);
  }
  return latest;
}

function nextId(spans: readonly TestSpan[]): string {
  return (spans.length + 1).toString(16).padStart(16, "0");
}
