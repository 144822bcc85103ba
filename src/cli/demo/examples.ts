// The example programs of the checkout, and whether they can run. An installed package does not have them.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** An example program in a folder of its own below examples/. */
export interface Example {
  readonly folder: string;
  readonly file: string;
  /** What it is and what it is made with. */
  readonly title: string;
  /** Seeds that make a difference: each has other contents, and perhaps another outcome. */
  readonly seeds: number;
}

export const EXAMPLES: readonly Example[] = [
  { folder: "three-processes", file: "coordinator.ts", title: "three processes, plain OpenTelemetry", seeds: 3 },
  { folder: "queue-workers", file: "claims-office.ts", title: "claims office over a queue, @talea/sdk", seeds: 3 },
  { folder: "langgraph", file: "incident-room.ts", title: "incident room, LangGraph", seeds: 3 },
  { folder: "ai-sdk", file: "trip-planner.ts", title: "trip planner, Vercel AI SDK", seeds: 3 },
  { folder: "openai-agents", file: "support-desk.ts", title: "support desk, OpenAI Agents SDK", seeds: 4 },
];

/** The folder of all examples; it may not exist. */
export const EXAMPLES_FOLDER = fileURLToPath(new URL("../../../examples/", import.meta.url));

export function folderOf({ folder }: Example): string {
  return join(EXAMPLES_FOLDER, folder);
}

/** Whether the example is there. */
export function isPresent(example: Example): boolean {
  return existsSync(join(folderOf(example), example.file));
}

/** Whether the example is there with the packages that it needs. */
export function isInstalled(example: Example): boolean {
  if (!isPresent(example)) return false;
  const folder = folderOf(example);
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as Partial<Record<"dependencies" | "peerDependencies", Record<string, string>>>;
  const needed = Object.entries({ ...dependencies, ...peerDependencies });
  return isSdkBuilt() && needed.every(([name, version]) => installedVersion(folder, name) === version);
}

/** Examples import the SDK as others do, by name: that is sdk/ of the checkout, which has to be compiled. */
function isSdkBuilt(): boolean {
  return existsSync(join(EXAMPLES_FOLDER, "../sdk/dist/index.js"));
}

/** The version that a program in a folder would get, looked for as Node looks for packages. */
function installedVersion(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "node_modules", name, "package.json");
    if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { version?: string }).version;
    if (at === dirname(at)) return undefined;
  }
}
