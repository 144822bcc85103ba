// What the engine says of a query, for whoever wrote it: without paths, hosts, and the names that Talea gave things.

import { LIMITS } from "../../model/limits.ts";
import { StoreError } from "../../store/client.ts";
import { ApiError } from "../errors.ts";
import type { QueryText } from "./query-text.ts";

const CODES = { tooManyRowsOrBytes: 396, tooManyRows: 158 } as const;
/** ClickHouse codes of queries that took too long or too much memory or space. */
const TOO_HEAVY: ReadonlySet<number> = new Set([159, 160, 173, 241, 307]);
/** Codes that speak of the store, not of the query: it is away, full, busy, or going down. */
const OF_THE_STORE: ReadonlySet<number> = new Set([0, 74, 75, 76, 202, 209, 210, 236, 243, 394, 439]);

const POSITION = /failed at position (\d+)/;
const LENGTH_MAX = 1_000;
const MIB = 1024 * 1024;

/** Parts of a message that are not about the query as its writer knows it. */
const CUT: readonly (readonly [pattern: RegExp, by: string])[] = [
  [
    /^(?:Unrecognized token: )?(Syntax error): failed at position \d+ \((.*?)\)(?: \(line.*?\))?: .*?\. (?=Expected one of)/s,
    "$1 at $2. ",
  ],
  [/(?::? *\(?while (?:reading|executing|processing)|:? *\(in file|: Cannot parse input).*$/is, ""],
  [/(?:[,:]? in scope |: In scope ).*?(?=\. Maybe you meant|: Note: |\.? *$)/s, ""],
  [/ ?\((?:line \d+, col \d+|version [^)]*)\)/g, ""],
  [/ \([A-Z0-9_]+\)$/, ""],
  [/`?\w+_sql_[0-9a-f]{24}`?\./g, ""],
  [/(?<![\w.)\]])(?:\/[\w.@%+~-]+){2,}\/?/g, "…"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "…"],
];

/**
 * The error that a failure of the engine is for the reader. `before` is how many characters stood in front of the
 * query. Failures of the store itself are left as they are.
 */
export function queryError(thrown: unknown, text: QueryText, before: number): unknown {
  if (!(thrown instanceof StoreError) || OF_THE_STORE.has(thrown.code)) return thrown;
  const { code, message } = thrown;
  if (code === CODES.tooManyRows || code === CODES.tooManyRowsOrBytes) return resultTooLarge();
  if (TOO_HEAVY.has(code)) {
    return new ApiError(
      "query_too_heavy",
      `The query took more than ${LIMITS.sqlTimeMs / 1000} s or ${LIMITS.sqlMemoryBytes / MIB} MiB of memory: narrow ` +
        "its time range, or its columns.",
    );
  }
  const at = Number(POSITION.exec(message)?.[1] ?? Number.NaN) - 1 - before;
  const details = at >= 0 ? { position: text.positionOf(at) } : undefined;
  return new ApiError("sql_failed", cleaned(message), details);
}

/** The error for a result that is larger than the limits. */
export function resultTooLarge(): ApiError {
  const { sqlResultRows, sqlResultBytes } = LIMITS;
  return new ApiError(
    "sql_too_large",
    `The result has more than ${sqlResultRows} rows or ${sqlResultBytes / MIB} MiB: add a LIMIT, or take fewer columns.`,
  );
}

function cleaned(message: string): string {
  let text = message;
  for (const [pattern, by] of CUT) text = text.replace(pattern, by);
  const sentence = text.replace(/[\s.:]+$/, "").slice(0, LENGTH_MAX);
  return `${sentence}.`;
}
