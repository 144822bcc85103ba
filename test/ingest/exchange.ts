// Sends export requests over real sockets and reads the answers.

import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { decode, type Plain, type Signal } from "../support/otlp-proto.ts";
import { CONTENT_TYPES, type Format } from "./requests.ts";

/** An answer of OTLP/HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export async function post(
  url: string,
  signal: Signal,
  body: Uint8Array | string,
  format: Format = "protobuf",
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  return await postTo(`${url}/v1/${signal}`, body, { "content-type": CONTENT_TYPES[format], ...headers });
}

export async function postTo(
  url: string,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const sent = typeof body === "string" ? body : new Uint8Array(body);
  const response = await fetch(url, { method: "POST", headers, body: sent });
  return {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer()),
  };
}

/** What an export answered. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const REJECTED_NAMES = { traces: "rejectedSpans", logs: "rejectedLogRecords", metrics: "rejectedDataPoints" } as const;

/** The partial success of an answer, undefined when it is unset. Reads the answer in the format of its own type. */
export function partialSuccess(signal: Signal, answer: HttpAnswer): PartialSuccess | undefined {
  if (answer.headers.get("content-type")?.startsWith(CONTENT_TYPES.json) !== true) return partialOf(answer.body);
  const { partialSuccess: partial } = JSON.parse(answer.body.toString()) as { partialSuccess?: Plain };
  if (partial === undefined) return undefined;
  return { rejected: Number(partial[REJECTED_NAMES[signal]]), message: String(partial["errorMessage"]) };
}

/** The same for an answer in protobuf. */
export function partialOf(body: Uint8Array): PartialSuccess | undefined {
  const partial = decode("ExportResponse", body)["partialSuccess"] as Plain | undefined;
  return partial && { rejected: Number(partial["rejected"] ?? 0), message: String(partial["errorMessage"] ?? "") };
}

/** A google.rpc.Status with the details that are read here. */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  readonly retryDelayS?: number;
  readonly violations?: readonly string[];
}

/** The status that a failure's body holds, in the format of its type. */
export function statusIn(answer: HttpAnswer): RpcStatus {
  if (answer.headers.get("content-type")?.startsWith(CONTENT_TYPES.json) !== true) return statusOf(answer.body);
  const { code, message, details = [] } = JSON.parse(answer.body.toString()) as Plain;
  const detail = (type: string) => (details as Plain[]).find((one) => String(one["@type"]).endsWith(`.${type}`));
  const delay = detail("RetryInfo")?.["retryDelay"] as string | undefined;
  const violations = detail("BadRequest")?.["fieldViolations"] as Plain[] | undefined;
  return statusFrom(code, message, delay === undefined ? undefined : Number.parseFloat(delay), violations);
}

/** The same for one in protobuf. */
export function statusOf(body: Uint8Array): RpcStatus {
  const { code = 0, message = "", details = [] } = decode("RpcStatus", body);
  const detail = (type: string): Plain | undefined => {
    const any = (details as Plain[]).find((one) => String(one["typeUrl"]).endsWith(`.${type}`));
    return any === undefined ? undefined : decode(type, any["value"] as Uint8Array);
  };
  const retry = detail("RetryInfo")?.["retryDelay"] as Plain | undefined;
  const violations = detail("BadRequest")?.["fieldViolations"] as Plain[] | undefined;
  return statusFrom(code, message, retry === undefined ? undefined : Number(retry["seconds"]), violations);
}

function statusFrom(code: unknown, message: unknown, delayS: number | undefined, violations?: Plain[]): RpcStatus {
  return {
    code: Number(code),
    message: String(message),
    ...(delayS === undefined ? {} : { retryDelayS: delayS }),
    ...(violations === undefined ? {} : { violations: violations.map((one) => String(one["description"])) }),
  };
}

const SERVICES: Readonly<Record<Signal, string>> = {
  traces: "opentelemetry.proto.collector.trace.v1.TraceService",
  logs: "opentelemetry.proto.collector.logs.v1.LogsService",
  metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService",
};
const GZIP = 2;
const CALL_MS = 60_000;

/** An answer of OTLP/gRPC. */
export interface GrpcAnswer {
  readonly code: status;
  readonly details: string;
  /** The response message, when the call succeeded. */
  readonly body: Buffer;
  /** The rich status, when the failure carries one. */
  readonly status: RpcStatus | undefined;
}

/** A connection of OTLP/gRPC. */
export class GrpcClient implements Disposable {
  readonly #client: Client;

  constructor(address: string, compression: "none" | "gzip" = "none") {
    this.#client = new Client(address, credentials.createInsecure(), {
      "grpc.default_compression_algorithm": compression === "gzip" ? GZIP : 0,
    });
  }

  export(signal: Signal, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<GrpcAnswer> {
    const same = (bytes: Buffer) => bytes;
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    const options = { deadline: Date.now() + CALL_MS };
    return new Promise((resolve) => {
      const done = (error: ServiceError | null, answer?: Buffer) =>
        resolve({
          code: error === null ? status.OK : error.code,
          details: error?.details ?? "",
          body: answer ?? Buffer.alloc(0),
          status: richStatus(error),
        });
      this.#client.makeUnaryRequest(`/${SERVICES[signal]}/Export`, same, same, body, metadata, options, done);
    });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

function richStatus(error: ServiceError | null): RpcStatus | undefined {
  const [bytes] = error?.metadata.get("grpc-status-details-bin") ?? [];
  return bytes === undefined ? undefined : statusOf(Buffer.from(bytes));
}
