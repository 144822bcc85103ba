import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { ComparedSpan } from "../../../model/comparison-shapes.ts";
import type { FigureUnit, SpanChange } from "../../../model/comparison-words.ts";
import { formatCounted, formatDuration, UNKNOWN } from "../../base/format.ts";
import { describeDifference, formatDifference, formatFigure } from "../../base/format-difference.ts";
import { pathOf } from "../../base/place.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { ComparedRow } from "../../plots/compared-rows.ts";
import type { OpenComparison } from "../../state/open-comparison.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Icon } from "../../widgets/icon.tsx";
import type { Column } from "../../widgets/table.tsx";

/** Deeper spans are not moved further to the right: their names would have no room. */
const INDENT_MAX = 12;
const INDENT_PX = 12;

const SIGNS: Readonly<Record<SpanChange, string>> = {
  ...{ same: "", added: "+", removed: "−", failed: "!", fixed: "✓", slower: "↑", faster: "↓" },
};

type SpanRow = Extract<ComparedRow, { readonly type: "span" }>;

export function compareColumns({ longestMs, answer }: OpenComparison): Column<ComparedRow>[] {
  const ofSpan = (render: (row: SpanRow) => ComponentChildren) => (row: ComparedRow) =>
    row.type === "span" ? render(row) : "";
  return [
    { id: "change", title: "Change", width: "72px", render: ofSpan((row) => <ChangeMark row={row} />) },
    {
      id: "name",
      title: "Span",
      width: "minmax(176px, 3fr)",
      render: (row) =>
        row.type === "span" ? <SpanName row={row} otherRunId={answer.data.value?.a.id} /> : <SameLine row={row} />,
    },
    {
      id: "agent",
      title: "Agent",
      width: "minmax(104px, 1fr)",
      render: ofSpan(({ span: { agent } }) => (agent === undefined ? "" : <AgentName name={agent} />)),
    },
    {
      id: "a",
      title: "A",
      width: "60px",
      isNumber: true,
      hint: "Duration in A",
      render: ofSpan(({ span }) => durationOf(span, "a")),
    },
    {
      id: "b",
      title: "B",
      width: "60px",
      isNumber: true,
      hint: "Duration in B",
      render: ofSpan(({ span }) => durationOf(span, "b")),
    },
    {
      id: "bars",
      title: "",
      width: "72px",
      hint: "Duration in A above, in B below, all on one scale",
      render: ofSpan(({ span }) => <Bars span={span} longestMs={longestMs} />),
    },
    {
      id: "difference",
      title: "B − A",
      width: "68px",
      isNumber: true,
      hint: "Difference in duration",
      render: ofSpan(({ span: { durationMs } }) => <Difference unit="ms" of={durationMs} />),
    },
    {
      id: "tokens",
      title: "Tokens",
      width: "56px",
      isNumber: true,
      hint: "Difference in input and output tokens",
      render: ofSpan(({ span: { tokens } }) => tokens && <Difference unit="tokens" of={tokens} />),
    },
    {
      id: "cost",
      title: "Cost",
      width: "88px",
      isNumber: true,
      hint: "Difference in cost",
      render: ofSpan(({ span: { costUsd } }) => costUsd && <Difference unit="usd" of={costUsd} />),
    },
  ];
}

function ChangeMark({ row: { span, isContext } }: { readonly row: SpanRow }) {
  const { change } = span;
  if (change === "same") return <span class="muted">{isContext ? "" : "same"}</span>;
  const isCalm = change === "slower" || change === "faster" || isContext;
  return (
    <span class={change === "failed" ? "change failed" : isCalm ? "change muted" : "change"}>
      <i aria-hidden="true">{SIGNS[change]}</i>
      {change}
    </span>
  );
}

/** Of a span that the open run does not have it leads to the other. */
function SpanName({
  row: { span, isContext },
  otherRunId,
}: {
  readonly row: SpanRow;
  readonly otherRunId: string | undefined;
}) {
  const { aId, bId, kind, name, depth, failedIn, givenOther, saysOther } = span;
  const isFailed = failedIn === "b" || failedIn === "both" || (failedIn === "a" && bId === undefined);
  const shown = <span class={isFailed ? "foreign cut failed" : "foreign cut"}>{visibleLine(name)}</span>;
  const isElsewhere = bId === undefined && aId !== undefined && otherRunId !== undefined;
  return (
    <span class={isContext ? "compared-name muted" : "compared-name"} style={{ paddingLeft: `${indentOf(depth)}px` }}>
      <Icon name={kind} />
      {isElsewhere ? (
        <a
          class="cut"
          href={`${pathOf`/runs/${otherRunId}`}?span=${aId}`}
          tabIndex={-1}
          data-tip="Only A has it: open it there"
        >
          {shown}
        </a>
      ) : (
        shown
      )}
      {givenOther && (
        <span class="words muted" data-tip="It was given other input">
          ≠ in
        </span>
      )}
      {saysOther && (
        <span class="words muted" data-tip="It has another output">
          ≠ out
        </span>
      )}
    </span>
  );
}

function SameLine({ row: { count, depth } }: { readonly row: Extract<ComparedRow, { readonly type: "same" }> }) {
  return (
    <span class="compared-name muted" style={{ paddingLeft: `${indentOf(depth)}px` }}>
      <Icon name="right" />
      {formatCounted(count, "span is", "spans are")} the same
    </span>
  );
}

function indentOf(depth: number): number {
  return Math.min(depth, INDENT_MAX) * INDENT_PX;
}

function durationOf(span: ComparedSpan, side: "a" | "b"): ComponentChildren {
  if ((side === "a" ? span.aId : span.bId) === undefined) return "";
  const ms = span.durationMs[side];
  return ms === undefined ? <span class="muted">open</span> : formatDuration(ms);
}

function Bars({
  span: { durationMs },
  longestMs,
}: {
  readonly span: ComparedSpan;
  readonly longestMs: ReadonlySignal<number>;
}) {
  return (
    <span class="compared-bars" aria-hidden="true">
      {(["a", "b"] as const).map((side) => (
        <i key={side} class={side} style={{ width: `${widthOf(durationMs[side], longestMs.value)}%` }} />
      ))}
    </span>
  );
}

/** The shortest is still seen. */
function widthOf(ms: number | undefined, longestMs: number): number {
  return ms === undefined || longestMs === 0 ? 0 : Math.max(1.5, (ms / longestMs) * 100);
}

interface DifferenceProps {
  readonly unit: FigureUnit;
  readonly of: ComparedSpan["durationMs"];
}

/** Words and both values on hover. */
function Difference({ unit, of: { a, b, difference } }: DifferenceProps) {
  if (difference === undefined) return <span class="muted">{UNKNOWN}</span>;
  const tip = [`${formatFigure(unit, a)} → ${formatFigure(unit, b)}`, describeDifference(unit, a, difference)];
  return (
    <span class={difference === 0 ? "muted" : ""} data-tip={tip.filter((line) => line !== "").join("\n")}>
      {formatDifference(unit, difference)}
    </span>
  );
}
