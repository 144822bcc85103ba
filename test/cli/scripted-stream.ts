// A server of the live stream that does what a test tells it: for what a real one does rarely. It has an HTTP server and
// WebSockets of its own; offsets are "1", "2", …

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { Run, RunEvent } from "../../src/model/shapes.ts";
import type { ServerMessage, SubscribeMessage } from "../../src/model/stream.ts";

export class ScriptedStream implements AsyncDisposable {
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #open = new Map<WebSocket, SubscribeMessage>();
  /** What was subscribed, in order. */
  readonly subscriptions: SubscribeMessage[] = [];
  /** Headers of the upgrades. */
  readonly keys: (string | undefined)[] = [];
  /** What the next upgrades are answered instead of being taken. */
  readonly refusals: number[] = [];
  /** Sent to every subscription at once. */
  greeting: (message: SubscribeMessage) => readonly ServerMessage[] = () => [];
  /** What `GET /api/v1/runs` answers. */
  runs: readonly Run[] = [];

  private constructor() {
    this.#http = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ runs: this.runs }));
    });
    this.#http.on("upgrade", (request, socket, head) => {
      this.keys.push(request.headers.authorization);
      const refusal = this.refusals.shift();
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal} No\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#serve(opened));
    });
  }

  static async start(): Promise<ScriptedStream> {
    const stream = new ScriptedStream();
    await new Promise<void>((resolve) => stream.#http.listen(0, "127.0.0.1", resolve));
    return stream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  #serve(socket: WebSocket): void {
    socket.once("message", (data) => {
      const message = JSON.parse(String(data)) as SubscribeMessage;
      this.subscriptions.push(message);
      this.#open.set(socket, message);
      socket.once("close", () => this.#open.delete(socket));
      for (const answer of this.greeting(message)) socket.send(JSON.stringify(answer));
    });
  }

  /** To everybody who subscribed. */
  send(message: ServerMessage): void {
    for (const socket of this.#open.keys()) socket.send(JSON.stringify(message));
  }

  /** Closes every socket; without a code, without a word. */
  drop(code?: number): void {
    for (const socket of this.#open.keys()) code === undefined ? socket.terminate() : socket.close(code);
    this.#open.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}

/** An event as the stream has it. */
export function eventAt(offset: string, fields: Partial<RunEvent> = {}): RunEvent {
  return { offset, id: `e${offset}`, type: "log", time: "2026-11-26T12:00:00.000000000Z", derived: false, ...fields };
}
