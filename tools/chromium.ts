// Chromium for the browser tests, from the npm package @sparticuz/chromium: the binary lies packed in node_modules, so
// nothing is downloaded. The package unpacks into the system's temporary folder and takes whatever lies there, of any
// version, even half written. Here it is unpacked once per version into node_modules/.cache, and only a finished folder
// gets the final name.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PACKAGE = "@sparticuz/chromium";

/** Flags that make text the same on every machine; everything else is Playwright's default. */
export const CHROMIUM_ARGUMENTS = ["--font-render-hinting=none"] as const;

/** The path of a Chromium that can be started; unpacks it on first use (2 s). Throws a sentence when it cannot. */
export async function chromiumPath(): Promise<string> {
  const packageFolder = dirname(dirname(fileURLToPath(import.meta.resolve(PACKAGE))));
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
  const cache = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));
  const folder = join(cache, `chromium-${version}`);
  const binary = join(folder, "chromium");
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const unpacking = mkdtempSync(join(cache, "chromium-unpacking-"));
  try {
    await unpack(unpacking);
    moveInto(unpacking, folder, binary);
  } finally {
    rmSync(unpacking, { recursive: true, force: true });
  }
  if (!existsSync(binary)) throw new Error(`${PACKAGE} ${version} did not unpack a Chromium into ${folder}.`);
  return binary;
}

/** In a process of its own: the package takes the system's temporary folder, which is everybody's in this one. */
async function unpack(folder: string): Promise<void> {
  const program = `const { default: chromium } = await import("${PACKAGE}"); await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, TMPDIR: folder },
  });
}

/** Another process may have finished first: then its folder serves. */
function moveInto(unpacked: string, folder: string, binary: string): void {
  try {
    renameSync(unpacked, folder);
  } catch (error) {
    if (!existsSync(binary)) throw error;
  }
}
