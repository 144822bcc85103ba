import "./key-figures.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { KeyMetricSeries, KeyMetrics } from "../../model/key-metrics-shapes.ts";
import {
  changeOf,
  definitionOf,
  type FigureChange,
  formatFigure,
  lonelyValues,
  sidelineOf,
  valuesByStep,
} from "../state/key-figure-texts.ts";
import { Sparkline } from "../widgets/sparkline.tsx";

const SPARK_PX_MIN = 120;
/** What a cell has left and right of its content. */
const CELL_PADDING_PX = 33;
const SPARK_HEIGHT_PX = 32;

/** The five key figures: each with what became of it since the window before, and how it went. */
export function KeyFigures({ answer }: { readonly answer: KeyMetrics }) {
  const metrics = answer.groups[0]?.metrics ?? [];
  const list = useRef<HTMLDListElement>(null);
  const sparkPx = useSignal(SPARK_PX_MIN);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const measure = () => {
      const cell = element.firstElementChild?.clientWidth ?? 0;
      sparkPx.value = Math.max(SPARK_PX_MIN, cell - CELL_PADDING_PX);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return (
    <dl ref={list} class="key-figures" aria-label="Key figures">
      {metrics.map((metric) => (
        <KeyFigure key={metric.name} metric={metric} answer={answer} sparkPx={sparkPx.value} />
      ))}
    </dl>
  );
}

interface KeyFigureProps {
  readonly metric: KeyMetricSeries;
  readonly answer: KeyMetrics;
  readonly sparkPx: number;
}

function KeyFigure({ metric, answer, sparkPx }: KeyFigureProps) {
  const { title, doc, formula } = definitionOf(metric.name);
  const { unit, value } = metric;
  const values = valuesByStep(metric, answer);
  const isFailure = metric.name === "error_rate" && (value ?? 0) > 0;
  return (
    <FigureCell
      id={metric.name}
      title={title}
      tip={`${doc}\n${formula}`}
      value={formatFigure(unit, value)}
      change={changeOf(metric)}
      side={sidelineOf(metric)}
      isFailure={isFailure}
    >
      <dd class="key-figure-spark">
        <Sparkline
          values={values}
          marks={unit === "1/min" ? [] : lonelyValues(values).map((index) => ({ index, isFailure }))}
          label={`${title} over the window`}
          shape={unit === "1/min" ? "bars" : "line"}
          width={sparkPx}
          height={SPARK_HEIGHT_PX}
          isFailure={isFailure}
        />
      </dd>
    </FigureCell>
  );
}

interface FigureCellProps {
  readonly id: string;
  readonly title: string;
  readonly tip: string;
  readonly value: ComponentChildren;
  readonly change: FigureChange | undefined;
  /** What stands below: parts of the figure. */
  readonly side: ComponentChildren;
  readonly isFailure?: boolean;
  readonly children?: ComponentChildren;
}

/** A large figure with its change since the window before, and what it consists of. */
export function FigureCell({ id, title, tip, value, change, side, isFailure = false, children }: FigureCellProps) {
  return (
    <div class="key-figure" data-figure={id} data-tip={tip}>
      <dt>{title}</dt>
      <dd>
        <strong class={isFailure ? "failed" : ""}>{value}</strong>
        {change !== undefined && (
          <span class={`key-figure-change ${change.judgement}`} title="Against the window before">
            {change.text}
          </span>
        )}
      </dd>
      {children}
      <dd class="muted key-figure-side">{side}</dd>
    </div>
  );
}
