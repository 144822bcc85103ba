import "./graph-plot.css";
import { computed, type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useCommands } from "../base/commands.ts";
import type { GraphPick } from "../plots/agent-graph.ts";
import type { Inks } from "../plots/canvas.ts";
import { drawGraph } from "../plots/draw-graph.ts";
import type { GraphScene } from "../plots/graph-scene.ts";
import { encodePlane } from "../plots/plane.ts";
import { Plot } from "../plots/plot.tsx";
import { graphActions, graphAgentActions } from "./graph-plot-commands.ts";
import { GRAPH_AGENT_COMMANDS, GRAPH_COMMANDS } from "./graph-plot-keys.ts";
import { followGraphPointer } from "./graph-plot-pointer.ts";
import { GraphReadout } from "./graph-readout.tsx";
import { type GraphSource, GraphStage } from "./graph-stage.ts";
import { GraphTwin } from "./graph-twin.tsx";
import { EmptyState } from "./notices.tsx";

export interface GraphPlotProps extends GraphSource {
  readonly label: string;
  readonly inks: ReadonlySignal<Inks>;
  readonly selected: ReadonlySignal<GraphPick | undefined>;
  readonly onSelect: (pick: GraphPick | undefined) => void;
  /** A double click, or Enter. */
  readonly onOpen: (pick: GraphPick) => void;
  /** An agent that is marked besides the selected one. */
  readonly marked?: ReadonlySignal<string | undefined>;
}

/**
 * Agents as boxes, what they send each other as lines. It is laid out once; agents that come later find a place beside
 * those that are there. Drag moves it, the wheel zooms.
 */
export function GraphPlot(props: GraphPlotProps) {
  const { graph, selected, label } = props;
  const stage = useSignal(new GraphStage(props)).value;
  const element = useRef<HTMLDivElement>(null);
  const scene = useScene(stage, props);
  useCommands(GRAPH_AGENT_COMMANDS, () => graphAgentActions(stage, props));
  useCommands(GRAPH_COMMANDS, () => graphActions(stage));
  useEffect(() => stage.follow(), []);
  useEffect(() => {
    if (element.current === null) return undefined;
    return followGraphPointer(element.current, stage, props);
  }, []);
  const { nodes, links } = graph.value;
  if (stage.isBroken.value) {
    return (
      <EmptyState title="The graph cannot be laid out">
        <p>A part of this page could not be loaded. Reload the page if Talea was updated.</p>
      </EmptyState>
    );
  }
  return (
    <section
      ref={element}
      class="graph-plot"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what is moved by keys must be reached by them
      tabIndex={0}
      data-nodes={nodes.length}
      data-links={links.length}
      data-placed={stage.places.value.at.size}
      data-layout-ms={stage.tookMs.value?.toFixed(1)}
      data-plane={encodePlane(stage.plane.value)}
    >
      <Plot
        scene={scene}
        draw={drawGraph}
        onSize={(size) => {
          stage.size.value = size;
        }}
      />
      <GraphTwin graph={graph.value} selected={selected.value} label={label} />
      <GraphReadout graph={graph.value} hover={stage.hover.value} />
    </section>
  );
}

function useScene(stage: GraphStage, { graph, measure, inks, selected, marked }: GraphPlotProps) {
  const ref = useRef(
    computed<GraphScene>(() => {
      void stage.unfinished.value;
      return {
        graph: graph.value,
        measure: measure.value,
        places: stage.places.value,
        curves: stage.curves.value,
        lines: stage.lines.value,
        raster: stage.raster,
        onUnfinished: () => stage.unfinished.value++,
        plane: stage.plane.value,
        inks: inks.value,
        selected: selected.value,
        hovered: stage.hover.value?.pick,
        marked: marked?.value,
      };
    }),
  );
  return ref.current;
}
