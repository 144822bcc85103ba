import { spawn } from "node:child_process";
import { type Example, folderOf } from "./examples.ts";

export interface ExampleRun {
  readonly url: string;
  readonly key: string | undefined;
  /** Another seed, another story. */
  readonly seed: number;
  /** 1: as people would see it; 20: twenty times as fast. */
  readonly speed?: number;
  readonly signal?: AbortSignal;
}

export interface ExampleEnd {
  /** 0 when all went well; undefined when it was stopped. */
  readonly code: number | undefined;
  readonly output: string;
}

const OUTPUT_CHARACTERS_MAX = 20_000;

/**
 * Runs an example as a process of its own until it ends. Its environment has nothing of ours: examples need no secret
 * of a developer's shell.
 */
export function runExample(example: Example, { url, key, seed, speed = 1, signal }: ExampleRun): Promise<ExampleEnd> {
  const child = spawn(process.execPath, [example.file], {
    cwd: folderOf(example),
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      ...(key === undefined
        ? {}
        : { OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(`Bearer ${key}`)}` }),
      EXAMPLE_SEED: String(seed),
      EXAMPLE_SPEED: String(speed),
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
  }
  const stop = () => child.kill("SIGTERM");
  signal?.addEventListener("abort", stop, { once: true });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      signal?.removeEventListener("abort", stop);
      resolve({ code: code ?? undefined, output });
    });
  });
}
