// A reporter of node:test: which files took longest, where a run of tests that grew too long can be shortened.

import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";

const SHOWN = 12;

/** Yields one text at the end of the run, in seconds. */
// biome-ignore lint/style/noDefaultExport: the test runner takes no other
export default async function* slowestFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files: { readonly file: string; readonly ms: number }[] = [];
  for await (const { type, data } of events) {
    if (type === "test:summary" && data.file !== undefined) files.push({ file: data.file, ms: data.duration_ms });
  }
  const slowest = files.toSorted((a, b) => b.ms - a.ms).slice(0, SHOWN);
  const lines = slowest.map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${relative(".", file)}`);
  yield `slowest files of ${files.length}\n${lines.join("\n")}\n`;
}
