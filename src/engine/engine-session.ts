import type { ChdbResult, Session } from "chdb";
import { quoteName, quoteText } from "../base/sql-quote.ts";
import { ERROR_CODES, fromEngine } from "./clickhouse-error.ts";

/** What a query runs under. Values are spelled as in ClickHouse's URLs. */
export interface Environment {
  readonly database: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
}

export const DEFAULT_DATABASE = "default";
/** The engine's own defaults. */
export const PLAIN: Environment = { database: DEFAULT_DATABASE, settings: new Map(), parameters: new Map() };
const PARAMETERS_KEPT_MAX = 256;

/**
 * A connection to the engine: runs one query at a time.
 *
 * Settings, database and query parameters belong to the connection, so each call first brings them to what its
 * environment says: one SET for what differs, DEFAULT for what is no longer wanted. Parameters cannot be taken back;
 * whoever calls checks that a query names none that its environment lacks.
 */
export class EngineSession {
  readonly name: string;
  readonly #open: () => Session;
  #session: Session;
  readonly #settings = new Map<string, string>();
  readonly #parameters = new Map<string, string>();
  #database = DEFAULT_DATABASE;

  constructor(name: string, open: () => Session) {
    this.name = name;
    this.#open = open;
    this.#session = open();
  }

  /** Runs one statement; `format` is what it answers in unless it says otherwise itself. Throws a ClickHouseError. */
  async query(text: string, format: string, environment: Environment): Promise<ChdbResult> {
    try {
      await this.#enter(environment);
      return await this.#session.queryAsync(text, { format });
    } catch (thrown) {
      await this.#letGo();
      throw fromEngine(thrown);
    }
  }

  /** Only while no query runs on any session: the engine aborts otherwise. */
  close(): void {
    this.#session.close();
  }

  async #enter(environment: Environment): Promise<void> {
    if (this.#parameters.size > PARAMETERS_KEPT_MAX) this.#renew();
    const settings = new Map(environment.settings).set("log_comment", this.#mark(environment));
    const changes = [...this.#settings.keys()].filter((name) => !settings.has(name)).map((name) => `${name} = DEFAULT`);
    for (const [name, value] of settings) {
      if (this.#settings.get(name) !== value) changes.push(`${name} = ${quoteText(value)}`);
    }
    for (const [name, value] of environment.parameters) {
      if (this.#parameters.get(name) !== value) changes.push(`param_${name} = ${quoteText(value)}`);
    }
    const statements: string[] = [];
    if (environment.database !== this.#database) statements.push(`USE ${quoteName(environment.database)}`);
    if (changes.length > 0) statements.push(`SET ${changes.join(", ")}`);
    if (statements.length === 0) return;
    try {
      await this.#session.queryAsync(statements.join("; "), { format: "Null" });
    } catch (thrown) {
      await this.#reset(settings.keys()); // which of the changes were made is unknown
      throw thrown;
    }
    this.#database = environment.database;
    replace(this.#settings, settings);
    for (const [name, value] of environment.parameters) this.#parameters.set(name, value);
  }

  /** A query that failed keeps its memory, all of its limit maybe, until the connection runs another one. */
  async #letGo(): Promise<void> {
    await this.#session.queryAsync("SELECT 1", { format: "Null" }).catch(() => "what failed before is what counts");
  }

  /** Marks the query in `system.processes`, where it has no id that we know: this is how it is found and killed. */
  #mark(environment: Environment): string {
    return `${this.name} ${environment.settings.get("log_comment") ?? ""}`;
  }

  /** Back to defaults. Not by a new connection: the old one would be kept until no query runs on any other. */
  async #reset(attempted: Iterable<string>): Promise<void> {
    const names = new Set([...this.#settings.keys(), ...attempted]);
    const statements = [...names].map((name) => `SET ${name} = DEFAULT`);
    for (const statement of [`USE ${DEFAULT_DATABASE}`, ...statements]) {
      await this.#session.queryAsync(statement, { format: "Null" }).catch(ignoreUnknownSetting);
    }
    this.#forget();
  }

  /** Parameters pile up, as they cannot be taken back: a new connection has none. */
  #renew(): void {
    this.#session.close();
    this.#session = this.#open();
    this.#forget();
  }

  #forget(): void {
    this.#settings.clear();
    this.#parameters.clear();
    this.#database = DEFAULT_DATABASE;
  }
}

/** The setting was never made: it is the one that failed. */
function ignoreUnknownSetting(thrown: unknown): void {
  const error = fromEngine(thrown);
  if (error.code !== ERROR_CODES.UNKNOWN_SETTING) throw error;
}

/** The statement that kills what runs on the session of that name. SYNC would wait for ever. */
export function killStatement(sessionName: string): string {
  return `KILL QUERY WHERE startsWith(Settings['log_comment'], ${quoteText(`${sessionName} `)}) ASYNC`;
}

function replace(target: Map<string, string>, source: ReadonlyMap<string, string>): void {
  target.clear();
  for (const [name, value] of source) target.set(name, value);
}
