import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { bucketBoundsMs } from "../../../model/duration-buckets.ts";
import { useCommands } from "../../base/commands.ts";
import { formatCount, formatCounted, formatDuration } from "../../base/format.ts";
import { drawHistogram, type HistogramScene } from "../../plots/draw-histogram.ts";
import { countRuns, scaleLabels, shareOf } from "../../plots/duration-histogram.ts";
import { Plot } from "../../plots/plot.tsx";
import { inks } from "../../state/inks.ts";
import {
  chosenRange,
  clearRange,
  durationBars,
  durationScale,
  isCounting,
  isHistogramOpen,
  loadDurations,
} from "../../state/run-durations.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Readout } from "../../widgets/readout.tsx";
import { DurationHandles } from "./duration-handles.tsx";
import { DURATION_COMMANDS } from "./runs-keys.ts";
import { useBrush } from "./use-brush.ts";

const LABEL_PX = 52;

/** How long the runs of the list lasted; a range of it filters the list. */
export function DurationPlot() {
  const section = useRef<HTMLElement>(null);
  useSignalEffect(loadDurations);
  useCommands(DURATION_COMMANDS, () => ({
    choose: () => {
      isHistogramOpen.value = true;
      // It has to be drawn first.
      requestAnimationFrame(() => section.current?.querySelector<HTMLElement>("[role=slider]")?.focus());
    },
    clear: clearRange,
    show: () => {
      isHistogramOpen.value = !isHistogramOpen.peek();
    },
  }));
  const isOpen = isHistogramOpen.value;
  return (
    <section ref={section} class={isOpen ? "duration-plot" : "duration-plot closed"} aria-label="Durations of runs">
      <div class="duration-legend">
        <button
          type="button"
          class="duration-toggle"
          aria-expanded={isOpen}
          data-tip={isOpen ? "Hide the histogram (h)" : "Show how long runs lasted (h)"}
          onClick={() => {
            isHistogramOpen.value = !isOpen;
          }}
        >
          <Icon name={isOpen ? "down" : "right"} size={12} />
          Duration
        </button>
        {isOpen && <DurationCounts />}
      </div>
      {isOpen && <DurationArea />}
    </section>
  );
}

/** How many runs there are, and how many of them are in the range. */
function DurationCounts() {
  if (durationScale.value === undefined) return null;
  const all = countRuns(durationBars.value);
  const chosen = chosenRange.value === undefined ? all : countRuns(durationBars.value, chosenRange.value);
  return (
    <>
      <span class="muted" data-tip={formatCounted(all.count, "run")}>
        {/* One text: of several the later ones would move as the count grows. */}
        {`${chosen === all ? "" : `${formatCount(chosen.count)} of `}${formatCount(all.count)} ${all.count === 1 ? "run" : "runs"}`}
      </span>
      {chosen.failed > 0 && <span class="failed">{formatCount(chosen.failed)} failed</span>}
    </>
  );
}

function DurationArea() {
  const area = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const brush = useBrush(area);
  const scene = useComputed<HistogramScene>(() => ({
    bars: durationBars.value,
    scale: durationScale.value,
    range: chosenRange.value,
    hovered: brush.hovered.value?.bucket,
    inks: inks.value,
  }));
  const scale = durationScale.value;
  const range = chosenRange.value;
  return (
    <div class={isCounting.value && scale !== undefined ? "duration-frame dimmed" : "duration-frame"}>
      <div ref={area} class="duration-area" {...brush.handlers}>
        <Plot
          scene={scene}
          draw={drawHistogram}
          onSize={(size) => {
            width.value = size.width;
          }}
        />
        {scale !== undefined && range !== undefined && (
          <div
            class="duration-range"
            style={{
              left: `${shareOf(scale, range.from) * 100}%`,
              right: `${(1 - shareOf(scale, range.to)) * 100}%`,
            }}
          />
        )}
        {scale !== undefined && <DurationHandles scale={scale} range={range} />}
      </div>
      {scale !== undefined && (
        <div class="duration-axis muted" aria-hidden="true">
          <span class="start">{formatDuration(bucketBoundsMs(scale.first).fromMs)}</span>
          {scaleLabels(scale, width.value, LABEL_PX).map(({ ms, share }) => (
            <span key={ms} style={{ left: `${share * 100}%` }}>
              {formatDuration(ms)}
            </span>
          ))}
          <span class="end">{formatDuration(bucketBoundsMs(scale.end).fromMs)}</span>
        </div>
      )}
      <HoveredBar hovered={brush.hovered.value} />
    </div>
  );
}

interface HoveredBarProps {
  readonly hovered: { readonly bucket: number; readonly x: number; readonly y: number } | undefined;
}

function HoveredBar({ hovered }: HoveredBarProps) {
  if (hovered === undefined) return null;
  const { fromMs, toMs } = bucketBoundsMs(hovered.bucket);
  const bar = durationBars.value.find(({ bucket }) => bucket === hovered.bucket);
  return (
    <Readout x={hovered.x} y={hovered.y}>
      <p class="readout-name">
        {formatDuration(fromMs)} – {formatDuration(toMs)}
      </p>
      <p class="readout-line">
        <span>{formatCounted(bar?.count ?? 0, "run")}</span>
        {bar !== undefined && bar.failed > 0 && <span class="failed">{formatCount(bar.failed)} failed</span>}
      </p>
    </Readout>
  );
}
