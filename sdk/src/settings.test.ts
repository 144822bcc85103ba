import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionOf } from "./settings.ts";

test("options come before the environment, and that before the usual address", () => {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: "https://env.example/base/", TALEA_KEY: "env" };
  assert.deepEqual(connectionOf({}, {}), { endpoint: "http://127.0.0.1:4318", headers: {} });
  assert.deepEqual(connectionOf({}, environment), {
    endpoint: "https://env.example/base",
    headers: { authorization: "Bearer env" },
  });
  assert.deepEqual(connectionOf({ endpoint: "http://own:1", key: "own" }, environment), {
    endpoint: "http://own:1",
    headers: { authorization: "Bearer own" },
  });
});

test("OpenTelemetry's headers go along, decoded; a key of Talea's takes the place of theirs", () => {
  const environment = { OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20otel, x-team=50%,nonsense" };
  assert.deepEqual(connectionOf({}, environment).headers, { authorization: "Bearer otel", "x-team": "50%" });
  assert.equal(connectionOf({ key: "k" }, environment).headers["authorization"], "Bearer k");
});

test("an address that is none is not used, and nothing is thrown", () => {
  for (const endpoint of ["talea", "ftp://talea", "http://"]) {
    assert.equal(connectionOf({ endpoint }, {}).endpoint, "http://127.0.0.1:4318");
  }
});
