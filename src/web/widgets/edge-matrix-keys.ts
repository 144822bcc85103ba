import { commandTable } from "../base/command-table.ts";

export const MATRIX_COMMANDS = commandTable("Matrix", {
  up: ["Sender above", "ArrowUp", "k"],
  down: ["Sender below", "ArrowDown", "j"],
  left: ["Receiver to the left", "ArrowLeft", "h"],
  right: ["Receiver to the right", "ArrowRight", "l"],
  open: ["Open what is selected", "Enter", "o"],
  selectNothing: ["Select nothing", "Escape"],
  whole: ["The whole matrix", "f"],
  larger: ["Larger cells", "w", "+"],
  smaller: ["Smaller cells", "s", "-"],
});
