import { computed } from "@preact/signals";
import { pathOf } from "../../base/place.ts";
import { go } from "../../base/router.ts";
import type { GraphPick } from "../../plots/agent-graph.ts";
import { communicationEdges, communicationGraph, selectAgents, selectedAgents } from "../../state/communication.ts";
import { edgeMeasure, graphPlane, matrixCellPx, matrixOrder, showCellPx, showPlane } from "../../state/graph-look.ts";
import { inks } from "../../state/inks.ts";
import { EdgeMatrix } from "../../widgets/edge-matrix.tsx";
import { GraphCard } from "../../widgets/graph-card.tsx";
import { GraphPlot } from "../../widgets/graph-plot.tsx";
import { MeasureChoice, OrderChoice } from "../edge-choices.tsx";
import { runsOfEdge } from "./edge-columns.tsx";

const selectedPair = computed(() => (selectedAgents.value?.type === "link" ? selectedAgents.value : undefined));

/** Who speaks to whom over the window, as a graph or a matrix. */
export function EdgeDrawing({ form }: { readonly form: "graph" | "matrix" }) {
  return (
    <>
      <div class="communication-bar">
        <MeasureChoice />
        {form === "matrix" && <OrderChoice />}
      </div>
      <div class="graph-frame">
        {form === "matrix" ? <FleetMatrix /> : <FleetGraph />}
        {/* A pair has a panel of its own. */}
        <GraphCard
          graph={communicationGraph.value}
          measure={edgeMeasure.value}
          pick={selectedAgents.value?.type === "node" ? selectedAgents.value : undefined}
          onSelect={selectAgents}
          actions={(pick) => (
            <a class="button small" href={hrefOf(pick)} data-tip="Enter">
              {pick.type === "node" ? "The agent" : "Runs of the two"}
            </a>
          )}
        />
      </div>
    </>
  );
}

function hrefOf(pick: GraphPick): string {
  return pick.type === "node" ? pathOf`/agents/${pick.name}` : runsOfEdge(pick);
}

function FleetMatrix() {
  return (
    <EdgeMatrix
      label="Who speaks to whom: senders down, receivers across"
      edges={communicationEdges}
      measure={edgeMeasure}
      order={matrixOrder}
      cellPx={matrixCellPx}
      onCellPx={showCellPx}
      inks={inks}
      selected={selectedPair}
      onSelect={(pair) => selectAgents(pair && { type: "link", ...pair })}
      onOpen={(edge) => go(runsOfEdge(edge))}
    />
  );
}

function FleetGraph() {
  return (
    <GraphPlot
      label="Agents and what they send each other"
      graph={communicationGraph}
      measure={edgeMeasure}
      plane={graphPlane}
      onPlane={showPlane}
      inks={inks}
      selected={selectedAgents}
      onSelect={selectAgents}
      onOpen={(pick) => go(hrefOf(pick))}
    />
  );
}
