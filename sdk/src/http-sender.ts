// HTTP without a dependency and without fetch: connections are kept alive but never keep the user's process alive, and
// no instrumentation makes spans of what is sent here.

import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { context, createContextKey, ROOT_CONTEXT } from "@opentelemetry/api";
import { retryAfterMs } from "./back-off.ts";
import { LIMITS } from "./limits.ts";
import type { Connection } from "./settings.ts";

/** What became of a request, and in words what went wrong. */
export type Outcome = { readonly trouble: string | undefined } & (
  | { readonly kind: "accepted"; readonly rejected: number }
  | { readonly kind: "refused" }
  /** The server is away or has no time; `afterMs` is when it wants to be asked again. */
  | { readonly kind: "retry"; readonly afterMs: number | undefined }
);

export interface Answer {
  /** 0 when none came. */
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
  /** The connection had been used before and was closed by the server meanwhile. */
  readonly wasStale: boolean;
}

const RETRIED = new Set([0, 429, 502, 503, 504]);
/** The key under which OpenTelemetry's instrumentations look whether they are to keep out. */
const SUPPRESSED = ROOT_CONTEXT.setValue(createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING"), true);

export class HttpSender {
  readonly #connection: Connection;
  readonly #agent: HttpAgent;
  readonly #isTls: boolean;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#isTls = connection.endpoint.startsWith("https:");
    const options = { keepAlive: true, maxSockets: LIMITS.sockets };
    this.#agent = this.#isTls ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** Posts JSON. Never rejects. */
  async post(path: string, body: string): Promise<Outcome> {
    const answer = await this.#exchange("POST", path, body);
    const words = `${answer.status || "no answer"} ${answer.text.slice(0, LIMITS.troubleCharacters)}`.trim();
    if (answer.status >= 200 && answer.status < 300) {
      const rejected = rejectedOf(answer.text);
      return { kind: "accepted", rejected, trouble: rejected === 0 ? undefined : words };
    }
    if (!RETRIED.has(answer.status)) return { kind: "refused", trouble: words };
    if (answer.wasStale) return { kind: "retry", afterMs: 0, trouble: undefined };
    return { kind: "retry", afterMs: retryAfterMs(answer.retryAfter, Date.now()), trouble: words };
  }

  /** Never rejects; status 0 when no answer came, with the reason as text. */
  get(path: string): Promise<Answer> {
    return this.#exchange("GET", path, undefined);
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange(method: string, path: string, body: string | undefined): Promise<Answer> {
    return context.with(SUPPRESSED, () => new Promise<Answer>((resolve) => this.#send(method, path, body, resolve)));
  }

  #send(method: string, path: string, body: string | undefined, resolve: (answer: Answer) => void): void {
    let request: ClientRequest | undefined;
    const fail = (error: Error & { code?: string }) => {
      clearTimeout(timer);
      const wasStale = request?.reusedSocket === true && (error.code === "ECONNRESET" || error.code === "EPIPE");
      resolve({ status: 0, text: String(error), retryAfter: undefined, wasStale });
    };
    const timer = setTimeout(() => request?.destroy(new Error("no answer in time")), LIMITS.requestMs).unref();
    try {
      const headers = {
        ...this.#connection.headers,
        ...(body === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
      };
      const send = this.#isTls ? httpsRequest : httpRequest;
      request = send(this.#connection.endpoint + path, { method, headers, agent: this.#agent });
      request.once("socket", (socket) => socket.unref());
      request.on("error", fail);
      request.once("response", (response) => {
        response.on("error", fail);
        read(response, (text) => {
          clearTimeout(timer);
          const { statusCode: status = 0, headers: answered } = response;
          resolve({ status, text, retryAfter: answered["retry-after"], wasStale: false });
        });
      });
      request.end(body);
    } catch (error) {
      // Headers or an address that Node refuses.
      fail(error as Error);
    }
  }
}

function read(response: IncomingMessage, done: (text: string) => void): void {
  let text = "";
  response.setEncoding("utf8");
  response.on("data", (part: string) => {
    if (text.length < LIMITS.answerBytes) text += part;
  });
  response.once("end", () => done(text));
}

/** How many records an answer says were not taken: OTLP's partial success, or a count. */
function rejectedOf(text: string): number {
  if (text === "" || text === "{}") return 0;
  try {
    const answer = JSON.parse(text) as { partialSuccess?: Record<string, unknown>; rejected?: unknown };
    const partial = answer.partialSuccess ?? {};
    return Number(partial["rejectedLogRecords"] ?? partial["rejectedSpans"] ?? answer.rejected ?? 0) || 0;
  } catch {
    // An answer that is no JSON says nothing about records.
    return 0;
  }
}
