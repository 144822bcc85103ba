import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type CliEnd, type CliOptions, deadUrl, runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "talea-serve-"));
after(() => rmSync(folder, { recursive: true }));

/** A server that starts although it must not is stopped then, with 0. */
const STARTED_MS = 30_000;

/** A start that must be refused: ends by itself with 2, in words without a stack. */
async function refused(args: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
  const end = await runCli(["serve", "--port", "0", "--grpc-port", "0", ...args], {
    cwd: folder,
    timeoutMs: STARTED_MS,
    ...options,
  });
  assert.equal(end.code, 2, end.stderr);
  assert.equal(end.stdout, "");
  assert.doesNotMatch(end.stderr, /^ +at /m);
  return end;
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("a flag that serve does not have ends with 2 and the one that was probably meant", async () => {
  const { stderr } = await refused(["--grpc-prot", "0"]);
  assert.match(stderr, /^There is no flag --grpc-prot\. Did you mean --grpc-port\? \(see talea serve --help\)\n$/);
  assert.match((await refused(["now"])).stderr, /It takes flags only, not "now"/);
  assert.match((await refused(["--log-level", "loud"])).stderr, /"loud" is no level: debug, info, warn, error/);
});

test("talea.config.json is read where it lies, and what is wrong in it is named", async () => {
  const cwd = join(folder, "config");
  mkdirSync(cwd);
  for (const [content, words] of [
    ['{"prot": 1}', /talea\.config\.json: there is no setting prot/],
    ["[1]", /must hold a JSON object/],
    ['{"retention": {}}', /retention must be a text, a number/],
    ["port=1", /is not valid JSON/],
  ] as const) {
    writeFileSync(join(cwd, "talea.config.json"), content);
    assert.match((await refused([], { cwd })).stderr, words);
  }
});

test("a variable that is nearly a setting is pointed out", async () => {
  const environment = { TALEA_PROT: "1", TALEA_SERVICE_HOST: "10.0.0.1", TALEA_PRICES: join(folder, "none") };
  const { stderr } = await refused([], { environment });
  assert.match(stderr, /^TALEA_PROT is no setting: did you mean TALEA_PORT\?\n--prices .*cannot be read/);
});

test("a port that is taken is named with its flag", async (t) => {
  const squatter = createServer();
  t.after(() => squatter.close());
  await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
  const { port } = squatter.address() as { port: number };
  for (const flag of ["--port", "--grpc-port"]) {
    const { stderr } = await refused([flag, String(port), "--data", join(folder, "ports")]);
    assert.equal(
      stderr,
      `Port ${port} on 127.0.0.1 is taken. Is another Talea or an OpenTelemetry collector running? Choose another with ` +
        `${flag} (0 picks a free one).\n`,
    );
  }
});

test("an address that is none of this machine's is refused in words", async () => {
  const environment = { TALEA_KEY: "a-key-that-nobody-guesses" };
  const { stderr } = await refused(["--host", "192.0.2.1", "--data", join(folder, "ports")], { environment });
  assert.match(stderr, /Talea cannot listen on 192\.0\.2\.1, port 0: .*See --host and --port\./);
});

test("off loopback there must be a key", async () => {
  assert.match((await refused(["--host", "0.0.0.0"])).stderr, /Set TALEA_KEY or --key-file FILE/);
  assert.match((await refused(["--key-file", file("empty", "\n")])).stderr, /--key-file .*empty is empty/);
  assert.match((await refused(["--key-file", join(folder, "none")])).stderr, /--key-file cannot be read/);
});

test("a data directory that cannot be one is refused in words", async () => {
  const path = file("not-a-folder", "");
  for (const data of [path, join(path, "below")]) {
    assert.match((await refused(["--data", data])).stderr, /The data directory .*not-a-folder.* cannot be written/);
  }
});

test("a file of prices is checked before anything starts, and the wrong entry is named", async () => {
  for (const [content, words] of [
    ["{}", /it holds no list/],
    [
      '[{"model": "m", "input": 1, "output": 1}, {"model": "m", "input": "1", "output": 1}]',
      /entry 2, input must be number/,
    ],
    ['[{"model": "/(/", "input": 1, "output": 1}]', /entry 1, model: Invalid regular expression/],
    ['[{"model": "m", "from": "soon", "input": 1, "output": 1}]', /entry 1, from is no RFC 3339 time: soon/],
  ] as const) {
    assert.match((await refused(["--prices", file("prices.json", content)])).stderr, words);
  }
});

test("a store that is no ClickHouse server, or away, is said so without its credentials", async () => {
  const data = join(folder, "server-store");
  const wrong = await refused(["--data", data, "--store", "ftp://ada:hunter2@127.0.0.1"]);
  assert.match(wrong.stderr, /--store must be `embedded` or the address of a ClickHouse server/);
  const other = await refused(["--data", data, "--store", "http://ada:hunter2@127.0.0.1:8123/a/b"]);
  assert.match(other.stderr, /--store must be `embedded` or the address of a ClickHouse server/);
  const url = (await deadUrl()).replace("//", "//ada:hunter2@");
  const away = await refused(["--data", data, "--store", url]);
  assert.match(away.stderr, /The ClickHouse server that --store names cannot be used\. .*ECONNREFUSED/);
  for (const { stderr } of [wrong, other, away]) assert.ok(!stderr.includes("hunter2"), stderr);
});
