// Chromium for the browser tests, from the npm package @sparticuz/chromium: the binary lies packed in node_modules, so
// nothing is downloaded. The package unpacks into the system's temporary folder and takes whatever lies there, of any
// version, even half written. Here it is unpacked once per version into node_modules/.cache, and only a finished folder
// gets the final name.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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

async function unpack(folder: string): Promise<void> {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/** Another process may have finished first: then its folder serves. */
function moveInto(unpacked: string, folder: string, binary: string): void {
  try {
    renameSync(unpacked, folder);
  } catch (error) {
    if (!existsSync(binary)) throw error;
  }
}
