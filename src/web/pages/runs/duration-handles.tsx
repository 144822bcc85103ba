import { bucketBoundsMs } from "../../../model/duration-buckets.ts";
import { formatDuration } from "../../base/format.ts";
import { type BucketRange, type HistogramScale, shareOf } from "../../plots/duration-histogram.ts";
import { chooseRange, clearRange } from "../../state/run-durations.ts";

interface DurationHandlesProps {
  readonly scale: HistogramScale;
  readonly range: BucketRange | undefined;
}

const LARGE_STEP = 5;

/** The two ends of the range, for the keyboard: arrows move, Home and End go to the scale's ends, Esc clears. */
export function DurationHandles({ scale, range }: DurationHandlesProps) {
  const from = Math.floor(range?.from ?? scale.first);
  const to = Math.ceil(range?.to ?? scale.end);
  return (
    <>
      <Handle
        label="Shortest duration"
        scale={scale}
        at={from}
        least={scale.first}
        most={to - 1}
        onMove={(bucket) => chooseRange({ from: bucket, to }, "quiet")}
      />
      <Handle
        label="Longest duration"
        scale={scale}
        at={to}
        least={from + 1}
        most={scale.end}
        onMove={(bucket) => chooseRange({ from, to: bucket }, "quiet")}
      />
    </>
  );
}

interface HandleProps {
  readonly label: string;
  readonly scale: HistogramScale;
  readonly at: number;
  readonly least: number;
  readonly most: number;
  readonly onMove: (bucket: number) => void;
}

function Handle({ label, scale, at, least, most, onMove }: HandleProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const target = moved(event, at, least, most);
    if (target === undefined) return;
    event.preventDefault();
    if (target === "clear") clearRange();
    else onMove(Math.min(most, Math.max(least, target)));
  };
  return (
    <div
      role="slider"
      class="duration-handle"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={at}
      aria-valuetext={formatDuration(bucketBoundsMs(at).fromMs)}
      style={{ left: `${shareOf(scale, at) * 100}%` }}
      onKeyDown={onKeyDown}
    />
  );
}

function moved(event: KeyboardEvent, at: number, least: number, most: number): number | "clear" | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const step = event.shiftKey ? LARGE_STEP : 1;
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowDown":
      return at - step;
    case "ArrowRight":
    case "ArrowUp":
      return at + step;
    case "PageDown":
      return at - LARGE_STEP;
    case "PageUp":
      return at + LARGE_STEP;
    case "Home":
      return least;
    case "End":
      return most;
    case "Escape":
    case "Delete":
    case "Backspace":
      return "clear";
    default:
      return undefined;
  }
}
