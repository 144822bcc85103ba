import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { type BucketRange, bucketAtShare, type HistogramScale, shareOf } from "../../plots/duration-histogram.ts";
import { brushing, chooseRange, chosenRange, clearRange, durationScale } from "../../state/run-durations.ts";

const EDGE_PX = 5;

export interface HoveredBucket {
  readonly bucket: number;
  /** In pixels of the window. */
  readonly x: number;
  readonly y: number;
}

interface Held {
  readonly kind: "new" | "from" | "to" | "move";
  readonly bucket: number;
  readonly range: BucketRange;
}

interface Brush {
  readonly hovered: ReadonlySignal<HoveredBucket | undefined>;
  readonly handlers: Readonly<Record<string, (event: PointerEvent) => void>>;
}

/** What the pointer does in the histogram: draws a range, moves it, or moves one of its ends; a mere click clears it. */
export function useBrush(area: { readonly current: HTMLElement | null }): Brush {
  const hovered = useSignal<HoveredBucket | undefined>(undefined);
  const held = useRef<Held | undefined>(undefined);
  const xOf = (event: PointerEvent) => event.clientX - (area.current?.getBoundingClientRect().left ?? 0);
  const width = () => Math.max(1, area.current?.clientWidth ?? 1);
  const down = (event: PointerEvent) => {
    const scale = durationScale.peek();
    if (scale === undefined || event.button !== 0) return;
    event.preventDefault();
    area.current?.setPointerCapture(event.pointerId);
    const bucket = bucketAtShare(scale, xOf(event) / width());
    const range = wholeBuckets(chosenRange.peek());
    const kind = range === undefined ? "new" : gripAt(scale, range, xOf(event), width());
    held.current = { kind, bucket, range: range ?? { from: bucket, to: bucket + 1 } };
  };
  const move = (event: PointerEvent) => {
    const scale = durationScale.peek();
    if (scale === undefined) return;
    const bucket = bucketAtShare(scale, xOf(event) / width());
    hovered.value = { bucket, x: event.clientX, y: event.clientY };
    if (held.current === undefined) return;
    if (bucket !== held.current.bucket || brushing.peek() !== undefined) {
      brushing.value = dragged(scale, held.current, bucket);
    }
  };
  const up = () => {
    if (held.current === undefined) return;
    held.current = undefined;
    const range = brushing.peek();
    if (range === undefined) clearRange();
    else chooseRange(range, "step");
    brushing.value = undefined;
  };
  const handlers = {
    onPointerDown: down,
    onPointerMove: move,
    onPointerUp: up,
    onPointerCancel: () => {
      held.current = undefined;
      brushing.value = undefined;
    },
    onPointerLeave: () => {
      hovered.value = undefined;
    },
  };
  return { hovered, handlers };
}

function wholeBuckets(range: BucketRange | undefined): BucketRange | undefined {
  return range && { from: Math.floor(range.from), to: Math.ceil(range.to) };
}

function gripAt(scale: HistogramScale, range: BucketRange, x: number, width: number): Held["kind"] {
  const left = shareOf(scale, range.from) * width;
  const right = shareOf(scale, range.to) * width;
  if (Math.abs(x - left) <= EDGE_PX) return "from";
  if (Math.abs(x - right) <= EDGE_PX) return "to";
  return x > left && x < right ? "move" : "new";
}

function dragged(scale: HistogramScale, { kind, bucket: start, range }: Held, bucket: number): BucketRange {
  switch (kind) {
    case "new":
      return { from: Math.min(start, bucket), to: Math.max(start, bucket) + 1 };
    case "from":
      return { from: Math.min(bucket, range.to - 1), to: range.to };
    case "to":
      return { from: range.from, to: Math.max(bucket, range.from) + 1 };
    default: {
      const by = Math.min(scale.end - range.to, Math.max(scale.first - range.from, bucket - start));
      return { from: range.from + by, to: range.to + by };
    }
  }
}
