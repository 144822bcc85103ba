import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { COMMANDS } from "../../src/cli/commands.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { deadUrl, runCli } from "./run-cli.ts";

const KEY = "a-key-that-nobody-guesses";
let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--key", KEY]);
});
after(() => talea.close());

test("talea --help names every command with its summary", async () => {
  const { code, stdout } = await runCli(["--help"]);
  assert.equal(code, 0);
  for (const [verb, { summary }] of Object.entries(COMMANDS)) assert.match(stdout, new RegExp(`  ${verb} +${summary}`));
});

test("every command explains itself and its flags", async () => {
  for (const [verb, { summary, options }] of Object.entries(COMMANDS)) {
    const { code, stdout } = await runCli([verb, "--help"]);
    assert.equal(code, 0, verb);
    assert.ok(stdout.includes(summary), verb);
    for (const name of Object.keys(options)) assert.ok(stdout.includes(`--${name}`), `${verb} --${name}`);
  }
});

test("an unknown command ends with 2 and the one that was probably meant", async () => {
  const { code, stdout, stderr } = await runCli(["exprot"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /Did you mean `talea export`\?/);
  assert.match((await runCli(["constructor"])).stderr, /There is no command/);
});

test("a flag that a command does not have ends with 2 and the way to the help", async () => {
  const { code, stderr } = await runCli(["runs", "--colour"]);
  assert.equal(code, 2);
  assert.match(stderr, /--colour.*see talea runs --help/);
});

test("talea --version says the version of the package", async () => {
  const { stdout } = await runCli(["--version"]);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("without a server a client command says how to start one", async () => {
  const url = await deadUrl();
  const { code, stderr } = await runCli(["runs", "--url", url]);
  assert.equal(code, 1);
  assert.ok(stderr.startsWith(`No server answers at ${url}. Start one with \`talea serve\``), stderr);
});

test("a server that wants a key is told so in words, and the key comes from TALEA_KEY", async () => {
  const { url } = talea.talea;
  const without = await runCli(["runs"], { environment: { TALEA_URL: url } });
  assert.equal(without.code, 1);
  assert.match(without.stderr, /This server needs a key: set TALEA_KEY/);
  const wrong = await runCli(["runs"], { environment: { TALEA_URL: url, TALEA_KEY: "another" } });
  assert.match(wrong.stderr, /The key is not the server's/);
  const right = await runCli(["runs"], { environment: { TALEA_URL: url, TALEA_KEY: KEY } });
  assert.deepEqual([right.code, right.stdout], [0, ""]);
});

test("credentials of an address are sent to the proxy that wants them, and never printed", async () => {
  const seen: (string | undefined)[] = [];
  const proxy = createServer((request, response) => {
    seen.push(request.headers.authorization, String(request.headers["x-api-key"]));
    response.writeHead(502).end("no");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const url = `http://ada:hunter2@127.0.0.1:${port}`;
  const { code, stdout, stderr } = await runCli(["doctor", "--url", url], { environment: { TALEA_KEY: KEY } });
  proxy.close();
  assert.equal(code, 1);
  assert.deepEqual(seen.slice(0, 2), [`Basic ${Buffer.from("ada:hunter2").toString("base64")}`, KEY]);
  for (const secret of ["hunter2", "ada:", KEY]) assert.ok(!(stdout + stderr).includes(secret), secret);
  assert.match(stdout, /not like Talea/);
});

test("a server that is busy is asked again after the time that it names", async () => {
  let asked = 0;
  const busy = createServer((_request, response) => {
    if (asked++ === 0) response.writeHead(503, { "retry-after": "1" }).end("{}");
    else response.writeHead(200, { "content-type": "application/json" }).end('{"runs":[]}');
  });
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  const startedMs = performance.now();
  const { code } = await runCli(["runs", "--url", `http://127.0.0.1:${(busy.address() as AddressInfo).port}`]);
  busy.close();
  assert.deepEqual([code, asked], [0, 2]);
  assert.ok(performance.now() - startedMs >= 1000);
});
