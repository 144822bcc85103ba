// A Talea in this very process, on free ports and a data directory of its own: for tests that only talk HTTP.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { startTalea, type Talea } from "../../src/server/server.ts";
import { readSettings } from "../../src/server/settings.ts";

export interface TaleaHere {
  readonly talea: Talea;
  /** The parsed JSON of an answer with status 200. Throws otherwise, with the body. */
  get<T>(path: string, headers?: Record<string, string>): Promise<T>;
  /** Sends JSON and returns the answer whatever its status. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends a capture of OTLP/JSON: a request, or a list of them. */
  load(file: string, signal?: "traces" | "logs" | "metrics"): Promise<void>;
  close(): Promise<void>;
}

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** Starts with settings as flags, for example `["--quiet", "1s"]`. */
export async function startTaleaHere(flags: readonly string[] = []): Promise<TaleaHere> {
  const directory = mkdtempSync(join(tmpdir(), "talea-here-"));
  const args = ["--data", join(directory, "data"), "--port", "0", "--grpc-port", "0", ...flags];
  const settings = readSettings({ args, environment: {}, file: join(directory, "none.json") });
  const talea = await startTalea(settings, () => undefined, pino({ level: "silent" }));
  const here: TaleaHere = {
    talea,
    get: async <T>(path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(talea.url + path, { headers });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${text}`);
      return JSON.parse(text) as T;
    },
    post: (path, body, headers = {}) =>
      fetch(talea.url + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    load: async (file, signal = "traces") => {
      const parsed: unknown = JSON.parse(readFileSync(new URL(file, FIXTURES), "utf8"));
      for (const request of Array.isArray(parsed) ? parsed : [parsed]) {
        const response = await here.post(`/v1/${signal}`, request);
        if (response.status !== 200) throw new Error(`${file}: ${response.status} ${await response.text()}`);
      }
    },
    close: async () => {
      await talea.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return here;
}
