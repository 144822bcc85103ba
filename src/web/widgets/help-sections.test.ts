import assert from "node:assert/strict";
import { test } from "node:test";
import { commandTable } from "../base/command-table.ts";
import { helpSections } from "./help-sections.ts";

test("the help lists every key and gesture of the tables under their headings, each once", () => {
  const go = commandTable("Everywhere", { runs: ["Go to Runs", "g r"] });
  const rows = commandTable("Lists", { next: ["Next row", "j", "ArrowDown"] });
  const time = commandTable("Time", { fit: ["The whole", "f"] }, [["Zoom", "wheel"]]);
  const theme = commandTable("Everywhere", { theme: ["Light or dark", "t"] });
  assert.deepEqual(helpSections([go, rows, time, theme, rows]), [
    {
      title: "Everywhere",
      lines: [
        { title: "Go to Runs", keys: ["g r"] },
        { title: "Light or dark", keys: ["t"] },
      ],
    },
    { title: "Lists", lines: [{ title: "Next row", keys: ["j", "ArrowDown"] }] },
    {
      title: "Time",
      lines: [
        { title: "The whole", keys: ["f"] },
        { title: "Zoom", keys: [], gesture: "wheel" },
      ],
    },
  ]);
});
