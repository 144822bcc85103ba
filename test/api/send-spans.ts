// Spans of tests, sent as OTLP/JSON, and waiting for what becomes of them.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Status } from "../../src/model/shapes.ts";
import type { TaleaHere } from "../support/talea-here.ts";

export interface TestSpan {
  readonly traceId: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly startMs?: number;
  readonly durationMs?: number;
  readonly attributes?: Record<string, string | number>;
  readonly links?: readonly { traceId: string; spanId: string }[];
  readonly status?: { readonly code: number; readonly message?: string };
}

/** When the tests began: spans start some seconds before it unless they say otherwise. */
export const NOW = Date.now();

export const hex = (bytes: number): string => randomBytes(bytes).toString("hex");

const SETTLED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 200;
const CALM_LOOKS = 3;
/** Whoever waits for an offset has the journal's segment sealed at once; this one never comes. */
const LOADED_STATUS = "/api/v1/status?waitFor=zzzzzzzz&timeout=1";

/** Sends spans of the agent `tester` of the service `test`, and asserts that all were taken. */
export async function sendSpans(talea: TaleaHere, ...spans: TestSpan[]): Promise<void> {
  const attribute = ([key, value]: [string, string | number]) => ({
    key,
    value: typeof value === "number" ? { intValue: value } : { stringValue: value },
  });
  const ns = (ms: number) => `${Math.floor(ms)}000000`;
  const body = {
    resourceSpans: [
      {
        resource: { attributes: [attribute(["service.name", "test"])] },
        scopeSpans: [
          {
            spans: spans.map(({ startMs = NOW - 5_000, durationMs = 1_000, attributes = {}, ...span }) => ({
              spanId: hex(8),
              name: "invoke_agent tester",
              kind: 1,
              startTimeUnixNano: ns(startMs),
              endTimeUnixNano: ns(startMs + durationMs),
              attributes: Object.entries({
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.agent.name": "tester",
                ...attributes,
              }).map(attribute),
              ...span,
            })),
          },
        ],
      },
    ],
  };
  const response = await talea.post("/v1/traces", body);
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "{}");
}

/** Waits until all but some open runs are settled, for good: settling may find that runs belong together. */
export async function settled(talea: TaleaHere, open = 0): Promise<void> {
  const isSettled = async () => (await talea.get<Status>(LOADED_STATUS)).unsettled <= open;
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (let calm = 0; calm < CALM_LOOKS; calm = (await isSettled()) ? calm + 1 : 0) {
    assert.ok(performance.now() < deadline, "everything settles in time");
    await sleep(LOOK_EVERY_MS);
  }
}

/** Status and error code of an answer, after checking that it has the shape of errors. */
export async function failure(answer: Response): Promise<[status: number, code: string]> {
  const body = (await answer.json()) as { error?: { code?: unknown; message?: unknown } };
  assert.equal(typeof body.error?.code, "string", JSON.stringify(body));
  assert.ok(String(body.error?.message).length > 10, JSON.stringify(body));
  return [answer.status, body.error?.code as string];
}
