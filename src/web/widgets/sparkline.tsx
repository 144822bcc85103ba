import "./sparkline.css";
import { type SparkBox, type SparkValues, sparkArea, sparkBars, sparkLine, sparkPoint } from "./sparkline-shape.ts";

export interface SparkMark {
  /** Which of the values. */
  readonly index: number;
  readonly isFailure?: boolean;
}

interface SparklineProps {
  /** In order of time, evenly spaced; undefined: not known. */
  readonly values: SparkValues;
  /** Says what is drawn, and what it amounts to: the drawing itself says nothing to those who do not see it. */
  readonly label: string;
  /** Counts are bars, what goes on between its values is a line. */
  readonly shape?: "line" | "bars";
  readonly width?: number;
  readonly height?: number;
  /** The value at the top, for rows that are compared. */
  readonly max?: number;
  /** Values that stand out. */
  readonly marks?: readonly SparkMark[];
  /** Whether all of it is about failure. */
  readonly isFailure?: boolean;
}

/** A word-sized drawing of a row of values. */
export function Sparkline({ values, label, shape = "line", isFailure = false, marks = [], ...size }: SparklineProps) {
  const box: SparkBox = { width: size.width ?? 96, height: size.height ?? 18, max: size.max };
  const Shape = shape === "bars" ? Bars : Line;
  return (
    <svg
      class={isFailure ? "sparkline failing" : "sparkline"}
      width={box.width}
      height={box.height}
      viewBox={`0 0 ${box.width} ${box.height}`}
      role="img"
      aria-label={label}
      data-tip={label}
    >
      <Shape values={values} box={box} marks={marks} />
    </svg>
  );
}

interface ShapeProps {
  readonly values: SparkValues;
  readonly box: SparkBox;
  readonly marks: readonly SparkMark[];
}

function Bars({ values, box, marks }: ShapeProps) {
  const markOf = new Map(marks.map((mark) => [mark.index, mark]));
  return (
    <>
      <path class="base" d={`M0 ${box.height - 0.5}H${box.width}`} />
      {sparkBars(values, box).map(({ index, ...bar }) => (
        <rect key={index} class={classOf(markOf.get(index))} {...bar} />
      ))}
    </>
  );
}

function Line({ values, box, marks }: ShapeProps) {
  return (
    <>
      <path class="area" d={sparkArea(values, box)} />
      <path class="line" d={sparkLine(values, box)} />
      {marks.map((mark) => {
        const at = sparkPoint(values, mark.index, box);
        return at && <circle key={mark.index} class={classOf(mark)} cx={at.x} cy={at.y} r="2" />;
      })}
    </>
  );
}

function classOf(mark: SparkMark | undefined): string {
  if (mark === undefined) return "";
  return mark.isFailure ? "mark failing" : "mark";
}
