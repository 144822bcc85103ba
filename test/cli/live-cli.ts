import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const PATIENCE_MS = 30_000;
const POLL_MS = 20;

/** Commands that a failed test leaves behind end with the test's process. */
const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A `talea …` that stays: a process of its own, with its outputs in pipes. */
export class LiveCli implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] ?? "", TZ: "UTC", ...environment },
    });
    running.add(this.#child);
    for (const name of ["stdout", "stderr"] as const) {
      this.#child[name].setEncoding("utf8").on("data", (text: string) => {
        this[name] += text;
      });
    }
    this.#ended = new Promise((resolve) => this.#child.once("exit", (code) => resolve(code)));
    void this.#ended.then(() => running.delete(this.#child));
  }

  /** The whole lines of standard output so far. */
  get lines(): string[] {
    return this.stdout.split("\n").slice(0, -1);
  }

  /** Resolves when it holds. Fails when it does not in time, or the command ended. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!holds()) {
      const said = `\n${this.stdout}\n${this.stderr}`;
      assert.ok(performance.now() < deadlineMs, `not in time: ${what}${said}`);
      assert.ok(running.has(this.#child), `it ended before ${what}${said}`);
      await delay(POLL_MS);
    }
  }

  /** Reads standard output no further, as `| head` does. */
  closeOutput(): void {
    this.#child.stdout.destroy();
  }

  /** The exit code, after a signal when one is given. */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.#child.kill(signal);
    const late = delay(PATIENCE_MS, "late" as const, { ref: false });
    const code = await Promise.race([this.#ended, late]);
    assert.notEqual(code, "late", `it does not end\n${this.stderr}`);
    return code as number | null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
