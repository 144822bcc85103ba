import assert from "node:assert/strict";
import { test } from "node:test";
import type { WhatIfChoice } from "../../analysis/what-if.ts";
import { listChoices } from "./what-if-list.ts";

const choice = (name: string, onPathMs: number): WhatIfChoice => ({ target: { by: "agent", name }, onPathMs });

test("what helps most comes first; what is not computed stands where it would at best", () => {
  const choices = [choice("long", 100), choice("short", 30), choice("later", 60), choice("aside", 0)];
  const savings = new Map([
    ["agent:long", 10],
    ["agent:short", 15],
    ["agent:aside", 0],
  ]);
  const listed = listChoices(choices, savings).map(({ target, savedMs }) => `${target.name} ${savedMs}`);
  assert.deepEqual(listed, ["later undefined", "short 15", "long 10", "aside 0"]);
});
