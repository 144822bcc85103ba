// The part of ClickHouse's HTTP interface that Talea uses, on a Unix socket.
//   GET  /ping                   "Ok.\n"
//   GET  /?query=…               a statement that reads
//   POST /?query=… or body       any statement; the data of an INSERT follow it
// URL parameters: database, default_format, query_id, param_<name>; any other is a setting of the query.
// Not here: users, sessions over requests, ClickHouse's own compression, external tables, progress headers.
// Source: https://clickhouse.com/docs/interfaces/http and ClickHouse src/Server/HTTPHandler.cpp.

import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip, constants as zlib } from "node:zlib";
import { type ClickHouseError, clickHouseError, fromEngine } from "./clickhouse-error.ts";
import { contentType } from "./formats.ts";
import { readQueryRequest } from "./query-request.ts";
import type { Answer, QueryRunner } from "./query-runner.ts";
import type { Spool } from "./spool.ts";
import { readSubmission } from "./submission.ts";

/** ClickHouse's `http_max_uri_size`; Node counts the headers with it. */
const HEADER_BYTES_MAX = 1024 * 1024;
/** Longer than any client keeps an idle connection, so that none sends into one that is being closed. */
const KEEP_ALIVE_MS = 600_000;
const GZIP_BYTES_MIN = 4096;
const FILE_PIECE_BYTES = 1024 * 1024;

export interface HttpParts {
  readonly runner: QueryRunner;
  readonly spool: Spool;
  readonly version: string;
  /** Aborts when the engine closes and will wait no longer. */
  readonly closing: AbortSignal;
}

/** A server that does not listen yet. */
export function createHttpServer(parts: HttpParts): Server {
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      void handle(request, response, parts);
    },
  );
  server.requestTimeout = 0; // an insert may take as long as its sender needs
  return server;
}

async function handle(request: IncomingMessage, response: ServerResponse, parts: HttpParts): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  response.on("close", () => {
    if (!response.writableFinished) end();
  });
  parts.closing.addEventListener("abort", end);
  const body = bodyOf(request);
  try {
    const url = new URL(request.url ?? "/", "http://engine");
    if (url.pathname === "/ping") answerText(response, "Ok.\n");
    else if (url.pathname !== "/") answerNotFound(response, url.pathname);
    else await answerQuery(request, response, url, body, parts, ending.signal);
  } catch (thrown) {
    answerError(response, fromEngine(thrown), parts.version);
    await body.return(undefined);
    request.resume(); // what is still to come of the body is read, so that its sender gets to read the error
  } finally {
    parts.closing.removeEventListener("abort", end);
  }
}

async function answerQuery(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: AsyncIterable<Uint8Array>,
  parts: HttpParts,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = process.hrtime.bigint();
  const query = readQueryRequest(request, url);
  response.setHeader("X-ClickHouse-Query-Id", query.queryId);
  response.setHeader("X-ClickHouse-Timezone", "UTC");
  if (query.text === "" && request.method === "GET") {
    answerText(response, "Ok.\n");
    return;
  }
  const submission = await readSubmission(query.text, body);
  const answer = await parts.runner.run(query, submission, signal);
  response.setHeader("Content-Type", contentType(answer.format));
  response.setHeader("X-ClickHouse-Format", answer.format);
  response.setHeader("X-ClickHouse-Summary", summary(answer, process.hrtime.bigint() - startedAt));
  await send(response, answer, query.gzipAnswer, parts.spool);
}

/** The body, inflated. Stopping early leaves the request as it is. */
async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array, undefined> {
  const encoding = request.headers["content-encoding"] ?? "";
  if (encoding === "" || encoding === "identity") {
    yield* request.iterator({ destroyOnReturn: false });
    return undefined;
  }
  if (encoding !== "gzip") {
    throw clickHouseError("NOT_IMPLEMENTED", `Content-Encoding ${encoding} is not supported by the embedded engine`);
  }
  const inflated = createGunzip();
  inflated.on("error", () => request.unpipe()); // whoever reads gets it too, maybe later
  request.on("error", (error) => inflated.destroy(error));
  request.pipe(inflated);
  try {
    yield* inflated;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw clickHouseError("ZLIB_INFLATE_FAILED", `The body is no gzip: ${message}`, 400);
  } finally {
    request.unpipe();
  }
  return undefined;
}

async function send(response: ServerResponse, { body }: Answer, gzip: boolean, spool: Spool): Promise<void> {
  if (body instanceof Uint8Array && !(gzip && body.length >= GZIP_BYTES_MIN)) {
    response.setHeader("Content-Length", body.length);
    response.end(body);
    return;
  }
  const source =
    body instanceof Uint8Array
      ? Readable.from([body], { objectMode: false })
      : createReadStream(body.file, { highWaterMark: FILE_PIECE_BYTES });
  if (gzip) response.setHeader("Content-Encoding", "gzip");
  else if (!(body instanceof Uint8Array)) response.setHeader("Content-Length", body.sizeBytes);
  try {
    if (gzip) await pipeline(source, createGzip({ level: zlib.Z_BEST_SPEED }), response);
    else await pipeline(source, response);
  } finally {
    if (!(body instanceof Uint8Array)) await spool.remove(body.file);
  }
}

/** What chDB tells: it knows the size of the result, not how much was read for it or written. */
function summary(answer: Answer, elapsedNs: bigint): string {
  const known: Record<string, string> = { elapsed_ns: String(elapsedNs) };
  if (answer.resultRows !== undefined) known["result_rows"] = String(answer.resultRows);
  if (answer.resultBytes !== undefined) known["result_bytes"] = String(answer.resultBytes);
  return JSON.stringify(known);
}

function answerText(response: ServerResponse, text: string): void {
  response.writeHead(200, { "Content-Type": "text/html; charset=UTF-8" });
  response.end(text);
}

function answerNotFound(response: ServerResponse, path: string): void {
  response.writeHead(404, { "Content-Type": "text/plain; charset=UTF-8" });
  response.end(`There is no handle ${path}\n`);
}

function answerError(response: ServerResponse, error: ClickHouseError, version: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of ["Content-Length", "Content-Encoding", "X-ClickHouse-Format"]) response.removeHeader(name);
  response.writeHead(error.status, {
    "Content-Type": "text/plain; charset=UTF-8",
    "X-ClickHouse-Exception-Code": String(error.code),
  });
  response.end(`${error.message} (version ${version})\n`);
}
