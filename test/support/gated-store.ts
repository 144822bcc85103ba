// The gate of SQL in front of the real engine: two projects with a secret each, files that nobody may read or write, and
// a way to see whether anything was changed.

import { hash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiError } from "../../src/api/errors.ts";
import { SqlRunner } from "../../src/api/sql/sql-runner.ts";
import type { QueryParams } from "../../src/store/client.ts";
import { startTestStore, type TestStore } from "./durability-engine.ts";

export const OWN = "ours";
export const OTHER = "theirs";

/** What came of a query: its answer as text, or the code and details of the refusal. */
export interface Outcome {
  readonly code: "ok" | ApiError["code"];
  readonly text: string;
  readonly details: { readonly what?: string; readonly name?: string; readonly position?: number };
}

export interface GatedStore {
  readonly test: TestStore;
  /** Texts that no answer may have: what the file and the other project hold, and where things lie. */
  readonly secrets: readonly string[];
  /** A file with a secret in it. */
  readonly canary: string;
  /** A path where nothing is; the folder is looked at by `fingerprint`. */
  readonly target: string;
  run(query: string, params?: QueryParams): Promise<Outcome>;
  /** Equal as long as no file, table, setting or row was changed. */
  fingerprint(): Promise<string>;
  close(): Promise<void>;
}

export async function startGatedStore(): Promise<GatedStore> {
  const test = await startTestStore();
  const runner = new SqlRunner(test.store);
  const folder = join(test.directory, "files");
  mkdirSync(folder);
  const canary = join(folder, "canary");
  const inFile = `canary-${randomUUID()}`;
  writeFileSync(canary, `${inFile}\n`);
  const inOther = `secret-${randomUUID()}`;
  await fill(test, OWN, "known to us");
  await fill(test, OTHER, inOther);
  const { signal } = new AbortController();
  const outcome = async (query: string, params: QueryParams = {}): Promise<Outcome> => {
    try {
      return { code: "ok", text: (await runner.run({ project: OWN, query, params, signal })).toString(), details: {} };
    } catch (error) {
      if (!(error instanceof ApiError)) throw new Error(`${query}\n${error}`, { cause: error });
      return { code: error.code, text: error.message, details: (error.details ?? {}) as Outcome["details"] };
    }
  };
  await outcome("SELECT 1"); // makes the views
  return {
    test,
    canary,
    secrets: [inFile, inOther, OTHER, test.directory, test.engine.socketPath],
    target: join(folder, "written"),
    run: outcome,
    fingerprint: () => fingerprint(test, folder),
    close: async () => {
      await runner.close();
      await test.close();
    },
  };
}

/** A span, an event, a run and a text of a project, all of which say `words`. */
async function fill({ store }: TestStore, project: string, words: string): Promise<void> {
  const values = { params: { project, words } };
  const insert = (into: string, select: string) =>
    store.command(`INSERT INTO ${into} SELECT ${select}`, {}, values.params);
  const ids = "unhex('0123456789abcdef0123456789abcdef')";
  await insert(
    "spans (project, received, offset, started_at, duration_ns, trace_id, span_id, name, kind, attrs)",
    `{project:String}, now(), 1, now64(9), 5000000, ${ids}, unhex('0123456789abcdef'), {words:String}, 'llm', map('words', {words:String})`,
  );
  await insert(
    "events (project, received, offset, run_id, id, type, time, message)",
    "{project:String}, now(), 2, 'r1', 'e1', 'log', now64(9), {words:String}",
  );
  await insert(
    "runs (project, received, run_id, n, sign, started_at, name, traces)",
    `{project:String}, now(), 'r1', 1, 1, now64(9), {words:String}, [${ids}::FixedString(16)]`,
  );
  await insert(
    "contents (project, received, offset, trace_id, hash, body)",
    `{project:String}, now(), 3, ${ids}, ${ids}, {words:String}`,
  );
}

async function fingerprint({ store, directory }: TestStore, folder: string): Promise<string> {
  const files = readdirSync(folder).map((name) => `${name} ${readFileSync(join(folder, name), "utf8")}`);
  const working = readdirSync(join(directory, "data", "engine"));
  const asked = [
    "SELECT database, name, comment FROM system.tables WHERE database NOT IN ('system', 'information_schema', 'INFORMATION_SCHEMA') ORDER BY ALL",
    "SELECT name FROM system.databases ORDER BY name",
    "SELECT name, value FROM system.settings WHERE changed AND name NOT IN ('log_comment') ORDER BY name",
    "SELECT name FROM system.functions WHERE origin != 'System' ORDER BY name",
    ...["spans", "events", "runs", "contents"].map((table) => `SELECT sum(cityHash64(*)) AS rows FROM ${table}`),
  ];
  const answers = await Promise.all(asked.map((sql) => store.rows(sql)));
  const text = JSON.stringify([files, working, answers], (_key, value) =>
    typeof value === "bigint" ? `${value}` : value,
  );
  return hash("sha256", text);
}
