// Errors of ended runs: which rows of `run_errors` hold. A run that was settled again has rows of several settlings, and
// rows that take those back: only what was not taken back counts.

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

/**
 * What a question reads from: the rows that hold. A row that takes another back is equal to it, so that the conditions find
 * both or none; and those are few, so that they are left out by a set rather than by adding up every row.
 */
export function standingErrors(where: Conditions): string {
  return (
    `run_errors WHERE ${where.sql} AND sign = 1 AND ` +
    `(run_id, toUInt32(n + 1)) NOT IN (SELECT run_id, n FROM run_errors WHERE ${where.sql} AND sign = -1)`
  );
}

/** `origin`: only where errors began. */
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
