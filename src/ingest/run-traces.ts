import { hash } from "node:crypto";
import { FingerprintSet } from "../base/fingerprint-set.ts";
import { isRunId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Batch } from "./batch.ts";

/** Writes which run a trace belongs to, each statement once: every span of a trace may repeat it. */
export class RunTraceWriter {
  readonly #seen = new FingerprintSet(LIMITS.seenParts / 4);
  /** The statement before: the spans of a trace mostly come together and say the same. */
  readonly #last = { project: "", trace: Buffer.alloc(0), run: "", rule: 0 };

  /** `run` is the run's id, or with the rule `link` the linked trace's. Unusable ids are left out. */
  add(batch: Batch, project: string, trace: Buffer, run: string, rule: number): void {
    const last = this.#last;
    if (run === last.run && rule === last.rule && project === last.project && trace.equals(last.trace)) return;
    if (!isRunId(run)) return;
    const key = hash("sha256", `${project}\0${trace.toString("latin1")}${run}\0${rule}`, "buffer");
    last.project = project;
    last.trace = Buffer.from(trace);
    last.run = run;
    last.rule = rule;
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
    this.#last.run = "";
  }
}
