// Example programs have packages of their own, which the main install leaves out: installed when somebody wants to run
// them, exactly as their lock files say.

import { spawnSync } from "node:child_process";
import { EXAMPLES, type Example, folderOf, isInstalled } from "../src/cli/demo/examples.ts";
import { buildSdk } from "./build-sdk.ts";

/** Builds the SDK that the examples import, and installs the examples that are not. Returns those that could not be installed, with npm's words. */
export function installExamples(say: (text: string) => void): Map<Example, string> {
  buildSdk();
  const failed = new Map<Example, string>();
  for (const example of EXAMPLES.filter((candidate) => !isInstalled(candidate))) {
    say(`Installing the packages of examples/${example.folder} (npm ci, only this once) …`);
    const npm = spawnSync("npm", ["ci", "--loglevel=error"], {
      cwd: folderOf(example),
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    if (npm.status !== 0) failed.set(example, `${npm.stdout}${npm.stderr}`.trim());
  }
  return failed;
}
