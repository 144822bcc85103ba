import { formatInstantExact } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { isNumberType, isTimeType, type ResultColumn, type ResultRow } from "../../plots/result-chart.ts";
import { cellText } from "../../state/result-text.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import type { Column } from "../../widgets/table.tsx";
import { shortType } from "./sql-completion.ts";

/** A row and its place in the result. */
export interface PlacedRow {
  readonly index: number;
  readonly values: ResultRow;
}

const AGENTS = /^(?:agent|from_agent|to_agent)$/;
/** Every trace of a run finds it. */
const RUNS = /^(?:run_id|trace_id)$/;
const CHARACTER_PX = 7.2;
const WIDTH_MIN_PX = 56;
const WIDTH_MAX_PX = 420;
/** The first rows tell how wide a column is. */
const ROWS_MEASURED = 200;

/** The columns of the table for a result. */
export function resultColumns(columns: readonly ResultColumn[], rows: readonly ResultRow[]): Column<PlacedRow>[] {
  return columns.map((column, place) => {
    const { name, type } = column;
    return {
      id: `${place} ${name}`,
      title: visibleLine(name, 80),
      hint: shortType(type),
      width: widthOf(column, rows),
      isNumber: isNumberType(type),
      render: ({ values }) => <Cell column={column} value={values[name]} />,
    };
  });
}

function widthOf(column: ResultColumn, rows: readonly ResultRow[]): string {
  const longest = rows
    .slice(0, ROWS_MEASURED)
    .reduce((length, row) => Math.max(length, shownText(column, row[column.name]).length), column.name.length);
  return `${Math.round(Math.min(Math.max(longest * CHARACTER_PX, WIDTH_MIN_PX), WIDTH_MAX_PX))}px`;
}

function Cell({ column, value }: { readonly column: ResultColumn; readonly value: unknown }) {
  if (value === null || value === undefined) return <span class="muted">NULL</span>;
  const { name } = column;
  if (typeof value === "string" && value !== "" && RUNS.test(name)) {
    return (
      <a class="result-link" href={pathOf`/runs/${value}`}>
        {visibleLine(value)}
      </a>
    );
  }
  if (typeof value === "string" && value !== "" && AGENTS.test(name)) return <AgentName name={value} isLink />;
  return <span class="foreign">{visibleLine(shownText(column, value))}</span>;
}

function shownText({ type }: ResultColumn, value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string" && isTimeType(type) && value.includes("T")) return formatInstantExact(value);
  return cellText(value);
}

/** Whole numbers with every digit, others with six that count. */
function numberText(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return Number(value.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 12 });
}
