import { formatCounted } from "../../base/format.ts";
import { EDGE_MEASURES, MEASURE_HINTS, MEASURE_TITLES } from "../../plots/edge-measures.ts";
import type { RunGraph } from "../../state/run-graph.ts";
import { Choice } from "../../widgets/choice.tsx";

const MEASURES = EDGE_MEASURES.map((value) => ({ value, title: MEASURE_TITLES[value], hint: MEASURE_HINTS[value] }));

/** What lines are compared by, and how much there is. */
export function GraphBar({ graph }: { readonly graph: RunGraph }) {
  const { nodes, links } = graph.graph.value;
  return (
    <div class="graph-bar">
      <Choice
        label="What lines are compared by"
        options={MEASURES}
        selected={graph.measure.value}
        onSelect={(measure) => graph.showMeasure(measure)}
      />
      <span class="muted">
        {formatCounted(nodes.length, "agent")}, {formatCounted(links.length, "line")}
      </span>
      <span class="grow" />
      <button
        type="button"
        class="button quiet small"
        disabled={graph.plane.value === undefined}
        data-tip="The whole graph (f)"
        onClick={() => graph.show(undefined)}
      >
        Fit
      </button>
    </div>
  );
}
