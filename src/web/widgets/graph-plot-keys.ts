import { commandTable } from "../base/command-table.ts";

export const GRAPH_AGENT_COMMANDS = commandTable("Agents of the graph", {
  left: ["Agent to the left", "ArrowLeft", "h"],
  right: ["Agent to the right", "ArrowRight", "l"],
  up: ["Agent above", "ArrowUp", "k"],
  down: ["Agent below", "ArrowDown", "j"],
  next: ["Next agent by name", "]"],
  previous: ["Previous agent by name", "["],
  open: ["Open what is selected", "Enter", "o"],
  selectNothing: ["Select nothing", "Escape"],
});

export const GRAPH_COMMANDS = commandTable(
  "Graph",
  {
    whole: ["The whole graph", "f"],
    zoomIn: ["Zoom in", "w", "+"],
    zoomOut: ["Zoom out", "s", "-"],
    arrange: ["Arrange the agents anew", "r"],
  },
  [
    ["Move the graph", "drag"],
    ["Zoom at the pointer", "wheel"],
    ["Open an agent, or the messages of a line", "double click"],
  ],
);
