import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Besides PATH: the command sees nothing else of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it finds on standard input; absent: nothing. */
  readonly input?: AsyncIterable<string | Buffer>;
  readonly cwd?: string;
  /** When it is told to stop (SIGTERM), if it has not ended by then; absent: never. */
  readonly timeoutMs?: number;
}

/** Runs `talea …` as a process of its own, with its outputs in pipes. */
export function runCli(
  args: readonly string[],
  { environment = {}, input, cwd, timeoutMs }: CliOptions = {},
): Promise<CliEnd> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    ...(cwd === undefined ? {} : { cwd }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  if (input !== undefined) void feed(child.stdin, input);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...texts }));
  });
}

async function feed(stdin: NodeJS.WritableStream | null, input: AsyncIterable<string | Buffer>): Promise<void> {
  for await (const part of input) {
    if (stdin?.write(part) === false) await new Promise((resolve) => stdin.once("drain", resolve));
  }
  stdin?.end();
}

/** An address of this machine at which nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
