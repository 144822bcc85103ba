// Every example against a real server: installed first where they are not, compiled, run at twenty times their speed.
// `npm run test:examples`; not part of `npm test`, because the examples' packages are not part of the install.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { EXAMPLES } from "../../src/cli/demo/examples.ts";
import { installExamples } from "../../tools/demo-install.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { checkExample, STORIES } from "./check-example.ts";

let talea: TaleaHere;

before(async () => {
  const failed = installExamples((text) => console.log(text));
  assert.deepEqual([...failed.values()], [], "every example must be installed");
  talea = await startTaleaHere(["--quiet", "1s"]);
});
after(() => talea.close());

test("the examples compile against the types of their packages", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { status, stdout } = spawnSync("tsc", ["-p", "examples"], { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

for (const example of EXAMPLES) {
  for (const seed of Object.keys(STORIES[example.folder] ?? {}).map(Number)) {
    test(`${example.title}, story ${seed}: agents, messages, errors and tokens are as scripted`, async () => {
      await checkExample(talea, example, seed);
    });
  }
}
