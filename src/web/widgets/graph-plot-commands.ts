import type { ActionsOf } from "../base/command-table.ts";
import { agentTowards, type Direction } from "../plots/graph-steps.ts";
import type { GraphPlotProps } from "./graph-plot.tsx";
import type { GRAPH_AGENT_COMMANDS, GRAPH_COMMANDS } from "./graph-plot-keys.ts";
import type { GraphStage } from "./graph-stage.ts";

const ZOOM = 1.4;

export function graphAgentActions(
  stage: GraphStage,
  { graph, selected, onSelect, onOpen }: GraphPlotProps,
): ActionsOf<typeof GRAPH_AGENT_COMMANDS> {
  const names = () => graph.peek().nodes.map(({ name }) => name);
  const select = (name: string | undefined) => {
    if (name === undefined) return;
    onSelect({ type: "node", name });
    stage.reveal(name);
  };
  const current = () => {
    const pick = selected.peek();
    return pick?.type === "node" ? pick.name : pick?.from;
  };
  const towards = (direction: Direction) => {
    const from = current();
    select(from === undefined ? leftmost(stage) : agentTowards(stage.places.peek().at, from, direction));
  };
  const step = (by: number) => {
    const all = names();
    const at = all.indexOf(current() ?? "");
    select(all[at < 0 ? 0 : (at + by + all.length) % all.length]);
  };
  return {
    left: () => towards("left"),
    right: () => towards("right"),
    up: () => towards("up"),
    down: () => towards("down"),
    next: () => step(1),
    previous: () => step(-1),
    open: () => {
      const pick = selected.peek();
      if (pick !== undefined) onOpen(pick);
    },
    selectNothing: () => onSelect(undefined),
  };
}

export function graphActions(stage: GraphStage): ActionsOf<typeof GRAPH_COMMANDS> {
  return {
    whole: () => stage.show(undefined),
    zoomIn: () => stage.zoomBy(ZOOM),
    zoomOut: () => stage.zoomBy(1 / ZOOM),
    arrange: () => void stage.arrange(),
  };
}

function leftmost({ places }: GraphStage): string | undefined {
  const all = [...places.peek().at].sort(([, a], [, b]) => a.x - b.x || a.y - b.y);
  return all[0]?.[0];
}
