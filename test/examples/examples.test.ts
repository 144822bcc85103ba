// The example programs as they lie in the checkout. Running the ones with packages of their own is `npm run
// test:examples`; the ones that run on the packages of the checkout run here too.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EXAMPLES, folderOf, isInstalled } from "../../src/cli/demo/examples.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { checkExample } from "./check-example.ts";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "1s"]);
});
after(() => talea.close());

for (const example of EXAMPLES) {
  const folder = folderOf(example);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");

  test(`${example.title}: exact versions, in a lock file of its own that names no host`, () => {
    const { dependencies, private: isPrivate } = JSON.parse(read("package.json")) as {
      dependencies: Record<string, string>;
      private: boolean;
    };
    assert.equal(isPrivate, true);
    const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, Record<string, unknown>> };
    for (const [name, version] of Object.entries(dependencies)) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
      assert.equal(lock.packages[`node_modules/${name}`]?.["version"], version, name);
    }
    for (const [path, entry] of Object.entries(lock.packages)) assert.equal(entry["resolved"], undefined, path);
    assert.match(read(".npmrc"), /^omit-lockfile-registry-resolved=true$/m);
  });

  test(`${example.title}: says in five lines what it is`, () => {
    const lines = read("README.md").trim().split("\n");
    assert.match(lines[0] ?? "", /^# /);
    assert.equal(lines.length, 7, "a heading, an empty line, five lines");
    assert.ok(existsSync(join(folder, example.file)));
  });
}

for (const [folder, title] of [
  ["three-processes", "three processes without a framework are one run with its agents, messages, retries and events"],
  ["queue-workers", "four processes that share nothing but a queue are one run with its messages and events"],
] as const) {
  test(title, async () => {
    const example = EXAMPLES.find((candidate) => candidate.folder === folder);
    assert.ok(example !== undefined);
    assert.ok(
      isInstalled(example),
      "the checkout must have the SDK, compiled, and the versions that this example names",
    );
    await checkExample(talea, example, 1);
  });
}
