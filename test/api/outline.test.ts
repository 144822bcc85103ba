// A large run's spans come at once, as they were sent, and then with what the whole run says of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Skeleton } from "../../src/model/shapes.ts";
import { fleetBodies } from "../support/fleet-run.ts";
import { startTaleaHere } from "../support/talea-here.ts";

const SPANS = 12_000;
const RUN = { id: "outline", seed: 5, spanCount: SPANS, startsAtMs: Date.now() - 700_000, durationMs: 600_000 };

test("a large run has the same spans before and after it is resolved", async () => {
  const talea = await startTaleaHere(["--quiet", "500"]);
  try {
    for (const body of fleetBodies(RUN)) {
      const response = await fetch(`${talea.talea.url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body: body as Uint8Array<ArrayBuffer>,
      });
      assert.equal(response.status, 200);
    }
    const ask = (query: string) => talea.get<Skeleton>(`/api/v1/runs/${RUN.id}/spans${query}`);
    const sent = await ask("?resolved=false");
    assert.equal(sent.count, SPANS);
    const whole = await ask("?resolved=true");
    assert.equal(whole.resolved, true);
    for (const column of ["id", "parent", "start", "duration"] as const) {
      assert.deepEqual(sent.columns[column], whole.columns[column], column);
    }
    const named = ({ strings, columns }: Skeleton, column: "name" | "agent") =>
      columns[column].map((index) => strings[index]);
    assert.deepEqual(named(sent, "name"), named(whole, "name"));
    assert.deepEqual(named(sent, "agent"), named(whole, "agent"), "the agents of the spans around");
    assert.equal((await ask("?resolved=false")).resolved, true, "what is known is not read again");
  } finally {
    await talea.close();
  }
});

test("a small run is resolved at once, whatever is asked for", async () => {
  const talea = await startTaleaHere(["--quiet", "500"]);
  try {
    const small = { ...RUN, spanCount: 200 };
    for (const body of fleetBodies(small)) {
      await fetch(`${talea.talea.url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body: body as Uint8Array<ArrayBuffer>,
      });
    }
    const skeleton = await talea.get<Skeleton>(`/api/v1/runs/${RUN.id}/spans?resolved=false`);
    assert.deepEqual([skeleton.resolved, skeleton.count], [true, 200]);
  } finally {
    await talea.close();
  }
});
