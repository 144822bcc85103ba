import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings, SETTINGS } from "./settings.ts";
import { shownSettings } from "./shown-settings.ts";

const shown = (...args: string[]) =>
  new Map(shownSettings(readSettings({ args, environment: {}, file: "" })).map((one) => [one.name, one]));

test("settings are shown as they could be written, and whether they are the default", () => {
  const settings = shown("--retention", "90s", "--max-disk", "2TB", "--allow-host", "a,b", "--demo");
  const values = ["retention", "maxDisk", "allowHost", "demo", "quiet", "port"].map(
    (name) => settings.get(name)?.value,
  );
  assert.deepEqual(values, ["90s", "2TB", "a,b", "true", "10s", "4318"]);
  assert.deepEqual([settings.get("retention")?.isDefault, settings.get("quiet")?.isDefault], [false, true]);
  assert.equal(settings.size, Object.keys(SETTINGS).length);
  assert.deepEqual(
    [settings.get("maxDisk")?.flag, settings.get("maxDisk")?.environment],
    ["--max-disk", "TALEA_MAX_DISK"],
  );
});

test("secrets are never among them", () => {
  const settings = shown("--key", "s3cret", "--store", "https://me:s3cret@ch.example:8443/db?password=s3cret#s3cret");
  assert.equal(settings.get("key")?.value, "set");
  assert.equal(settings.get("store")?.value, "https://ch.example:8443/db");
  assert.equal(JSON.stringify([...settings]).includes("s3cret"), false);
});
