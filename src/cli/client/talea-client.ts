// Asking a running server: one place that knows addresses, keys, failures in words, and when to try again.

import { setTimeout as delay } from "node:timers/promises";
import { backOffMs } from "./back-off.ts";
import { ClientError } from "./client-error.ts";

export interface TaleaRequest {
  readonly method?: "GET" | "POST";
  readonly body?: string;
  /** What the body is; default JSON. */
  readonly contentType?: string;
  /** Gives up after so long without an answer; default 60 s. */
  readonly timeoutMs?: number;
  /** How long to try again when the server is away or busy; default: 503 is tried for 10 s, an absent server not. */
  readonly patienceMs?: number;
  /** Gives up when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface TaleaAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const TIMEOUT_MS = 60_000;
const PATIENCE_MS = 10_000;
/** Answers of a server that may answer otherwise soon. */
export const RETRY_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export class TaleaClient {
  /** The server's address, without credentials: may be printed. */
  readonly url: string;
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;
  /** Called before each wait for a server that is away or busy. */
  onWaiting: (reason: string, ms: number) => void = () => undefined;

  /** Credentials in the address are for a proxy in front of the server; the key is the server's own. */
  constructor(url: URL, key: string | undefined) {
    const { username, password } = url;
    this.#base = new URL(url);
    this.#base.username = "";
    this.#base.password = "";
    if (!this.#base.pathname.endsWith("/")) this.#base.pathname += "/";
    this.url = this.#base.href.replace(/\/$/, "");
    const basic = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;
    this.#headers = {
      ...(username === "" && password === "" ? {} : { authorization: basic }),
      ...(key === undefined
        ? {}
        : username === "" && password === ""
          ? { authorization: `Bearer ${key}` }
          : { "x-api-key": key }),
    };
  }

  /** Where and with which headers to open a WebSocket. */
  socketRequest(path: string): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
    const url = new URL(path.replace(/^\//, ""), this.#base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return { url, headers: this.#headers };
  }

  /** The JSON that the server answers. Throws ClientError on any failure. */
  async json<T>(path: string, request: TaleaRequest = {}): Promise<T> {
    const answer = await this.ask(path, request);
    if (answer.status >= 400) throw failure(answer, this.url);
    try {
      return JSON.parse(answer.body.toString("utf8")) as T;
    } catch {
      throw new ClientError(`${this.url} does not answer like Talea: is something else listening there?`);
    }
  }

  /** The server's answer, whatever its status, after trying again where that helps. Throws ClientError. */
  async ask(path: string, request: TaleaRequest = {}): Promise<TaleaAnswer> {
    const patienceMs = request.patienceMs ?? PATIENCE_MS;
    const deadline = performance.now() + patienceMs;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#send(path, request, request.patienceMs !== undefined && performance.now() < deadline);
      const isBusy = answer === undefined || RETRY_STATUSES.has(answer.status);
      const waitMs = backOffMs(attempt, answer?.headers.get("retry-after") ?? undefined);
      if (answer !== undefined && (!isBusy || performance.now() + waitMs > deadline)) return answer;
      this.onWaiting(answer === undefined ? "the server is away" : "the server is busy", waitMs);
      await delay(waitMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
    }
  }

  /** Undefined when the server is away and may be waited for. */
  async #send(path: string, request: TaleaRequest, mayBeAway: boolean): Promise<TaleaAnswer | undefined> {
    const { method = "GET", body, contentType = "application/json", timeoutMs = TIMEOUT_MS, signal } = request;
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(new URL(path.replace(/^\//, ""), this.#base), {
        method,
        headers: { ...this.#headers, ...(body === undefined ? {} : { "content-type": contentType }) },
        ...(body === undefined ? {} : { body }),
        signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: Buffer.from(await response.arrayBuffer()),
      };
    } catch (error) {
      if (signal?.aborted !== true && mayBeAway) return undefined;
      throw unreachable(error, this.url);
    }
  }
}

/** The failure of an attempt to reach a server, whose `cause` is what the network said, in words. */
export function unreachable(error: unknown, url: string): ClientError {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  if (cause?.code === "ECONNREFUSED") {
    return new ClientError(
      `No server answers at ${url}. Start one with \`talea serve\`, or name another with --url or TALEA_URL.`,
    );
  }
  const isLate = (error as Error).name === "TimeoutError";
  const reason = isLate ? "it did not answer in time" : cause?.message || (error as Error).message;
  return new ClientError(`${url} cannot be asked: ${reason}.`);
}

/** What to do about failures that have an answer, by the server's code. */
const ADVICE: Readonly<Record<string, string>> = {
  key_missing: "This server needs a key: set TALEA_KEY, or --key-file FILE.",
  key_wrong: "The key is not the server's: check TALEA_KEY or --key-file.",
  run_not_found: "No run has or had this id: `talea runs` lists those that there are.",
  host_refused: "Use the address that the server was started with, or start it with --allow-host.",
};

/** A failed answer as an error in words. */
export function failure({ status, body }: TaleaAnswer, url: string): ClientError {
  let parsed: { error?: { code?: string; message?: string }; message?: string } = {};
  try {
    parsed = JSON.parse(body.toString("utf8")) as typeof parsed;
  } catch {
    return new ClientError(`${url} answers ${status}, and not like Talea: is something else listening there?`);
  }
  const code = parsed.error?.code ?? (status === 401 ? "key_missing" : undefined);
  const message = parsed.error?.message ?? parsed.message ?? "";
  const advice = code === undefined ? undefined : ADVICE[code];
  return new ClientError(advice ?? `${message || `${url} answers ${status}`}${code ? ` (${code})` : ""}`, code);
}
