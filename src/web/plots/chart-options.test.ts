import assert from "node:assert/strict";
import { test } from "node:test";
import { formatShare } from "../base/format.ts";
import { formatRate } from "../state/key-figure-texts.ts";
import { isTold } from "./chart-options.ts";

test("ticks stand where their labels say: what would be rounded is no distance of ticks", () => {
  assert.ok(isTold(0.05, formatRate), "3 / h, 6 / h, 9 / h");
  assert.ok(!isTold(0.025, formatRate), "10.5 / h would be 11 / h");
  assert.ok(isTold(0.01, formatShare));
  assert.ok(!isTold(0.0005, formatShare), "0.05 % would be 0.1 %");
});
