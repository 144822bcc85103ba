// One client for the embedded engine and for a ClickHouse server or cluster: both speak ClickHouse's HTTP interface.
// Reads ask for Native and get typed columns; inserts send Native blocks with a token, so that repeating one is
// harmless.

import { Agent } from "node:http";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ClickHouseError, type ClickHouseSettings, createClient } from "@clickhouse/client";
import { quoteName } from "../base/sql-quote.ts";
import { type Block, type Row, readBlocks, rowsOf } from "./native/block-reader.ts";

/** Where the store is, and the database in it that is Talea's: `talea` unless another one is named. */
export type StoreAddress = { readonly database?: string } & (
  | { readonly kind: "embedded"; readonly socketPath: string }
  | { readonly kind: "server"; readonly url: string }
);

/** Query parameters by name: `{name:Type}` in the SQL. */
export type QueryParams = Readonly<Record<string, string | number | readonly string[] | readonly number[]>>;

export interface QueryOptions {
  readonly params?: QueryParams;
  readonly settings?: ClickHouseSettings;
  /** Stops the query in the engine when the reader goes away. */
  readonly signal?: AbortSignal;
  /** What a statement that names no format answers in. */
  readonly format?: string;
  /** The result is known to be of many megabytes: the embedded engine need not find that out by trying. */
  readonly isLarge?: boolean;
}

/**
 * The store refused or did not answer. `transient`: the same call may succeed later; otherwise it never will.
 */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** ClickHouse's error code, 0 when it did not answer. */
  readonly code: number;
  readonly transient: boolean;

  constructor(message: string, code: number, transient: boolean, cause: unknown) {
    super(message, { cause });
    this.code = code;
    this.transient = transient;
  }
}

/**
 * ClickHouse error codes that speak of the data or the statement itself: the same call will never succeed. Everything
 * else (time, memory, disk, a missing table, too many parts, no answer) may pass.
 */
const PERMANENT_CODES: ReadonlySet<number> = new Set([
  6, 16, 20, 26, 27, 32, 33, 36, 38, 41, 43, 53, 62, 69, 70, 72, 73, 117, 128, 130, 131, 190, 248, 349, 407, 432, 467,
]);

const REQUEST_TIMEOUT_MS = 120_000;
const CONNECTIONS = 12;

const DATABASE = "talea";
const UNKNOWN_DATABASE = 81;

/** Names of tables in statements are those of Talea's database. */
export class StoreClient {
  readonly #options: NonNullable<Parameters<typeof createClient>[0]>;
  readonly #client: ReturnType<typeof createClient>;
  readonly #agent: Agent | undefined;
  /** Where the store is, with the password that it asks for: for another client of it, never to be shown. */
  readonly address: StoreAddress;
  readonly database: string;

  constructor(address: StoreAddress) {
    this.address = address;
    this.database = address.database ?? DATABASE;
    this.#options = {
      request_timeout: REQUEST_TIMEOUT_MS,
      max_open_connections: CONNECTIONS,
      log: { level: 127 as const },
      url: address.kind === "embedded" ? "http://engine" : address.url,
    };
    if (address.kind === "embedded") {
      this.#agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, socketPath: address.socketPath } as object);
      this.#options.http_agent = this.#agent;
    }
    this.#client = createClient({ ...this.#options, database: this.database });
  }

  /** A client of the same store that finds its tables in another database. It has connections of its own. */
  inDatabase(database: string): StoreClient {
    return new StoreClient({ ...this.address, database });
  }

  /** Makes the database, unless it is there: who may use one need not be allowed to make one. Throws StoreError. */
  async ensureDatabase(): Promise<void> {
    try {
      await this.rows("SELECT 1 AS one");
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== UNKNOWN_DATABASE) throw error;
      const client = createClient(this.#options);
      const query = `CREATE DATABASE IF NOT EXISTS ${quoteName(this.database)} ENGINE = Atomic`;
      try {
        await client.command({ query });
      } catch (failure) {
        throw asStoreError(failure);
      } finally {
        await client.close();
      }
    }
  }

  /** Runs a SELECT and returns its result in columns. Throws StoreError. */
  async blocks(sql: string, options: QueryOptions = {}): Promise<Block[]> {
    return readBlocks(await this.bytes(`${sql} FORMAT Native`, options));
  }

  /** Runs a SELECT and returns its rows as objects: for answers of some hundred rows. Throws StoreError. */
  async rows<R extends Row = Row>(sql: string, options: QueryOptions = {}): Promise<R[]> {
    return (await this.blocks(sql, options)).flatMap((block) => rowsOf(block) as R[]);
  }

  /** Runs a statement that reads and names its FORMAT, unless the options do, and returns the bytes. Throws StoreError. */
  async bytes(
    sql: string,
    { params, settings, signal, format, isLarge = false }: QueryOptions = {},
  ): Promise<Buffer<ArrayBuffer>> {
    try {
      const { stream, response_headers } = await this.#client.exec({
        query: sql,
        ...(params === undefined ? {} : { query_params: params }),
        clickhouse_settings: {
          session_timezone: "UTC",
          ...settings,
          // A server streams its answer, and would hold it back.
          ...(isLarge && this.address.kind === "embedded" ? { wait_end_of_query: 1 } : {}),
          // A parameter of the interface, which the client knows as a setting of other values only.
          ...(format === undefined ? {} : ({ default_format: format } as ClickHouseSettings)),
        },
        ...(signal === undefined ? {} : { abort_signal: signal }),
      });
      return await bytesOf(stream, Number(response_headers["content-length"] ?? 0));
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** Runs a statement without a result: DDL, ALTER, DROP PARTITION. Throws StoreError. */
  async command(sql: string, settings: ClickHouseSettings = {}, params: QueryParams = {}): Promise<void> {
    try {
      await this.#client.command({ query: sql, clickhouse_settings: settings, query_params: params });
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /**
   * Inserts Native blocks of the same columns. A second insert with the same token does nothing, even after a crash in
   * the middle of the first. Throws StoreError.
   */
  async insert(table: string, columns: readonly string[], blocks: readonly Uint8Array[], token: string): Promise<void> {
    try {
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${table} (${columns.join(", ")}) FORMAT Native`,
        values: Readable.from(blocks, { objectMode: false }),
        clickhouse_settings: {
          async_insert: 0,
          insert_deduplicate: 1,
          insert_deduplication_token: token,
          deduplicate_blocks_in_dependent_materialized_views: 1,
          max_insert_threads: "1",
          max_partitions_per_insert_block: "1000",
        },
      });
      await finished(stream.resume());
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** How many rows of a journaled table have offsets from the first to the last. Throws StoreError. */
  async rowsBetween(table: string, firstOffset: number, lastOffset: number): Promise<number> {
    const offsets = `offset >= ${Math.floor(firstOffset)} AND offset <= ${Math.floor(lastOffset)}`;
    const [row] = await this.rows(`SELECT count() AS found FROM ${table} WHERE ${offsets}`);
    return Number(row?.["found"]);
  }

  /** Whether the store answers. */
  async ping(): Promise<boolean> {
    return (await this.#client.ping()).success;
  }

  async close(): Promise<void> {
    await this.#client.close();
    this.#agent?.destroy();
  }
}

/** All that a stream brings; `sizeBytes` is how much that will be, as far as somebody said so. */
async function bytesOf(stream: Readable, sizeBytes: number): Promise<Buffer<ArrayBuffer>> {
  let bytes = Buffer.allocUnsafeSlow(sizeBytes);
  let length = 0;
  stream.on("data", (piece: Uint8Array) => {
    if (length + piece.length > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, length + piece.length));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(piece, length);
    length += piece.length;
  });
  await finished(stream);
  return bytes.subarray(0, length);
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof ClickHouseError) {
    const code = Number(error.code);
    return new StoreError(error.message, code, !PERMANENT_CODES.has(code), error);
  }
  return new StoreError(`The store does not answer: ${(error as Error).message}`, 0, true, error);
}
