// Programs of users as processes of their own: how they end, and what of them arrives.

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildSdk } from "../../tools/build-sdk.ts";
import { Receiver } from "./receiver.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** A Node of the system's besides the project's: the oldest that the SDK promises to run on, where there is one. */
const SYSTEM_NODES = ["/usr/bin/node", "/usr/local/bin/node"].filter((path) => existsSync(path));
const NODES = [...new Set([process.execPath, ...SYSTEM_NODES])];

let folder = "";

before(() => {
  buildSdk();
  folder = mkdtempSync(join(tmpdir(), "talea-sdk-"));
  mkdirSync(join(folder, "node_modules/@talea"), { recursive: true });
  symlinkSync(join(ROOT, "sdk"), join(folder, "node_modules/@talea/sdk"));
  symlinkSync(join(ROOT, "node_modules/@opentelemetry"), join(folder, "node_modules/@opentelemetry"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly tookMs: number;
}

function start(
  file: string,
  text: string,
  url: string,
  node = process.execPath,
): { child: ChildProcess; ended: Promise<Ended> } {
  writeFileSync(join(folder, file), text);
  const startedAtMs = performance.now();
  const child = spawn(node, [file], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, TALEA_KEY: "k" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (part) => (output += part));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => resolve({ code, output, tookMs: performance.now() - startedAtMs }));
  });
  return { child, ended };
}

const BODY = `
  init({ service: "program", attributes: { region: "here" } });
  const value = run({ name: "r", id: "x1" }, () => agent("a", () => { logEvent("hello"); recordMetric("m", 1); return 7; }));
  if (value !== 7) throw new Error("lost");
`;
const NAMES = "agent, init, logEvent, recordMetric, run";

for (const node of NODES) {
  for (const [file, line] of [
    ["imported.mjs", `import { ${NAMES} } from "@talea/sdk";`],
    ["required.cjs", `const { ${NAMES} } = require("@talea/sdk");`],
  ] as const) {
    test(`${file} on ${node === process.execPath ? "the project's" : "the system's"} Node: sends what it has when it ends`, async () => {
      await using receiver = await Receiver.start();
      const { code, output, tookMs } = await start(file, line + BODY, receiver.url, node).ended;
      assert.equal(code, 0, output);
      assert.equal(output, "");
      assert.ok(tookMs < 3000, `${tookMs}`);
      assert.deepEqual(receiver.spans.map(({ name }) => name).sort(), ["invoke_agent a", "r"]);
      assert.deepEqual(
        receiver.events.map(({ name }) => name),
        ["hello"],
      );
      assert.equal(receiver.points.length, 1);
      assert.ok(receiver.spans.every(({ service }) => service === "program"));
      assert.equal(receiver.events[0]?.service, "program");
      assert.equal(receiver.events[0]?.attributes["talea.run.id"], "x1");
      assert.equal(receiver.requests[0]?.headers.authorization, "Bearer k");
    });
  }
}

test("a program ends as soon as it is done, whether the server is down or never answers", async () => {
  await using silent = await Receiver.start();
  silent.answer("never");
  const down = await Receiver.start();
  const { url } = down;
  await down[Symbol.asyncDispose]();
  const text = `import { ${NAMES} } from "@talea/sdk"; ${BODY}`;
  const refused = await start("down.mjs", text, url).ended;
  assert.equal(refused.code, 0, refused.output);
  assert.ok(refused.tookMs < 1500, `down: ${refused.tookMs} ms`);
  const unanswered = await start("silent.mjs", text, silent.url).ended;
  assert.equal(unanswered.code, 0, unanswered.output);
  assert.ok(unanswered.tookMs < 3500, `never answers: ${unanswered.tookMs} ms, of which the last try may take 2 s`);
});

test("a program that ends by process.exit after flush loses nothing, and its exit code stands", async () => {
  await using receiver = await Receiver.start();
  const text = `import { ${NAMES}, flush } from "@talea/sdk"; ${BODY} await flush(); process.exit(3);`;
  const { code, output } = await start("exits.mjs", text, receiver.url).ended;
  assert.equal(code, 3, output);
  assert.equal(receiver.events.length, 1);
  assert.equal(receiver.spans.length, 2);
});

test("parent and forked child are one run by inject and extract", async () => {
  await using receiver = await Receiver.start();
  const text = `
    import { fork } from "node:child_process";
    import { init, run, agent, inject, extract, handoff } from "@talea/sdk";
    init({ service: process.send ? "child" : "parent" });
    if (process.send === undefined) {
      await run({ name: "both", id: "shared" }, () => agent("boss", () => new Promise((resolve) => {
        const child = fork(process.argv[1]);
        child.send(inject());
        handoff({ to: "worker" });
        child.once("exit", resolve);
      })));
    } else {
      process.once("message", (headers) => {
        extract(headers, () => agent("worker", () => handoff({ to: "boss" })));
        process.disconnect();
      });
    }`;
  const { code, output } = await start("both.mjs", text, receiver.url).ended;
  assert.equal(code, 0, output);
  const [boss, worker] = ["boss", "worker"].map((name) =>
    receiver.spans.find((span) => span.name === `invoke_agent ${name}`),
  );
  assert.equal(worker?.traceId, boss?.traceId);
  assert.equal(worker?.parentSpanId, boss?.spanId);
  assert.equal(worker?.service, "child");
  assert.deepEqual(
    receiver.named("handoff").map(({ attributes }) => attributes["talea.run.id"]),
    ["shared", "shared"],
  );
});

/** A line of OpenTelemetry's SDK: its packages by name, each with its version. */
const LINES = [
  { "sdk-trace-base": "1.30.1", "context-async-hooks": "1.30.1" },
  { "sdk-trace-base": "2.12.1", "sdk-trace": "2.12.1", "context-async-hooks": "2.12.1" },
  { "sdk-trace": "3.1.0", "context-async-hooks": "3.1.0" },
] as const;

for (const line of LINES) {
  test(`npm installs the package beside OpenTelemetry ${line["context-async-hooks"]}`, () => {
    const home = mkdtempSync(join(tmpdir(), "talea-beside-"));
    try {
      const dependencies: Record<string, string> = { "@talea/sdk": `file:${join(ROOT, "sdk")}` };
      for (const [part, version] of Object.entries({ api: "1.9.1", ...line })) {
        const name = `@opentelemetry/${part}`;
        mkdirSync(join(home, part));
        writeFileSync(join(home, part, "package.json"), JSON.stringify({ name, version }));
        dependencies[name] = `file:./${part}`;
      }
      writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, dependencies }));
      const options = [
        "--offline",
        "--dry-run",
        "--install-links",
        "--strict-peer-deps",
        "--cache",
        join(home, "cache"),
      ];
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      const { status, stdout, stderr } = spawnSync(npm, ["install", ...options], { cwd: home, encoding: "utf8" });
      assert.equal(status, 0, stdout + stderr);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
}

test("the types serve a program that imports and one that requires", () => {
  const text = `import { agent, llm, run, TaleaSpanProcessor } from "@talea/sdk";
    const length: Promise<number> = run("r", async () => agent({ name: "a" }, () => "text").length);
    llm("m", (call) => call.usage({ inputTokens: 1 }));
    export const parts = [length, new TaleaSpanProcessor({ exportSpans: true })];`;
  for (const file of ["imports.mts", "requires.cts"]) writeFileSync(join(folder, file), text);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  const roots = ["--typeRoots", join(ROOT, "node_modules/@types"), "--ignoreConfig"];
  const { status, stdout } = spawnSync("tsc", [...options, ...roots, "imports.mts", "requires.cts"], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
});

test("an unhandled rejection of user code stays one", async () => {
  await using receiver = await Receiver.start();
  const text = `import { init, agent } from "@talea/sdk"; init({ service: "x" }); agent("a", async () => { throw new Error("mine"); });`;
  const { code, output } = await start("rejects.mjs", text, receiver.url).ended;
  assert.equal(code, 1);
  assert.match(output, /Error: mine/);
});

test("without OpenTelemetry's SDK init says what to install, and events go out all the same", async () => {
  await using receiver = await Receiver.start();
  const bare = mkdtempSync(join(tmpdir(), "talea-bare-"));
  try {
    mkdirSync(join(bare, "node_modules/@opentelemetry"), { recursive: true });
    mkdirSync(join(bare, "node_modules/@talea/sdk"), { recursive: true });
    for (const part of ["dist", "package.json"]) {
      cpSync(join(ROOT, "sdk", part), join(bare, "node_modules/@talea/sdk", part), { recursive: true });
    }
    cpSync(join(ROOT, "node_modules/@opentelemetry/api"), join(bare, "node_modules/@opentelemetry/api"), {
      recursive: true,
    });
    writeFileSync(join(bare, "bare.mjs"), `import { ${NAMES} } from "@talea/sdk"; ${BODY}`);
    const child = spawn(process.execPath, ["bare.mjs"], {
      cwd: bare,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (part) => (output += part));
    const code = await new Promise((resolve) => child.once("close", resolve));
    assert.equal(code, 0, output);
    assert.match(output, /npm install @opentelemetry\/sdk-trace @opentelemetry\/context-async-hooks/);
    assert.equal(receiver.events.length, 1);
  } finally {
    rmSync(bare, { recursive: true, force: true });
  }
});
