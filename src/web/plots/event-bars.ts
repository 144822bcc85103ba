// Counts of events over time as stacked bars: what failed below, then warnings, then the rest. Pure.

export interface CountedEvents {
  readonly levels: Readonly<Record<string, readonly number[]>>;
  /** Of those without a level: whose type says that something failed. */
  readonly failed: readonly number[];
}

export const EVENT_TONES = ["failed", "warned", "other"] as const;
export type EventTone = (typeof EVENT_TONES)[number];

export interface EventBar {
  readonly total: number;
  readonly counts: Readonly<Record<EventTone, number>>;
  /** Where each tone begins and ends, from the bottom: 0…1 of the highest bar. */
  readonly spans: readonly { readonly tone: EventTone; readonly from: number; readonly to: number }[];
}

/** What is seen at all: a bar of one among thousands. */
const SHARE_MIN = 0.04;

export function eventBars({ levels, failed }: CountedEvents): EventBar[] {
  const at = (level: string, step: number) => levels[level]?.[step] ?? 0;
  const bars = failed.map((count, step) => {
    const total = Object.values(levels).reduce((sum, counts) => sum + (counts[step] ?? 0), 0);
    const bad = count + at("error", step) + at("fatal", step);
    const warned = at("warn", step);
    return { total, counts: { failed: bad, warned, other: total - bad - warned } };
  });
  const highest = Math.max(1, ...bars.map(({ total }) => total));
  return bars.map((bar) => ({ ...bar, spans: stacked(bar.counts, highest) }));
}

function stacked(counts: EventBar["counts"], highest: number): EventBar["spans"] {
  let from = 0;
  return EVENT_TONES.filter((tone) => counts[tone] > 0).map((tone) => {
    const to = Math.min(1, from + Math.max(SHARE_MIN, counts[tone] / highest));
    const span = { tone, from, to };
    from = to;
    return span;
  });
}

/** All bars of a tone as one path in a box of one unit a step and one unit of height. */
export function tonePath(bars: readonly EventBar[], tone: EventTone): string {
  return bars
    .flatMap(({ spans }, step) =>
      spans
        .filter((span) => span.tone === tone)
        .map(({ from, to }) => `M${step + 0.08} ${round(1 - to)}h0.84V${round(1 - from)}h-0.84z`),
    )
    .join("");
}

function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}

/** The steps between two places of the pointer, 0…1 of the width; at least one. */
export function brushedSteps(a: number, b: number, steps: number): { readonly first: number; readonly end: number } {
  const clamped = (share: number) => Math.min(Math.max(share, 0), 1);
  const first = Math.min(steps - 1, Math.floor(clamped(Math.min(a, b)) * steps));
  return { first, end: Math.max(first + 1, Math.ceil(clamped(Math.max(a, b)) * steps)) };
}
