import { type Signal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Size } from "../../plots/canvas.ts";
import { MS_PER_S } from "../../plots/chart-options.ts";

interface ChartFrameProps {
  /** Makes the chart's options; asked anew when `look` changes. */
  readonly options: (size: Size, onStep: (step: number | undefined) => void) => uPlot.Options;
  /** What the options depend on, as a text. */
  readonly look: string;
  readonly data: uPlot.AlignedData;
  /** The instant that is pointed at, in ms; charts that share it show the same one. */
  readonly cursor: Signal<number | undefined>;
}

/** The canvas: made anew when its look changes, else only given other data, so that a drag outlives a refresh. */
export function ChartFrame({ options, look, data, cursor }: ChartFrameProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const isPointedAt = useRef(false);
  const latest = useRef(data);
  latest.current = data;
  const onStep = (step: number | undefined) => {
    if (!isPointedAt.current) return;
    const at = step === undefined ? undefined : latest.current[0][step];
    cursor.value = at === undefined ? undefined : at * MS_PER_S;
  };
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const made = new uPlot(options(size(), onStep), latest.current, element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [look]);
  useLayoutEffect(() => chart.current?.setData(data), [data]);
  useSignalEffect(() => {
    const at = cursor.value;
    const drawn = chart.current;
    if (drawn === undefined || isPointedAt.current) return;
    const left = at === undefined ? AWAY : drawn.valToPos(at / MS_PER_S, "x");
    drawn.setCursor({ left, top: at === undefined ? AWAY : 0 }, false);
  });
  return (
    <div
      ref={frame}
      class="time-chart-drawing"
      aria-hidden="true"
      onPointerEnter={() => {
        isPointedAt.current = true;
      }}
      onPointerLeave={() => {
        isPointedAt.current = false;
        cursor.value = undefined;
      }}
    />
  );
}

/** Where uPlot has a cursor that is not shown. */
const AWAY = -10;
