// The SQL page: the text that is being written, what was run and what came of it. What was run stands in the URL, with
// the values of its parameters, and runs for whoever comes to the link; what is only written is kept in this browser.

import { computed, signal } from "@preact/signals";
import type { SqlAnswer, SqlSchema } from "../../model/sql-shapes.ts";
import { ApiFailure, getJson, postJson } from "../base/api.ts";
import { queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { arrival, place, setQuery } from "../base/router.ts";
import { storedSetting } from "../base/stored-setting.ts";
import { parametersOf } from "./sql-words.ts";

const HISTORY_MAX = 50;
const PARAMETER_PREFIX = "p.";

/** A query that was run here before. */
export interface PastQuery {
  readonly query: string;
  readonly atMs: number;
}

/** A result and the query that it answers. */
export interface SqlResult extends SqlAnswer {
  readonly query: string;
}

const draft = storedSetting("sql.draft", "", isText);

export const sqlText = signal("");
/** What is to be put into the text at the cursor. */
export const sqlInsertion = signal<{ readonly text: string } | undefined>(undefined);
export const sqlSchema = new Resource<SqlSchema>();
export const sqlResult = new Resource<SqlResult>();
export const sqlHistory = storedSetting<readonly PastQuery[]>("sql.history", [], isHistory);
export const sqlParameters = computed(() => parametersOf(sqlText.value));

/** Where in the text the server found a mistake, in characters. */
export const mistakeAt = computed<number | undefined>(() => {
  const { details } = sqlResult.failure.value ?? {};
  if (typeof details !== "object" || details === null || !("position" in details)) return undefined;
  return typeof details.position === "number" ? details.position : undefined;
});

/** Takes the query from the URL and runs it; without one, what was written last is there to go on with. */
export function loadSql(): () => void {
  void arrival.value;
  const text = queryValue(place.peek().query, "q");
  sqlText.value = text ?? draft.peek();
  if (sqlSchema.data.peek() === undefined) void sqlSchema.load((signal) => getJson("/sql/schema", { signal }));
  if (text === undefined) sqlResult.clear();
  else if (sqlResult.data.peek()?.query !== text) void fetchResult(text);
  return () => {
    sqlResult.cancel();
    sqlInsertion.value = undefined;
  };
}

/** The reader writes. */
export function writeSql(text: string): void {
  if (text === sqlText.peek()) return;
  sqlText.value = text;
  draft.value = text;
}

/** Runs what is written. */
export function runSql(text = sqlText.peek()): void {
  if (text.trim() === "") return;
  writeSql(text);
  setQuery({ q: text, row: undefined }, "step");
  const before = sqlHistory.peek().filter(({ query }) => query !== text);
  sqlHistory.value = [{ query: text, atMs: Date.now() }, ...before].slice(0, HISTORY_MAX);
  void fetchResult(text);
}

async function fetchResult(query: string): Promise<void> {
  await sqlResult.load(async (signal) => {
    const params = parameterValues(query);
    const empty = Object.entries(params).find(([, value]) => value === undefined);
    if (empty !== undefined) throw new ApiFailure("sql_failed", `The parameter ${empty[0]} has no value.`);
    return { ...(await postJson<SqlAnswer>("/sql", { query, params }, { signal })), query };
  });
}

function parameterValues(query: string): Record<string, string | undefined> {
  const { query: values } = place.peek();
  return Object.fromEntries(parametersOf(query).map(({ name }) => [name, queryValue(values, PARAMETER_PREFIX + name)]));
}

/** The value of a parameter, as the URL has it. */
export function parameterValue(name: string): string | undefined {
  return queryValue(place.value.query, PARAMETER_PREFIX + name);
}

export function setParameter(name: string, value: string): void {
  setQuery({ [PARAMETER_PREFIX + name]: value }, "quiet");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isHistory(value: unknown): value is readonly PastQuery[] {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => {
      const { query, atMs } = one as Partial<PastQuery>;
      return typeof query === "string" && typeof atMs === "number";
    })
  );
}
