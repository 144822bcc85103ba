import assert from "node:assert/strict";
import { test } from "node:test";
import { agentColor, agentHue } from "./agent-color.ts";

test("a name always has the same hue, and names spread over all twelve", () => {
  assert.equal(agentHue("researcher"), agentHue("researcher"));
  const hues = new Set(Array.from({ length: 300 }, (_, i) => agentHue(`agent ${i}`)));
  assert.equal(hues.size, 12);
});

test("no hue is near red, which means failure", () => {
  for (let hue = 0; hue < 12; hue++) {
    const degrees = Number(/([\d.]+)\)$/.exec(agentColor(hue, "solid", false))?.[1]);
    assert.ok(degrees >= 50 && degrees <= 345, `${degrees}`);
  }
});
