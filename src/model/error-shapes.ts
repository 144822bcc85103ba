// Errors over many runs: kinds of errors, and one kind of them.

import { type Static, Type } from "typebox";
import { SPAN_KINDS } from "./vocabulary.ts";

const kind = Type.Unsafe<(typeof SPAN_KINDS)[number]>({ type: "string", enum: [...SPAN_KINDS] });
const instant = (description: string) => Type.String({ format: "date-time", description });
const count = (description: string) => Type.Integer({ minimum: 0, description });

const errorText = {
  type: Type.Optional(Type.String({ description: "Class of the error" })),
  message: Type.Optional(Type.String({ description: "What the latest of them says, cut" })),
};

/** How often, and when. An error that goes up through five spans is one error. */
const errorCounts = {
  count: count("Errors, each where it began; every attempt at a model call or tool"),
  swallowed: count("Of them: did not reach the span around, which went on"),
  runs: count("Runs that met it"),
  lastSeen: instant("When it was met last"),
};

export const ErrorRun = Type.Object({
  runId: Type.String(),
  runName: Type.Optional(Type.String()),
  agent: Type.Optional(Type.String()),
  spanId: Type.Optional(Type.String({ description: "The span that failed" })),
  at: instant("When the last of them ended"),
  count: count("Errors of this kind that the agent met there"),
  swallowed: Type.Boolean({ description: "Whether the span around it went on" }),
});
export type ErrorRun = Static<typeof ErrorRun>;

export const ErrorGroup = Type.Object(
  {
    fingerprint: Type.String({ description: "Tells the kind of error; `other`: what was too much for one run" }),
    ...errorText,
    ...errorCounts,
    agents: Type.Array(Type.String(), { description: "Who met it" }),
    services: Type.Array(Type.String()),
    kinds: Type.Array(kind, { description: "What failed" }),
    firstSeen: instant("When it was met first in the window"),
    firstSeenEver: instant("When it was met first, as far back as anything is kept"),
    isNew: Type.Boolean({ description: "Met for the first time in the window" }),
    exampleRuns: Type.Array(ErrorRun, { description: "The latest" }),
    trend: Type.Array(Type.Integer({ minimum: 0 }), { description: "Errors in equal steps of the window" }),
  },
  { $id: "ErrorGroup" },
);
export type ErrorGroup = Static<typeof ErrorGroup>;

/** The window that was looked at, and the steps that trends have. */
export const ErrorWindow = Type.Object(
  {
    since: instant("Begin of the first step"),
    until: instant("End of the last step; errors of later times count to it"),
    stepMs: Type.Number({ description: "Length of a step, in milliseconds" }),
  },
  { $id: "ErrorWindow" },
);
export type ErrorWindow = Static<typeof ErrorWindow>;

export const ErrorShare = Type.Object(
  {
    value: Type.String(),
    ...errorCounts,
  },
  { $id: "ErrorShare" },
);
export type ErrorShare = Static<typeof ErrorShare>;

export const ErrorThing = Type.Object({ kind, ...ErrorShare.properties });
export type ErrorThing = Static<typeof ErrorThing>;

/** One kind of error. In a window without any its counts are 0, and the texts are of the last that there was. */
export const ErrorDetail = Type.Object(
  {
    ...ErrorGroup.properties,
    window: ErrorWindow,
    example: Type.Optional(Type.String({ description: "The message of the latest, whole unless it is very long" })),
    exampleCharacters: Type.Optional(count("How long it is, when it was cut")),
    failedSpans: count("Spans that failed so, with those that only passed the error on"),
    byAgent: Type.Array(ErrorShare, { description: "Who met it, the most frequent first" }),
    byThing: Type.Array(ErrorThing, { description: "What failed: the model, the tool, or else the span" }),
    byRunName: Type.Array(ErrorShare, { description: "In runs of which name" }),
    byService: Type.Array(ErrorShare, { description: "In which services" }),
  },
  { $id: "ErrorDetail" },
);
export type ErrorDetail = Static<typeof ErrorDetail>;
