import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { FigureName } from "../../../model/metric-figures.ts";
import { queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { Answer, SummaryRow } from "../../state/question-answer.ts";
import { figureUnit, formatValue } from "../../state/value-units.ts";
import { type Column, Table } from "../../widgets/table.tsx";

/** The figures of every group over the whole window. */
export function SummaryTable({ answer }: { readonly answer: Answer }) {
  const rows = useSignal(answer.rows);
  rows.value = answer.rows;
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useMemo(() => summaryColumns(answer), [answer.figures.join(), answer.valueUnit]);
  return (
    <Table
      label="Over the window"
      columns={columns}
      rows={rows}
      keyOf={({ label }) => label}
      selected={selected}
      onSelect={(label) => setQuery({ selected: label }, "quiet")}
    />
  );
}

function summaryColumns({ figures, valueUnit }: Answer): Column<SummaryRow>[] {
  return [
    {
      id: "group",
      title: "Over the window",
      width: "minmax(200px, 3fr)",
      render: ({ label }) => <span class="foreign cut">{visibleLine(label, 200)}</span>,
    },
    ...figures.map((figure) => ({
      ...{ id: figure, title: figure, width: "minmax(84px, 1fr)", isNumber: true },
      render: ({ values }: SummaryRow) => formatValue(figureUnit(valueUnit, figure as FigureName), values[figure]),
    })),
  ];
}
