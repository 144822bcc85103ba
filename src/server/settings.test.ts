import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { environmentNameOf, flagOf, readSettings, SettingsError } from "./settings.ts";

const none = { args: [], environment: {}, file: "/does/not/exist.json" };

test("without anything the defaults hold", () => {
  const settings = readSettings(none);
  assert.equal(settings.host, "127.0.0.1");
  assert.equal(settings.port, 4318);
  assert.equal(settings.grpcPort, 4317);
  assert.equal(settings.retention, 30 * 86_400_000);
  assert.equal(settings.maxDisk, 50e9);
  assert.deepEqual(settings.allowHost, []);
});

test("a flag wins over the environment, the environment over the file", () => {
  const file = join(mkdtempSync(join(tmpdir(), "talea-settings-")), "talea.config.json");
  writeFileSync(file, JSON.stringify({ port: 1, grpcPort: 1, host: "::1", allowOrigin: ["https://a.example"] }));
  const settings = readSettings({
    args: ["--port", "3"],
    environment: { TALEA_PORT: "2", TALEA_GRPC_PORT: "2" },
    file,
  });
  assert.deepEqual([settings.port, settings.grpcPort, settings.host], [3, 2, "::1"]);
  assert.deepEqual(settings.allowOrigin, ["https://a.example"]);
});

test("a list may be given by several flags or with commas", () => {
  const settings = readSettings({ ...none, args: ["--allow-host", "a,b", "--allow-host", "c"] });
  assert.deepEqual(settings.allowHost, ["a", "b", "c"]);
});

test("what cannot be read is refused in words that name the flag", () => {
  for (const [args, message] of [
    [["--port", "many"], /--port PORT: "many" is no port number/],
    [["--retention", "soon"], /--retention DURATION: "soon" is no duration/],
    [["--max-disk", "big"], /--max-disk SIZE: "big" is no size/],
    [["--log-level", "loud"], /--log-level LEVEL: "loud" is no level: debug, info, warn, error/],
    [["--colour"], /--colour/],
  ] as const) {
    assert.throws(
      () => readSettings({ ...none, args }),
      (error) => error instanceof SettingsError && message.test(error.message),
    );
  }
});

test("a flag in the environment is on, off, or refused, never silently off", () => {
  const demo = (word: string) => readSettings({ ...none, environment: { TALEA_DEMO: word } }).demo;
  assert.deepEqual(["true", "1", "YES"].map(demo), [true, true, true]);
  assert.deepEqual(["false", "0", "no", ""].map(demo), [false, false, false, false]);
  assert.throws(() => demo("maybe"), /--demo: "maybe" is no truth value/);
});

test("a name has one flag and one variable", () => {
  assert.equal(flagOf("grpcPort"), "--grpc-port");
  assert.equal(environmentNameOf("grpcPort"), "TALEA_GRPC_PORT");
});
