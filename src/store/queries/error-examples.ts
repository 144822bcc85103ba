import { isSpanId, isTraceId } from "../../model/ids.ts";
import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { Conditions, spanIdLiteral, traceIdList } from "../sql.ts";
import { type ErrorChoice, type ErrorFilter, errorConditions, standingErrors } from "./error-rows.ts";

/** An error of a run that can be looked at. */
export interface ErrorExample {
  readonly runId: string;
  readonly runName: string;
  readonly agent: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly isSwallowed: boolean;
  readonly count: number;
  readonly lastNs: bigint;
  readonly type: string;
  readonly message: string;
}

/** The latest errors of each kind, one a run, agent and thing that failed; without a filter, of all time. */
export async function errorExamples(
  store: StoreClient,
  project: string,
  filter: ErrorFilter | undefined,
  choice: ErrorChoice,
  limit: number,
): Promise<ReadonlyMap<string, ErrorExample[]>> {
  const where = errorConditions(project, filter, choice);
  const rows = await store.rows(
    `SELECT fingerprint, run_id, run_name, agent, trace_id, span_id, example_swallowed, origins, last_at, type, message ` +
      `FROM ${standingErrors(where)} ` +
      `ORDER BY fingerprint, last_at DESC, run_id, agent, name LIMIT ${Math.floor(limit)} BY fingerprint`,
    { params: where.params },
  );
  const byFingerprint = Map.groupBy(rows, (row) => row["fingerprint"] as string);
  return new Map([...byFingerprint].map(([fingerprint, own]) => [fingerprint, own.map(exampleOf)]));
}

function exampleOf(row: Row): ErrorExample {
  return {
    runId: row["run_id"] as string,
    runName: row["run_name"] as string,
    agent: row["agent"] as string,
    traceId: row["trace_id"] as string,
    spanId: row["span_id"] as string,
    isSwallowed: row["example_swallowed"] === 1,
    count: Number(row["origins"]),
    lastNs: BigInt(row["last_at"] as bigint),
    type: row["type"] as string,
    message: row["message"] as string,
  };
}

/** What a span says of its failure, up to so many characters, and how many there are; undefined when it is not stored. */
export async function failureMessage(
  store: StoreClient,
  project: string,
  { traceId, spanId }: Pick<ErrorExample, "traceId" | "spanId">,
  charactersMax: number,
): Promise<{ readonly text: string; readonly characters: number } | undefined> {
  if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined;
  const where = new Conditions(project);
  where.add(`trace_id IN ${traceIdList([traceId])} AND span_id = ${spanIdLiteral(spanId)} AND status_message != ''`);
  const [row] = await store.rows(
    `SELECT leftUTF8(status_message, ${Math.floor(charactersMax)}) AS text, lengthUTF8(status_message) AS characters ` +
      `FROM spans WHERE ${where.sql} LIMIT 1`,
    { params: where.params },
  );
  return row && { text: row["text"] as string, characters: Number(row["characters"]) };
}
