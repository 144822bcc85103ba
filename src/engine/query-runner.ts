import { quoteText } from "../base/sql-quote.ts";
import { clickHouseError, ERROR_CODES, fromEngine } from "./clickhouse-error.ts";
import type { EngineSession, Environment } from "./engine-session.ts";
import { INSERT_SETTINGS, insertFile } from "./inserts.ts";
import { boundedSettings, type QueryLimits } from "./query-limits.ts";
import type { QueryRequest } from "./query-request.ts";
import type { LaneName, SessionPool } from "./session-pool.ts";
import type { Spool } from "./spool.ts";
import type { Statement, StatementKind } from "./statement.ts";
import type { Submission } from "./submission.ts";

/** Results up to this size (as blocks in memory) are answered from memory, larger ones by way of a file. */
const RESULT_BYTES_IN_MEMORY = 16 * 1024 * 1024;

/** What a statement answered. A result that lies in a file is the receiver's to remove. */
export interface Answer {
  readonly format: string;
  readonly body: Uint8Array | { readonly file: string; readonly sizeBytes: number };
  readonly resultRows: number | undefined;
  readonly resultBytes: number | undefined;
}

export interface RunnerParts {
  readonly pool: SessionPool;
  readonly spool: Spool;
  readonly limits: QueryLimits;
  readonly insertBytesMax: number;
  /** A session beside the pool's, for one statement. */
  readonly openSession: (name: string) => EngineSession;
  /** Called when a query of a stranger has not ended so long after its time was over: it cannot be stopped. */
  readonly onStuck: () => void;
  readonly stuckAfterMs: number;
  /** Called when the engine answers that it is shutting down, which it does to every query after an inner failure. */
  readonly onAborted: () => void;
}

const LANES: Readonly<Record<StatementKind, LaneName>> = {
  read: "read",
  session: "read",
  write: "write",
  insert: "write",
  kill: "control",
};

const NOTHING: Pick<Answer, "body" | "resultRows" | "resultBytes"> = {
  body: new Uint8Array(0),
  resultRows: undefined,
  resultBytes: undefined,
};

/** Runs statements where they belong, within the limits. */
export class QueryRunner {
  readonly #parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Throws a ClickHouseError. When `signal` aborts, a query that reads is killed. */
  async run(request: QueryRequest, submission: Submission, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#run(request, submission, signal);
    } catch (thrown) {
      const error = fromEngine(thrown);
      if (error.code === ERROR_CODES.ABORTED) this.#parts.onAborted();
      throw error;
    }
  }

  async #run(request: QueryRequest, submission: Submission, signal: AbortSignal): Promise<Answer> {
    const { statement } = submission;
    for (const name of statement.parameters) {
      if (request.parameters.has(name)) continue;
      throw clickHouseError("UNKNOWN_QUERY_PARAMETER", `Substitution \`${name}\` is not set`);
    }
    const readonly = request.settings.get("readonly") ?? "0";
    if ((request.readOnly || readonly !== "0") && statement.kind !== "read" && statement.kind !== "session") {
      const hint = request.readOnly ? " For queries over HTTP, method GET implies readonly. Use method POST" : "";
      throw clickHouseError("READONLY", `Cannot execute query in readonly mode.${hint}`);
    }
    const environment = this.#environment(request, submission);
    const format = statement.format?.name ?? request.defaultFormat;
    if (statement.kind === "insert") return this.#insert(submission, environment, signal, format);
    if (readonly !== "0") return this.#guest(submission, environment, signal, format, Number(readonly));
    return this.#parts.pool.run(LANES[statement.kind], signal, async (pooled) => {
      if (statement.kind !== "session") {
        return this.#query(pooled, submission, environment, format, request.largeAnswer);
      }
      const session = this.#parts.openSession(pooled.name);
      try {
        return await this.#queryToMemory(session, submission.text, environment, format);
      } finally {
        session.close();
      }
    });
  }

  /**
   * A query of a stranger, in a session that nothing is left of. Between two blocks of rows the engine looks at the
   * clock and whether it was killed; one that never gets there is told of, as only the end of the process ends it.
   */
  #guest(
    { text }: Submission,
    environment: Environment,
    signal: AbortSignal,
    format: string,
    readonly: number,
  ): Promise<Answer> {
    return this.#parts.pool.run("guest", signal, async (pooled) => {
      const timeMs = Number(environment.settings.get("max_execution_time")) * 1000;
      const stuck = setTimeout(() => this.#parts.onStuck(), timeMs + this.#parts.stuckAfterMs);
      const session = this.#parts.openSession(pooled.name);
      try {
        await session.query(`SET readonly = ${readonly}`, "Null", environment);
        return await this.#queryToMemory(session, text, environment, format);
      } finally {
        clearTimeout(stuck);
        session.close();
      }
    });
  }

  #environment(request: QueryRequest, { statement }: Submission): Environment {
    const settings = boundedSettings(request.settings, statement, this.#parts.limits);
    settings.delete("readonly");
    if (statement.insert !== undefined) for (const [name, value] of INSERT_SETTINGS) settings.set(name, value);
    return { database: request.database, settings, parameters: request.parameters };
  }

  async #insert(
    { statement, data }: Submission,
    environment: Environment,
    signal: AbortSignal,
    format: string,
  ): Promise<Answer> {
    const { spool, pool, insertBytesMax } = this.#parts;
    const head = statement.insert;
    if (head === undefined) throw clickHouseError("BAD_ARGUMENTS", "The INSERT has no data");
    const file = await spool.write(data, insertBytesMax);
    try {
      await pool.run("write", signal, (session) => insertFile(session, head, file, environment));
    } finally {
      await spool.remove(file.name);
    }
    return { format, ...NOTHING };
  }

  async #query(
    session: EngineSession,
    submission: Submission,
    environment: Environment,
    format: string,
    large: boolean,
  ): Promise<Answer> {
    const { statement, text } = submission;
    if (statement.kind !== "read" || limitsItsResult(environment, statement)) {
      return this.#queryToMemory(session, text, environment, format);
    }
    if (large) return this.#queryToFile(session, submission, environment, format);
    const settings = new Map(environment.settings).set("max_result_bytes", String(RESULT_BYTES_IN_MEMORY));
    try {
      return await this.#queryToMemory(session, text, { ...environment, settings }, format);
    } catch (thrown) {
      if (fromEngine(thrown).code !== ERROR_CODES.TOO_MANY_ROWS_OR_BYTES) throw thrown;
    }
    return this.#queryToFile(session, submission, environment, format);
  }

  async #queryToMemory(
    session: EngineSession,
    text: string,
    environment: Environment,
    format: string,
  ): Promise<Answer> {
    const result = await session.query(text, format, environment);
    return { format, body: result.bytes(), resultRows: result.rowsRead, resultBytes: result.bytesRead };
  }

  /**
   * A large result would be held three times in memory before its first byte could be sent, and the engine's own
   * streams cut formats such as JSON and Native into pieces. So it goes to a file, which is sent. Who knows that a
   * result is large says so and saves the first try.
   */
  async #queryToFile(
    session: EngineSession,
    { statement, text }: Submission,
    environment: Environment,
    format: string,
  ): Promise<Answer> {
    const { spool } = this.#parts;
    const file = spool.newName();
    const bytes = Buffer.from(text);
    const at = statement.format?.start ?? bytes.length;
    const query = bytes.toString("utf8", 0, at);
    const output = statement.format === undefined ? `FORMAT ${format}` : bytes.toString("utf8", at);
    try {
      const result = await session.query(`${query} INTO OUTFILE ${quoteText(file)} ${output}`, format, environment);
      const body = { file, sizeBytes: await spool.sizeBytes(file) };
      return { format, body, resultRows: result.rowsRead, resultBytes: result.bytesRead };
    } catch (thrown) {
      await spool.remove(file);
      throw thrown;
    }
  }
}

/** Then the limit is the request's affair: a larger result is an error or is cut, as it says. */
function limitsItsResult(environment: Environment, statement: Statement): boolean {
  const names = [...environment.settings.keys(), ...statement.assignments.map(({ name }) => name)];
  return names.includes("max_result_bytes") || names.includes("result_overflow_mode");
}
