import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { formatBytes, formatCounted, formatDuration } from "../../base/format.ts";
import { jsonText } from "../../base/json-entries.ts";
import { queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import { isNumber, storedSetting } from "../../base/stored-setting.ts";
import { chartOf } from "../../plots/result-chart.ts";
import { cellText, toCsv, toJson } from "../../state/result-text.ts";
import type { SqlResult } from "../../state/sql.ts";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { LongText } from "../../widgets/long-text.tsx";
import { EmptyState } from "../../widgets/notices.tsx";
import { SplitPane } from "../../widgets/split-pane.tsx";
import { Table } from "../../widgets/table.tsx";
import { Tabs } from "../../widgets/tabs.tsx";
import { ResultChartView } from "./result-chart.tsx";
import { type PlacedRow, resultColumns } from "./result-columns.tsx";

const ROW_WIDTH_MIN = 240;
const rowWidth = storedSetting("sql.row.width", 360, isNumber);

/** What came of the query: a table, or a chart where it makes one. */
export function ResultView({ result }: { readonly result: SqlResult }) {
  const chart = useMemo(() => chartOf(result.columns, result.rows), [result]);
  const view = chart !== undefined && queryValue(place.value.query, "view") === "chart" ? "chart" : "table";
  const tabs = [
    { id: "table", title: "Table" },
    ...(chart === undefined ? [] : ([{ id: "chart", title: "Chart" }] as const)),
  ] as const;
  return (
    <div class="result">
      <Tabs
        label="The result as"
        tabs={tabs}
        selected={view}
        onSelect={(id) => setQuery({ view: id === "chart" ? "chart" : undefined }, "quiet")}
      >
        <Statistics result={result} />
      </Tabs>
      {view === "chart" && chart !== undefined ? <ResultChartView chart={chart} /> : <ResultTable result={result} />}
    </div>
  );
}

function Statistics({ result: { columns, rows, statistics } }: { readonly result: SqlResult }) {
  const { elapsedMs, rowsRead, bytesRead } = statistics;
  return (
    <div class="result-statistics" role="status">
      <span>{formatCounted(rows.length, "row")}</span>
      <span class="muted">
        {formatDuration(elapsedMs)} · {formatCounted(rowsRead, "row")} read · {formatBytes(bytesRead)}
      </span>
      <CopyText name="CSV" text={() => toCsv(columns, rows)} />
      <CopyText name="JSON" text={() => toJson(rows)} />
    </div>
  );
}

function CopyText({ name, text }: { readonly name: string; readonly text: () => string }) {
  return (
    <span class="result-copy">
      <span class="muted">{name}</span>
      <CopyButton text={text} label={`Copy as ${name}`} />
    </span>
  );
}

function ResultTable({ result }: { readonly result: SqlResult }) {
  const columns = useMemo(() => resultColumns(result.columns, result.rows), [result]);
  const rows = useSignal<readonly PlacedRow[]>([]);
  useMemo(() => {
    rows.value = result.rows.map((values, index) => ({ index, values }));
  }, [result]);
  const selected = useComputed(() => queryValue(place.value.query, "row"));
  const row = rows.value[Number(selected.value ?? Number.NaN)];
  if (result.rows.length === 0) {
    return (
      <EmptyState title="No row passes">
        <p>The query is right, and nothing that is stored answers it.</p>
      </EmptyState>
    );
  }
  return (
    <SplitPane
      width={rowWidth}
      min={ROW_WIDTH_MIN}
      label="Width of the row"
      side={row === undefined ? undefined : <RowDetail result={result} row={row} />}
    >
      <Table
        label="Result"
        columns={columns}
        rows={rows}
        keyOf={({ index }) => String(index)}
        selected={selected}
        onSelect={(key) => setQuery({ row: key }, "quiet")}
        onOpen={({ index }) => setQuery({ row: String(index) }, "quiet")}
      />
    </SplitPane>
  );
}

/** Every value of a row in full. */
function RowDetail({ result, row }: { readonly result: SqlResult; readonly row: PlacedRow }) {
  return (
    <div class="result-row">
      <header>
        <h2>Row {row.index + 1}</h2>
        <span class="grow" />
        <button type="button" class="button quiet small" onClick={() => setQuery({ row: undefined }, "quiet")}>
          Close
        </button>
      </header>
      <dl>
        {result.columns.map(({ name }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Value value={row.values[name]} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (value === null || value === undefined) return <span class="muted">NULL</span>;
  const isList = typeof value === "object";
  return <LongText text={isList ? jsonText(value) : cellText(value)} isCode={isList} />;
}
