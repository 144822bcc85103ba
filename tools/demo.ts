// `npm run demo`: starts Talea, or uses the one at --url, has the example agents work, and leaves the page open.
//
//   --url URL      a server that runs already; its key in TALEA_KEY
//   --loop         again and again, with other stories, until Ctrl-C
//   --no-install   take what is installed
//   --no-open      leave the browser alone

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { showDemo } from "../src/cli/demo/demo.ts";
import { installExamples } from "./demo-install.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** Runs of a demonstration are not mixed with a person's own; `npm ci` throws them away. */
const DATA = fileURLToPath(new URL("../node_modules/.cache/talea-demo", import.meta.url));
const PORTS = { http: 4318, grpc: 4317 };

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    loop: { type: "boolean", default: false },
    "no-install": { type: "boolean", default: false },
    "no-open": { type: "boolean", default: false },
  },
});
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stopping.abort());

if (!values["no-install"]) {
  for (const [{ title }, reason] of installExamples((text) => console.log(text))) {
    console.log(`${title} cannot be installed and is left out:\n${reason}`);
  }
}
const server = values.url === undefined ? await startServer() : undefined;
const url = values.url ?? server?.url ?? "";
console.log(`\nThe page: ${url}\n`);
if (!values["no-open"]) openBrowser(url);
await showDemo({
  ...{ url, loop: values.loop, signal: stopping.signal, say: (text) => console.log(text) },
  key: process.env["TALEA_KEY"],
});
if (server !== undefined && !stopping.signal.aborted) {
  console.log(`\nAll agents are done. The page stays at ${url} until Ctrl-C.`);
  await new Promise((resolve) => stopping.signal.addEventListener("abort", resolve, { once: true }));
}
await server?.stop();

interface DemoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server on the usual ports where they are free, otherwise on others. */
async function startServer(): Promise<DemoServer> {
  if (existsSync(fileURLToPath(new URL("build.ts", import.meta.url)))) {
    spawnSync(process.execPath, ["tools/build.ts"], { cwd: ROOT, stdio: "inherit" });
  }
  const [port, grpcPort] = await Promise.all([freeOr0(PORTS.http), freeOr0(PORTS.grpc)]);
  const child = spawn(
    process.execPath,
    ["src/cli/main.ts", "serve", "--data", DATA, "--port", String(port), "--grpc-port", String(grpcPort)],
    // Ctrl-C reaches the whole group; the server is stopped by us, after the examples.
    { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"], detached: process.platform !== "win32" },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const ready = await Promise.race([readyLine(child), ended]);
  const found = /http:\/\/\S+/.exec(ready ?? "")?.[0];
  if (found === undefined) throw new Error("Talea did not start: see above");
  return {
    url: found,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.includes("\n")) resolve(text.split("\n")[0] ?? "");
    });
  });
}

function freeOr0(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once("error", () => resolve(0))
      .listen(port, "127.0.0.1", () => probe.close(() => resolve(port)));
  });
}

/** Opens the page where there is a browser to open it; never fails because of it. */
function openBrowser(address: string): void {
  const { platform, env } = process;
  const hasDisplay = platform !== "linux" || env["DISPLAY"] !== undefined || env["WAYLAND_DISPLAY"] !== undefined;
  if (!hasDisplay || env["CI"] !== undefined) return;
  const [command, args] =
    platform === "darwin"
      ? ["open", [address]]
      : platform === "win32"
        ? ["cmd", ["/c", "start", "", address]]
        : ["xdg-open", [address]];
  spawn(command as string, args as string[], { stdio: "ignore", detached: true })
    .once("error", () => undefined)
    .unref();
}
