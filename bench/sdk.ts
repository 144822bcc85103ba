// What the SDK costs the program that it watches: time per span over bare OpenTelemetry spans, and the time of an example
// with its processor and without it.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSdk } from "../tools/build-sdk.ts";
import { MeasuredTalea } from "./measured-process.ts";

const ROUNDS = 3;
const EXAMPLE_ROUNDS = 5;
const EXAMPLE_SPEED = 1;
const SETS = ["bare", "processor", "exporting"] as const;

export interface SdkCosts {
  /** Start and end of a span with three attributes and two more: provider without a processor's work, µs. */
  readonly bareUs: number;
  /** With TaleaSpanProcessor. */
  readonly processorUs: number;
  readonly addedUs: number;
  /** With TaleaSpanProcessor that also sends ended spans: the work of an exporter included. */
  readonly exportingUs: number;
  /** Median wall time of the example of three processes, ms. */
  readonly exampleMs: number;
  readonly exampleWithSdkMs: number;
  readonly addedShare: number;
}

/** Each measurement in a process of its own, in turns, so that none warms another up. */
export async function sdkCosts(): Promise<SdkCosts> {
  buildSdk();
  const talea = await MeasuredTalea.start();
  try {
    const us = Array.from({ length: ROUNDS }, () => SETS.map((set) => spanUs(set, talea.url)));
    const [bareUs, processorUs, exportingUs] = SETS.map((_, i) =>
      Math.min(...us.map((round) => round[i] as number)),
    ) as [number, number, number];
    const ms = Array.from({ length: EXAMPLE_ROUNDS }, () => [exampleMs(talea.url, false), exampleMs(talea.url, true)]);
    const [without, withSdk] = [0, 1].map((i) => median(ms.map((round) => round[i] as number))) as [number, number];
    return {
      ...{ bareUs, processorUs, addedUs: round(processorUs - bareUs), exportingUs },
      ...{ exampleMs: without, exampleWithSdkMs: withSdk, addedShare: round((withSdk - without) / without) },
    };
  } finally {
    await talea.stop();
  }
}

function spanUs(set: string, url: string): number {
  return Number(node([fileURLToPath(new URL("sdk-spans.ts", import.meta.url)), set, url], {}));
}

function exampleMs(url: string, withSdk: boolean): number {
  const folder = new URL("../examples/three-processes/", import.meta.url);
  const hook = new URL("sdk-or-not.ts", import.meta.url).href;
  const before = performance.now();
  node([fileURLToPath(new URL("coordinator.ts", folder))], {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    EXAMPLE_SPEED: String(EXAMPLE_SPEED),
    // By the environment, because the example starts processes of its own.
    ...{ NODE_OPTIONS: `--import ${hook}`, BENCH_SDK: withSdk ? "with" : "without" },
  });
  return Math.round(performance.now() - before);
}

function node(args: readonly string[], env: Record<string, string>): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args], { encoding: "utf8", env });
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}\n${stderr}`);
  return stdout;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
