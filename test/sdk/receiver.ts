// A small server that takes what the SDK sends and answers as a test wants it to.

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** How it answers: a status with headers, or not at all, or by cutting the connection. */
export type Manner =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | "never"
  | "cut";

export interface ReceivedRecord {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly timeUnixNano: string;
  readonly body: unknown;
  /** Lists and objects as they were sent, numbers as numbers. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly service: unknown;
  readonly scope: string;
  /** The record itself. */
  readonly raw: Readonly<Record<string, unknown>>;
}

type Json = Record<string, unknown>;

export class Receiver implements AsyncDisposable {
  readonly #server: Server;
  #manner: Manner = { status: 200, body: "{}" };
  /** Every request, taken or not: the path, the headers, the body, when. */
  readonly requests: { path: string; headers: IncomingMessage["headers"]; body: string; atMs: number }[] = [];
  /** Records of requests that were answered with 2xx. */
  readonly events: ReceivedRecord[] = [];
  readonly spans: ReceivedRecord[] = [];
  readonly points: Json[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a free port, or on one that was given up before. */
  static async start(port = 0): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on("request", (request, response) => {
      receiver.#take(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** From here on. */
  answer(manner: Manner): void {
    this.#manner = manner;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const path = request.url ?? "";
    this.requests.push({ path, headers: request.headers, body, atMs: performance.now() });
    const manner = this.#manner;
    if (manner === "never") return;
    if (manner === "cut") {
      request.socket.destroy();
      return;
    }
    if (manner.status < 300 && request.method === "POST") this.#store(path, body);
    response.writeHead(manner.status, { "content-type": "application/json", ...manner.headers });
    response.end(manner.body ?? "{}");
  }

  #store(path: string, body: string): void {
    const json = JSON.parse(body) as Json;
    if (path === "/v1/logs") this.events.push(...records(json, "resourceLogs", "scopeLogs", "logRecords"));
    else if (path === "/v1/traces") this.spans.push(...records(json, "resourceSpans", "scopeSpans", "spans"));
    else if (path === "/api/v1/metrics") this.points.push(...(json as unknown as Json[]));
    else assert.fail(`nothing is to be sent to ${path}`);
  }

  /** The events of a type. */
  named(name: string): ReceivedRecord[] {
    return this.events.filter((event) => event.name === name);
  }

  /** Waits until something is so. */
  async until(what: () => boolean, withinMs = 5000): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!what()) {
      assert.ok(performance.now() < deadline, `not within ${withinMs} ms: ${what}`);
      await delay(5);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function records(json: Json, resources: string, scopes: string, list: string): ReceivedRecord[] {
  return listOf(json[resources]).flatMap((resource) => {
    const service = attributesOf((resource["resource"] as Json)["attributes"])["service.name"];
    return listOf(resource[scopes]).flatMap((scope) =>
      listOf(scope[list]).map((raw) => ({
        name: String(raw["eventName"] ?? raw["name"] ?? ""),
        traceId: String(raw["traceId"] ?? ""),
        spanId: String(raw["spanId"] ?? ""),
        parentSpanId: String(raw["parentSpanId"] ?? ""),
        timeUnixNano: String(raw["timeUnixNano"] ?? raw["startTimeUnixNano"]),
        body: plain(raw["body"] as Json | undefined),
        attributes: attributesOf(raw["attributes"]),
        service,
        scope: String((scope["scope"] as Json)["name"]),
        raw,
      })),
    );
  });
}

function listOf(value: unknown): Json[] {
  return (value ?? []) as Json[];
}

function attributesOf(value: unknown): Json {
  return Object.fromEntries(listOf(value).map((item) => [String(item["key"]), plain(item["value"] as Json)]));
}

function plain(value: Json | undefined): unknown {
  if (value === undefined) return undefined;
  if ("intValue" in value) return Number(value["intValue"]);
  if ("arrayValue" in value) return listOf((value["arrayValue"] as Json)["values"]).map(plain);
  if ("kvlistValue" in value) return attributesOf((value["kvlistValue"] as Json)["values"]);
  return Object.values(value)[0];
}
