// Evaluations: OpenTelemetry's event `gen_ai.evaluation.result`, on a span or as a log record.

import { attributeKey } from "../../model/attribute-keys.ts";
import type { SpanDraft } from "../../model/draft.ts";
import type { AttributeReader, ForeignSpan } from "../../model/foreign-span.ts";

export const EVALUATION_EVENT = "gen_ai.evaluation.result";

const NAME = attributeKey("gen_ai.evaluation.name");
const VALUE = attributeKey("gen_ai.evaluation.score.value");
const LABEL = attributeKey("gen_ai.evaluation.score.label");
const EXPLANATION = attributeKey("gen_ai.evaluation.explanation");

/** A score as a RunEvent of type `score` carries it. */
export interface Score {
  readonly name: string;
  readonly value?: number;
  readonly label?: string;
  readonly explanation?: string;
  readonly source: string;
}

/** The score in an event's attributes; undefined when they name none. */
export function scoreOf(attributes: AttributeReader): Score | undefined {
  const name = attributes.text(NAME);
  if (name === "") return undefined;
  const value = attributes.number(VALUE);
  const label = attributes.text(LABEL);
  const explanation = attributes.text(EXPLANATION);
  return {
    name,
    ...(value === undefined ? {} : { value }),
    ...(label === "" ? {} : { label }),
    ...(explanation === "" ? {} : { explanation }),
    source: EVALUATION_EVENT,
  };
}

/** The scores among a span's events. */
export function scoresOf(span: ForeignSpan): readonly Score[] {
  const scores: Score[] = [];
  for (const event of span.events) {
    const score = event.name === EVALUATION_EVENT ? scoreOf(event.attributes) : undefined;
    if (score !== undefined) scores.push(score);
  }
  return scores;
}

/** Notes a span's scores in its hint `scores`, a JSON list. */
export function noteScores(span: ForeignSpan, draft: SpanDraft): void {
  const scores = scoresOf(span);
  if (scores.length > 0) draft.hint("scores", JSON.stringify(scores));
}
