import { useSignal } from "@preact/signals";
import { inks } from "../../state/inks.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { RunGraph } from "../../state/run-graph.ts";
import { GraphPlot } from "../../widgets/graph-plot.tsx";
import { EmptyState, Loaded } from "../../widgets/notices.tsx";
import { GraphBar } from "./graph-bar.tsx";
import { GraphCard } from "./graph-card.tsx";

/** The run's agents and what they send each other. */
export function GraphView({ run }: { readonly run: OpenRun }) {
  const graph = useSignal(new RunGraph(run)).value;
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
              <GraphPlot
                label="Agents and what they send each other"
                graph={graph.graph}
                measure={graph.measure}
                plane={graph.plane}
                onPlane={(plane) => graph.show(plane)}
                inks={inks}
                selected={graph.selected}
                marked={graph.spanAgent}
                onSelect={(pick) => graph.select(pick)}
                onOpen={(pick) => graph.open(pick)}
              />
              <GraphCard graph={graph} />
            </div>
          </>
        )
      }
    </Loaded>
  );
}
