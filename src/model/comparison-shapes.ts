// Two runs side by side, as `GET /api/v1/compare` answers.

import { type Static, Type } from "typebox";
import { FIGURE_UNITS, PARTING_REASONS, SPAN_CHANGES } from "./comparison-words.ts";
import { LIMITS } from "./limits.ts";
import { Run } from "./shapes.ts";
import { SPAN_KINDS } from "./vocabulary.ts";

const words = <const W extends readonly string[]>(values: W, description: string) =>
  Type.Unsafe<W[number]>({ type: "string", enum: [...values], description });

/** A measure of both; what is not known of one is absent, and so is the difference then. */
const pair = (description: string) =>
  Type.Object(
    {
      a: Type.Optional(Type.Number()),
      b: Type.Optional(Type.Number()),
      difference: Type.Optional(Type.Number({ description: "b − a; of what only one has, all of it with its sign" })),
    },
    { description },
  );

const spanIds = {
  aId: Type.Optional(Type.String({ description: "Id of the span in a; absent: a does not have it" })),
  bId: Type.Optional(Type.String({ description: "Id of the span in b; absent: b does not have it" })),
};

const place = {
  ...spanIds,
  kind: words(SPAN_KINDS, "In b, or in a where only a has it"),
  name: Type.String(),
  agent: Type.Optional(Type.String({ description: "The agent that the span belongs to" })),
};

export const ComparedSpan = Type.Object(
  {
    ...place,
    depth: Type.Integer({
      minimum: 0,
      description: "Below the roots; a span hangs on the last one before it of depth − 1",
    }),
    change: words(SPAN_CHANGES, "slower, faster: by more than a tenth and a millisecond"),
    failedIn: Type.Optional(words(["a", "b", "both"], "Where it ended in error; absent: in neither")),
    durationMs: pair("Duration in milliseconds"),
    tokens: Type.Optional(pair("Input and output tokens that count")),
    costUsd: Type.Optional(pair("US dollars that count")),
    givenOther: Type.Optional(Type.Boolean({ description: "Its input differs; ids and instants are not looked at" })),
    saysOther: Type.Optional(Type.Boolean({ description: "Its output differs; ids and instants are not looked at" })),
  },
  { $id: "ComparedSpan" },
);
export type ComparedSpan = Static<typeof ComparedSpan>;

export const ComparedFigure = Type.Object(
  {
    figure: Type.String(),
    unit: words(FIGURE_UNITS, "What it is measured in; shares are 0…1"),
    ...pair("").properties,
  },
  { $id: "ComparedFigure" },
);
export type ComparedFigure = Static<typeof ComparedFigure>;

export const Parting = Type.Object(
  {
    ...place,
    reason: words(PARTING_REASONS, "What differs there: `input` what it was given, `output` what it said"),
    afterMs: Type.Number({ description: "After the start of b, or of a where only a has the span, in milliseconds" }),
    sentence: Type.String({ description: "The same for people" }),
  },
  { $id: "Parting" },
);
export type Parting = Static<typeof Parting>;

const middle = (description: string) => Type.Object({ p50: Type.Number(), p90: Type.Number() }, { description });

export const RunMedian = Type.Object(
  {
    name: Type.String(),
    runs: Type.Integer({
      minimum: 1,
      description: `Completed runs of the name; at most the newest ${LIMITS.medianRuns}`,
    }),
    since: Type.String({ format: "date-time", description: "They began from here …" }),
    until: Type.String({ format: "date-time", description: "… until here: the start of b" }),
    durationMs: middle("Milliseconds"),
    tokens: Type.Optional(middle("Input and output tokens, over runs that say them")),
    costUsd: Type.Optional(middle("US dollars, over runs of which every model call has a price")),
  },
  { $id: "RunMedian" },
);
export type RunMedian = Static<typeof RunMedian>;

const counts = Object.fromEntries(SPAN_CHANGES.map((change) => [change, Type.Integer({ minimum: 0 })])) as Record<
  (typeof SPAN_CHANGES)[number],
  ReturnType<typeof Type.Integer>
>;

export const Comparison = Type.Object(
  {
    a: Run,
    b: Run,
    median: Type.Optional(RunMedian),
    figures: Type.Array(ComparedFigure),
    pathByAgent: Type.Array(
      Type.Object({
        agent: Type.Optional(Type.String({ description: "Absent: time that is nobody's" })),
        aMs: Type.Optional(Type.Number({ description: "Absent: a has no such agent" })),
        bMs: Type.Optional(Type.Number({ description: "Absent: b has no such agent" })),
        differenceMs: Type.Number({ description: "All differences add up to that of the critical path" }),
      }),
      { description: "Time on the critical path, the largest difference first" },
    ),
    counts: Type.Object(counts, { description: "Aligned spans by what became of them" }),
    otherWords: Type.Integer({ minimum: 0, description: "Aligned spans that were given or said something else" }),
    parting: Type.Optional(Parting),
    spans: Type.Array(ComparedSpan, { description: "The aligned trees, in the order of b" }),
    spanCount: Type.Integer({ minimum: 0, description: "Aligned spans in all" }),
    truncated: Type.Boolean({
      description: `There are more than ${LIMITS.comparedSpans}: those that tell most are here, with what they hang on`,
    }),
  },
  { $id: "Comparison" },
);
export type Comparison = Static<typeof Comparison>;
