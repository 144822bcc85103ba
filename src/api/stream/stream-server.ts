// The WebSocket side of the HTTP server: upgrades on `/api/v1/stream`, guarded like every other request.

import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { WebSocketServer } from "ws";
import type { Access, Caller } from "../../ingest/access.ts";
import { LIMITS } from "../../model/limits.ts";
import { STREAM_PATH } from "../../model/stream-address.ts";
import { ApiError, failureBody } from "../errors.ts";
import type { Guard } from "../guard.ts";
import { SocketConnection } from "./socket-connection.ts";
import type { StreamParts } from "./stream-parts.ts";

const PING_EVERY_MS = 30_000;
/** A reader may pause: only one that is not heard of for so long is taken for gone. */
const SILENT_MS_MAX = 300_000;
const GOODBYE_MS = 1_000;
/** Of the protocols that a client offers, the one that carries no key. */
const PROTOCOL = "talea";

export class StreamServer {
  readonly #guard: Guard;
  readonly #parts: StreamParts;
  readonly #logger: FastifyInstance["log"];
  readonly #connections = new Set<SocketConnection>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.streamMessageBytes,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : ([...offered][0] ?? false)),
  });
  readonly #pings: NodeJS.Timeout;
  #isClosed = false;

  constructor(app: FastifyInstance, guard: Guard, parts: StreamParts) {
    this.#guard = guard;
    this.#parts = parts;
    this.#logger = app.log;
    app.server.on("upgrade", (request, stream, head) => this.#upgrade(request, stream as Socket, head));
    this.#pings = setInterval(() => this.#pingAll(), PING_EVERY_MS).unref();
  }

  /** Open WebSockets. */
  get count(): number {
    return this.#connections.size;
  }

  /** Closes what was opened with a key that is no longer good. */
  refuseEnded(access: Access): void {
    const ended = [...this.#connections].filter(({ caller }) => !access.isStillKnown(caller));
    if (ended.length === 0) return;
    for (const connection of ended) connection.refuse();
    setTimeout(() => {
      for (const connection of ended) connection.terminate();
    }, GOODBYE_MS).unref();
  }

  /** Tells every client to come back; one that does not listen is cut off after a while. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#pings);
    for (const connection of this.#connections) connection.close();
    const deadline = performance.now() + GOODBYE_MS;
    while (this.#connections.size > 0 && performance.now() < deadline) await delay(20);
    for (const connection of this.#connections) connection.terminate();
  }

  #upgrade(request: IncomingMessage, stream: Socket, head: Buffer): void {
    stream.on("error", () => stream.destroy());
    try {
      const caller = this.#admit(request);
      this.#sockets.handleUpgrade(request, stream, head, (socket) => {
        const connection = new SocketConnection(socket, stream, caller, this.#parts);
        this.#connections.add(connection);
        socket.on("close", () => this.#connections.delete(connection));
      });
    } catch (error) {
      refuse(stream, error);
      if (!(error instanceof ApiError)) this.#logger.error({ err: error }, "A WebSocket could not be opened");
    }
  }

  /** Who may read. Throws ApiError. */
  #admit({ url = "", headers }: IncomingMessage): Caller {
    const [path] = url.split("?");
    this.#guard.checkOrigin(headers, STREAM_PATH);
    if (path?.replace(/\/$/, "") !== STREAM_PATH) throw new ApiError("not_found", `WebSockets are at ${STREAM_PATH}.`);
    const caller = this.#guard.caller(headers, "read");
    if (this.#isClosed || this.#connections.size >= LIMITS.sockets) {
      throw new ApiError("overloaded", `There are ${LIMITS.sockets} sockets already, or the server stops: come back.`);
    }
    return caller;
  }

  #pingAll(): void {
    const silentSince = performance.now() - SILENT_MS_MAX;
    for (const connection of this.#connections) {
      if (connection.heardAtMs < silentSince) connection.terminate();
      else connection.ping();
    }
  }
}

function refuse(stream: Socket, error: unknown): void {
  const failure = error instanceof ApiError ? error : new ApiError("internal", "The socket could not be opened.");
  const body = JSON.stringify(failureBody(failure.code, failure.message));
  stream.end(
    `HTTP/1.1 ${failure.statusCode} ${STATUS_CODES[failure.statusCode]}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
