import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { GraphPick } from "../../plots/agent-graph.ts";
import { edgeMeasure, graphPlane, matrixCellPx, matrixOrder, showCellPx, showPlane } from "../../state/graph-look.ts";
import { inks } from "../../state/inks.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { RunGraph } from "../../state/run-graph.ts";
import { EdgeMatrix } from "../../widgets/edge-matrix.tsx";
import { GraphCard } from "../../widgets/graph-card.tsx";
import { GraphPlot } from "../../widgets/graph-plot.tsx";
import { EmptyState, Loaded } from "../../widgets/notices.tsx";
import { GraphBar } from "./graph-bar.tsx";

/** The run's agents and what they send each other. */
export function GraphView({ run }: { readonly run: OpenRun }) {
  const graph = useSignal(new RunGraph(run)).value;
  useEffect(() => graph.follow(), []);
  return (
    <Loaded from={run.detail}>
      {({ agentDetails }) =>
        agentDetails.length === 0 ? (
          <EmptyState title="No agents in this run">
            <p>Talea takes an agent from each span of kind agent, and from RunEvents with an agentId.</p>
          </EmptyState>
        ) : (
          <>
            <GraphBar graph={graph} />
            <div class="graph-frame">
              {graph.form.value === "matrix" ? <RunMatrix graph={graph} /> : <RunGraphPlot graph={graph} />}
              <GraphCard
                graph={graph.graph.value}
                measure={edgeMeasure.value}
                pick={graph.selected.value}
                onSelect={(pick) => graph.select(pick)}
                actions={(pick) => <CardActions graph={graph} pick={pick} />}
              />
            </div>
          </>
        )
      }
    </Loaded>
  );
}

function RunGraphPlot({ graph }: { readonly graph: RunGraph }) {
  return (
    <GraphPlot
      label="Agents and what they send each other"
      graph={graph.graph}
      measure={edgeMeasure}
      plane={graphPlane}
      onPlane={showPlane}
      inks={inks}
      selected={graph.selected}
      marked={graph.spanAgent}
      onSelect={(pick) => graph.select(pick)}
      onOpen={(pick) => graph.open(pick)}
    />
  );
}

function RunMatrix({ graph }: { readonly graph: RunGraph }) {
  return (
    <EdgeMatrix
      label="Who speaks to whom: senders down, receivers across"
      edges={graph.edges}
      measure={edgeMeasure}
      order={matrixOrder}
      cellPx={matrixCellPx}
      onCellPx={showCellPx}
      inks={inks}
      selected={graph.selectedPair}
      onSelect={(pair) => graph.select(pair && { type: "link", ...pair })}
      onOpen={({ from, to }) => graph.openMessages([from, to])}
    />
  );
}

function CardActions({ graph, pick }: { readonly graph: RunGraph; readonly pick: GraphPick }) {
  if (pick.type === "link") {
    return (
      <button
        type="button"
        class="button small"
        data-tip="In the sequence (Enter)"
        onClick={() => graph.openMessages([pick.from, pick.to])}
      >
        Their messages
      </button>
    );
  }
  return (
    <>
      <button
        type="button"
        class="button small"
        data-tip="In the timeline (Enter)"
        onClick={() => graph.openSpans(pick.name)}
      >
        Its spans
      </button>
      <button type="button" class="button small" onClick={() => graph.openMessages([pick.name])}>
        Its messages
      </button>
    </>
  );
}
