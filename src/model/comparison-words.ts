/** What became of a span from one run to another. */
export const SPAN_CHANGES = ["same", "added", "removed", "failed", "fixed", "slower", "faster"] as const;
export type SpanChange = (typeof SPAN_CHANGES)[number];

/** By what two runs part at a span: only one has it, how it ended, what it was given, what it said. */
export const PARTING_REASONS = ["added", "removed", "failed", "fixed", "input", "output"] as const;
export type PartingReason = (typeof PARTING_REASONS)[number];

/** What figures of runs are measured in. */
export const FIGURE_UNITS = ["ms", "usd", "tokens", "count", "share", "ratio"] as const;
export type FigureUnit = (typeof FIGURE_UNITS)[number];
