import { formatCounted } from "../../base/format.ts";
import { graphPlane, matrixCellPx, showCellPx, showPlane } from "../../state/graph-look.ts";
import type { RunGraph } from "../../state/run-graph.ts";
import { Choice } from "../../widgets/choice.tsx";
import { MeasureChoice, OrderChoice } from "../edge-choices.tsx";

const FORMS = [
  { value: "graph", title: "Graph" },
  { value: "matrix", title: "Matrix" },
] as const;

/** In which form, compared by what, and how much there is. */
export function GraphBar({ graph }: { readonly graph: RunGraph }) {
  const { nodes } = graph.graph.value;
  const isMatrix = graph.form.value === "matrix";
  return (
    <div class="graph-bar">
      <Choice label="Form" options={FORMS} selected={graph.form.value} onSelect={(form) => graph.showAs(form)} />
      <MeasureChoice />
      {isMatrix && <OrderChoice />}
      <span class="muted">
        {formatCounted(nodes.length, "agent")}, {formatCounted(graph.edges.value.length, "edge")}
      </span>
      <span class="grow" />
      <button
        type="button"
        class="button quiet small"
        disabled={(isMatrix ? matrixCellPx.value : graphPlane.value) === undefined}
        data-tip={isMatrix ? "The whole matrix (f)" : "The whole graph (f)"}
        onClick={() => (isMatrix ? showCellPx(undefined) : showPlane(undefined))}
      >
        Fit
      </button>
    </div>
  );
}
