import type { Command } from "../base/commands.ts";
import { agentTowards, type Direction } from "../plots/graph-steps.ts";
import type { GraphPlotProps } from "./graph-plot.tsx";
import type { GraphStage } from "./graph-stage.ts";

const ZOOM = 1.4;

/** Everything that keys do in a graph. */
export function graphCommands(stage: GraphStage, props: GraphPlotProps): Command[] {
  const { graph, selected, onSelect, onOpen } = props;
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
  const command = (group: string, title: string, keys: readonly string[], run: () => void): Command => ({
    ...{ group, title, keys, run },
  });
  const gesture = (title: string, by: string): Command => ({
    ...{ group: "Graph", title, keys: [], gesture: by, run: () => undefined },
  });
  const agents = "Agents of the graph";
  const view = "Graph";
  return [
    command(agents, "Agent to the left", ["ArrowLeft", "h"], () => towards("left")),
    command(agents, "Agent to the right", ["ArrowRight", "l"], () => towards("right")),
    command(agents, "Agent above", ["ArrowUp", "k"], () => towards("up")),
    command(agents, "Agent below", ["ArrowDown", "j"], () => towards("down")),
    command(agents, "Next agent by name", ["]"], () => step(1)),
    command(agents, "Previous agent by name", ["["], () => step(-1)),
    command(agents, "Open what is selected", ["Enter", "o"], () => {
      const pick = selected.peek();
      if (pick !== undefined) onOpen(pick);
    }),
    command(agents, "Select nothing", ["Escape"], () => onSelect(undefined)),
    command(view, "The whole graph", ["f"], () => stage.show(undefined)),
    command(view, "Zoom in", ["w", "+"], () => stage.zoomBy(ZOOM)),
    command(view, "Zoom out", ["s", "-"], () => stage.zoomBy(1 / ZOOM)),
    command(view, "Arrange the agents anew", ["r"], () => void stage.arrange()),
    gesture("Move the graph", "drag"),
    gesture("Zoom at the pointer", "wheel"),
    gesture("Open an agent, or the messages of a line", "double click"),
  ];
}

function leftmost({ places }: GraphStage): string | undefined {
  const all = [...places.peek().at].sort(([, a], [, b]) => a.x - b.x || a.y - b.y);
  return all[0]?.[0];
}
