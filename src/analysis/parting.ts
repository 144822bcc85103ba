// Where two runs part: the difference that came first after the beginning of its run. What was given to a span differs
// when it begins, what it said or how it ended when it ends; of spans inside one another that end together the innermost
// is the point.

import type { PartingReason } from "../model/comparison-words.ts";
import { NONE } from "../model/run-columns.ts";
import { SPAN_KINDS, type SpanKind } from "../model/vocabulary.ts";
import type { ComparedRun, ComparedSpan } from "./compared-spans.ts";
import { formatSeconds } from "./findings/finding-rule.ts";

export interface Parting {
  readonly span: ComparedSpan;
  readonly reason: PartingReason;
  /** Nanoseconds after the start of the run: of b, or of a where only a has the span. */
  readonly after: number;
  /** Says it for people. */
  readonly sentence: string;
}

export function partingOf(a: ComparedRun, b: ComparedRun, spans: readonly ComparedSpan[]): Parting | undefined {
  let first: Omit<Parting, "sentence"> | undefined;
  for (const span of spans) {
    const reason = reasonOf(a, b, span);
    if (reason === undefined) continue;
    const after = instantOf(span.b === NONE ? a : b, span.b === NONE ? span.a : span.b, reason);
    const isFirst =
      first === undefined || after < first.after || (after === first.after && span.depth > first.span.depth);
    if (isFirst) first = { span, reason, after };
  }
  return first && { ...first, sentence: sentenceOf(a, b, first) };
}

/** A run that goes on may still get what the other has. */
function reasonOf(a: ComparedRun, b: ComparedRun, span: ComparedSpan): PartingReason | undefined {
  const { change, givenOther, saysOther } = span;
  if (change === "added") return isOver(a) ? change : undefined;
  if (change === "removed") return isOver(b) ? change : undefined;
  if (givenOther) return "input";
  if (change === "failed" || change === "fixed") return change;
  return saysOther ? "output" : undefined;
}

function isOver({ analysis }: ComparedRun): boolean {
  return analysis.summary.endedAt !== undefined;
}

function instantOf({ columns, analysis }: ComparedRun, row: number, reason: PartingReason): number {
  const ends = reason === "failed" || reason === "fixed" || reason === "output";
  return ((ends ? columns.end : columns.start)[row] as number) - analysis.path.start;
}

const KIND_NAMES: Readonly<Record<SpanKind, string>> = {
  ...{ other: "span", run: "run", agent: "agent", task: "task", step: "step", llm: "model call" },
  ...{ tool: "tool call", retrieval: "retrieval", message: "message", guardrail: "guardrail" },
};

function sentenceOf(a: ComparedRun, b: ComparedRun, { span, reason, after }: Omit<Parting, "sentence">): string {
  const at = after < NS_PER_MS / 2 ? "at the start" : `${formatSeconds(after)} after the start`;
  const what = span.b === NONE ? nameOf(a, span.a) : nameOf(b, span.b);
  switch (reason) {
    case "added":
      return `B has ${withArticle(what)} that A does not have, ${at}.`;
    case "removed":
      return `A has ${withArticle(what)} that B does not have, ${at}.`;
    case "failed":
      return `The ${what} fails in B${errorOf(b, span.b)}, ${at}; in A it does not.`;
    case "fixed":
      return `The ${what} fails in A${errorOf(a, span.a)}; in B it does not, ${at}.`;
    case "input":
      return `The ${what} is given other input in B, ${at}.`;
    case "output":
      return `The ${what} has another output in B, ${at}.`;
  }
}

function withArticle(what: string): string {
  return `${/^[aeiou]/.test(what) ? "an" : "a"} ${what}`;
}

const NS_PER_MS = 1e6;
const TEXT_LENGTH_MAX = 120;

function nameOf({ columns, analysis: { rows, agents } }: ComparedRun, row: number): string {
  const kind = KIND_NAMES[SPAN_KINDS[rows.kind[row] as number] as SpanKind];
  const agent = agents[rows.agent[row] as number]?.name;
  const name = columns.texts.text(columns.name[row] as number);
  return `${kind} “${beginningOf(name)}”${agent === undefined || name.includes(agent) ? "" : ` of ${agent}`}`;
}

function errorOf({ columns }: ComparedRun, row: number): string {
  const [line = ""] = columns.texts.text(columns.statusMessage[row] as number).split("\n");
  return line === "" ? "" : ` (${beginningOf(line)})`;
}

function beginningOf(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
}
