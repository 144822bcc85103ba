import { fromHex } from "../../base/hex.ts";
import { RUN_ERRORS } from "../../model/columns.ts";
import { isTraceId } from "../../model/ids.ts";
import { SPAN_KINDS } from "../../model/vocabulary.ts";
import { encodeBlock, TableBuilder } from "../../store/native/table-builder.ts";
import type { AnalysedRun } from "../runs/analysed-run.ts";
import type { RunReference } from "../runs/run-directory.ts";

/** The rows of `run_errors` that settling writes. */
export class ErrorRowWriter {
  readonly #errors = new TableBuilder(RUN_ERRORS);

  /** The Native block; absent when there was no error. */
  blocks(): { readonly run_errors?: Uint8Array } {
    return this.#errors.rows === 0 ? {} : { run_errors: encodeBlock(this.#errors as TableBuilder) };
  }

  write(run: AnalysedRun, { project, id }: RunReference, n: number): void {
    const { columns } = this.#errors;
    for (const error of run.errors()) {
      const row = this.#errors.addRow();
      columns.project.put(row, project);
      columns.received.put(row, run.lastReceivedS);
      columns.run_id.put(row, id);
      columns.n.put(row, n);
      columns.sign.put(row, 1);
      columns.last_at.putBigInt(row, error.lastNs);
      columns.first_at.putBigInt(row, error.firstNs);
      columns.fingerprint.put(row, error.fingerprint);
      columns.type.put(row, error.type);
      columns.message.put(row, error.message);
      columns.agent.put(row, error.agent);
      columns.service.put(row, error.service);
      columns.kind.put(row, SPAN_KINDS.indexOf(error.kind));
      columns.name.put(row, error.name);
      columns.run_name.put(row, run.analysis.summary.name);
      columns.spans.put(row, error.spans);
      columns.origins.put(row, error.origins);
      columns.swallowed.put(row, error.swallowed);
      if (isTraceId(error.traceId)) columns.trace_id.put(row, fromHex(error.traceId) as Uint8Array);
      columns.span_id.put(row, fromHex(error.spanId) as Uint8Array);
      columns.example_swallowed.put(row, error.isExampleSwallowed ? 1 : 0);
    }
  }
}
