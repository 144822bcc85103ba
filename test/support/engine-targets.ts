import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEngine } from "../../src/engine/engine.ts";

/** What an engine under test may lack. */
export type Capability = "tells-rows-read" | "one-insert-is-one-part-whatever-the-format";

/** An engine that speaks ClickHouse's HTTP interface, to be tested against the contract. */
export interface EngineTarget {
  readonly name: string;
  /** In words: why each capability is missing. */
  readonly cannot: Partial<Record<Capability, string>>;
  readonly start: () => Promise<RunningTarget>;
}

export interface RunningTarget {
  /** Address for clients; with `agent` when it is behind a Unix socket. */
  readonly url: string;
  readonly agent: Agent;
  readonly close: () => Promise<void>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface HttpQuestion {
  readonly method?: "GET" | "POST";
  readonly path?: string;
  /** Parameters of the URL. */
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The engines to test: the embedded one, and a real server where `TALEA_TEST_CLICKHOUSE_URL` names one. */
export function engineTargets(): EngineTarget[] {
  const url = process.env["TALEA_TEST_CLICKHOUSE_URL"];
  return url === undefined ? [embedded] : [embedded, server(url)];
}

const embedded: EngineTarget = {
  name: "the embedded engine",
  cannot: { "tells-rows-read": "chDB tells the size of the result only" },
  start: async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), "talea-test-"));
    const engine = await startEngine({ dataDirectory, owner: "a test", log });
    const agent = new Agent({ keepAlive: true, ...{ socketPath: engine.socketPath } });
    return {
      url: "http://localhost:8123",
      agent,
      close: async () => {
        agent.destroy();
        await engine.close();
        rmSync(dataDirectory, { recursive: true, force: true });
      },
    };
  },
};

/** An engine under test has nothing to complain about. */
function log(level: string, message: string, details?: object): void {
  if (level === "warn" || level === "error") console.error(message, details ?? "");
}

const server = (url: string): EngineTarget => ({
  name: "a ClickHouse server",
  cannot: {
    "one-insert-is-one-part-whatever-the-format": "a server cuts row formats into blocks as it reads them",
  },
  start: () => {
    const agent = new Agent({ keepAlive: true });
    return Promise.resolve({
      url,
      agent,
      close: () => {
        agent.destroy();
        return Promise.resolve();
      },
    });
  },
});

/** Sends a request and gathers the answer. */
export async function ask(target: RunningTarget, question: HttpQuestion): Promise<HttpAnswer> {
  const response = await open(target, question);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return { status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString() };
}

/** Sends a request; the answer's body is still to come. `signal` hangs up. */
export function open(target: RunningTarget, question: HttpQuestion, signal?: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(question.path ?? "/", target.url);
  for (const [name, value] of Object.entries(question.query ?? {})) url.searchParams.set(name, String(value));
  const { username, password } = new URL(target.url);
  const method = question.method ?? "POST";
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      {
        method,
        agent: target.agent,
        headers: { ...question.headers },
        ...(username === "" ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
        ...(signal === undefined ? {} : { signal }),
      },
      resolve,
    );
    request.on("error", reject);
    request.end(question.body);
  });
}

/** The answer's text without its last line end; throws when the engine refused. */
export async function value(
  target: RunningTarget,
  statement: string,
  query: HttpQuestion["query"] = {},
): Promise<string> {
  const answer = await ask(target, { query, body: statement });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.text.replace(/\n$/, "");
}
