// Requests with exactly these headers: fetch and browsers would set Host and Origin themselves, and tidy up paths.

import { type IncomingHttpHeaders, request } from "node:http";

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The code of a failure. */
  readonly code: string | undefined;
}

/** Sends to the server at `url`. */
export function rawRequest(url: string, { method = "GET", path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: hostname, port, method, path, headers, setHost: !("host" in headers) }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, code: codeOf(text) });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function codeOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code;
  } catch {
    return undefined; // no failure in JSON
  }
}
