// The part of a run's time that is seen, in ms after its beginning. All functions are pure: a viewport is never changed,
// and never leaves its bounds by more than a margin.

export interface Viewport {
  readonly startMs: number;
  readonly endMs: number;
}

/** Nanoseconds are the finest that telemetry knows. */
const SPAN_MS_MIN = 0.0001;
/** Room on both sides of the whole run, as a share of it. */
const MARGIN = 0.02;

/** The whole run with a little room on both sides. */
export function fit(bounds: Viewport): Viewport {
  return fitRange(bounds.startMs, bounds.endMs);
}

/** A range with a little room on both sides; a range without length gets some. */
export function fitRange(startMs: number, endMs: number): Viewport {
  const length = Math.max(endMs - startMs, SPAN_MS_MIN);
  return { startMs: startMs - length * MARGIN, endMs: startMs + length * (1 + MARGIN) };
}

export function lengthMs({ startMs, endMs }: Viewport): number {
  return endMs - startMs;
}

/** Zooms by a factor (below 1: closer) so that `atMs` stays where it is. */
export function zoomAt(view: Viewport, factor: number, atMs: number, bounds: Viewport): Viewport {
  const widest = fit(bounds);
  const length = clamp(lengthMs(view) * factor, SPAN_MS_MIN, lengthMs(widest));
  const share = (atMs - view.startMs) / lengthMs(view);
  return within({ startMs: atMs - share * length, endMs: atMs + (1 - share) * length }, widest);
}

export function pan(view: Viewport, byMs: number, bounds: Viewport): Viewport {
  return within({ startMs: view.startMs + byMs, endMs: view.endMs + byMs }, fit(bounds));
}

/** The range from one instant to another, whichever comes first. */
export function zoomTo(fromMs: number, toMs: number, bounds: Viewport): Viewport {
  const startMs = Math.min(fromMs, toMs);
  const endMs = Math.max(fromMs, toMs, startMs + SPAN_MS_MIN);
  return within({ startMs, endMs }, fit(bounds));
}

/** Moves a viewport so that a range is seen: zooms out only when it does not fit. */
export function revealRange(view: Viewport, startMs: number, endMs: number, bounds: Viewport): Viewport {
  if (startMs < view.endMs && endMs > view.startMs && endMs - startMs < lengthMs(view) * 4) return view;
  if (endMs - startMs > lengthMs(view)) return within(fitRange(startMs, endMs), fit(bounds));
  const middle = (startMs + endMs) / 2;
  return pan(view, middle - (view.startMs + view.endMs) / 2, bounds);
}

function within(view: Viewport, widest: Viewport): Viewport {
  const length = Math.min(lengthMs(view), lengthMs(widest));
  const startMs = clamp(view.startMs, widest.startMs, widest.endMs - length);
  return { startMs, endMs: startMs + length };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

export function xOf(view: Viewport, widthPx: number, ms: number): number {
  return ((ms - view.startMs) / lengthMs(view)) * widthPx;
}

export function msOf(view: Viewport, widthPx: number, x: number): number {
  return view.startMs + (x / widthPx) * lengthMs(view);
}

/** For the URL: `12.5,340`, to a ten-thousandth of what is seen. Undefined for the whole run. */
export function encodeViewport(view: Viewport | undefined): string | undefined {
  if (view === undefined) return undefined;
  const decimals = Math.min(6, Math.max(0, 4 - Math.floor(Math.log10(lengthMs(view)))));
  return [view.startMs, view.endMs].map((ms) => String(Number(ms.toFixed(decimals)))).join(",");
}

/** What a URL says; undefined, the whole run, for anything that is no range. */
export function decodeViewport(text: string | undefined): Viewport | undefined {
  const [startMs, endMs, ...rest] = (text ?? "").split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
  if (startMs === undefined || endMs === undefined || rest.length > 0) return undefined;
  if (!Number.isFinite(startMs) || !Number.isFinite(endMs) || endMs - startMs < SPAN_MS_MIN) return undefined;
  return { startMs, endMs };
}
