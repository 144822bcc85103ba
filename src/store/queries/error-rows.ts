// Errors of ended runs: which rows of `run_errors` hold. A run that was settled again has rows of several settlings, and
// rows that take those back: what stands is what the sum of the signs leaves, row by row, and only that is counted.

import { Conditions, containsPattern, instantLiteral } from "../sql.ts";

/** Which errors. Values of one filter are alternatives, different filters hold together. */
export interface ErrorFilter {
  /** The last of a run's errors of one kind lies in the window. */
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  /** Part of the class or the message. */
  readonly text?: string;
  readonly agent?: readonly string[];
  readonly service?: readonly string[];
  /** Names of runs. */
  readonly name?: readonly string[];
  readonly kind?: readonly string[];
}

/** Which kinds of errors, and which runs are left out: they are counted elsewhere. */
export interface ErrorChoice {
  readonly exceptRunIds: readonly string[];
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/** Columns of the row of the newest settling, by the name under which questions find them. */
const CARRIED = {
  began: "first_at",
  ended: "last_at",
  error_type: "type",
  error_text: "message",
  of_run: "run_name",
  in_trace: "trace_id",
  in_span: "span_id",
  gone_on: "example_swallowed",
} as const;

/** The rows that stand, as a subquery: `errors` and `swallowed_errors` of each with what else is wanted of it. */
export function standingErrors(where: Conditions, ...wanted: (keyof typeof CARRIED)[]): string {
  const carried = wanted.map((name) => `, argMaxIf(${CARRIED[name]}, n, sign = 1) AS ${name}`).join("");
  return (
    `(SELECT run_id, fingerprint, agent, service, kind, name, ` +
    `sum(sign * origins) AS errors, sum(sign * swallowed) AS swallowed_errors${carried} ` +
    `FROM run_errors WHERE ${where.sql} ` +
    `GROUP BY run_id, fingerprint, agent, service, kind, name HAVING sum(sign) > 0)`
  );
}

/** `origin`: only rows that count, where errors began; the equal rows that take them back are among them. */
export function errorConditions(
  project: string,
  filter: ErrorFilter | undefined,
  { exceptRunIds, only, except = [] }: ErrorChoice,
  origin = true,
): Conditions {
  const where = new Conditions(project);
  if (filter !== undefined) addFilter(where, filter);
  if (origin) where.add("origins > 0");
  if (only !== undefined) where.add(`fingerprint IN ${where.value(only, "Array(String)")}`);
  if (except.length > 0) where.add(`fingerprint NOT IN ${where.value(except, "Array(String)")}`);
  if (exceptRunIds.length > 0) where.add(`run_id NOT IN ${where.value(exceptRunIds, "Array(String)")}`);
  return where;
}

function addFilter(where: Conditions, { sinceNs, untilNs, text, agent, service, name, kind }: ErrorFilter): void {
  where.add(`last_at >= ${instantLiteral(sinceNs)} AND last_at < ${instantLiteral(untilNs)}`);
  // The sort key has the hour: it is what parts and granules are left out by.
  where.add(`toStartOfHour(last_at) >= toStartOfHour(${instantLiteral(sinceNs)})`);
  where.oneOf("agent", agent);
  where.oneOf("service", service);
  where.oneOf("run_name", name);
  where.oneOf("kind", kind);
  if (text === undefined || text === "") return;
  const pattern = where.value(containsPattern(text), "String");
  where.add(`type ILIKE ${pattern} OR message ILIKE ${pattern}`);
}
