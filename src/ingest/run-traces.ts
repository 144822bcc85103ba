import { createHash } from "node:crypto";
import { FingerprintSet } from "../base/fingerprint-set.ts";
import { isRunId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Batch } from "./batch.ts";

/** Writes which run a trace belongs to, each statement once: every span of a trace may repeat it. */
export class RunTraceWriter {
  readonly #seen = new FingerprintSet(LIMITS.seenParts / 4);

  /** `run` is the run's id, or with the rule `link` the linked trace's. Unusable ids are left out. */
  add(batch: Batch, project: string, trace: Uint8Array, run: string, rule: number): void {
    if (!isRunId(run)) return;
    const key = createHash("sha256")
      .update(project)
      .update("\0")
      .update(trace)
      .update(run)
      .update(String(rule))
      .digest();
    if (!this.#seen.add(key.readInt32LE(0), key.readInt32LE(4))) return;
    const row = batch.begin("run_traces", project);
    const { columns } = batch.run_traces;
    columns.trace_id.put(row, trace);
    columns.run_id.put(row, run);
    columns.rule.put(row, rule);
  }

  /** To be called when a batch was not stored. */
  forget(): void {
    this.#seen.clear();
  }
}
