// Tests the Python package: makes a virtual environment, installs what it needs, and runs its tests, one of them with a
// real framework against a real Talea. `npm run test:python`; needs python3 with venv and the Python registry.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TaleaProcess } from "../test/support/talea-process.ts";

const PACKAGE = fileURLToPath(new URL("../sdk-python/", import.meta.url));
const PACKAGES = ["opentelemetry-sdk", "pydantic-ai-slim"];
const HOW = "Install Python 3.9 or newer with its venv module (Debian: apt-get install python3-venv) and try again.";

function run(command: string, ...args: string[]): void {
  try {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    console.error(`${command} ${args.join(" ")} failed: ${(error as Error).message}\n${HOW}`);
    process.exit(1);
  }
}

const directory = mkdtempSync(join(tmpdir(), "talea-python-"));
try {
  run("python3", "-m", "venv", directory);
  const python = join(directory, "bin", "python");
  console.log(`Installing ${PACKAGES.join(", ")} …`);
  run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES);
  await using talea = await TaleaProcess.start();
  const tests = spawn(python, ["-W", "ignore", "-m", "unittest", "discover", "-v", "-s", "tests"], {
    cwd: PACKAGE,
    env: { ...process.env, PYTHONPATH: "src:tests", TALEA_TEST_URL: talea.url, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: "inherit",
  });
  process.exitCode = await new Promise<number>((resolve) => tests.on("exit", (code) => resolve(code ?? 1)));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
