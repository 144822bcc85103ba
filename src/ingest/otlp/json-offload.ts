// Converts OTLP/JSON to protobuf: small bodies at once, large ones in a worker thread, because JSON.parse of 64 MiB
// would hold up every socket for a second. The worker is started with the first large body and kept.

import { Worker } from "node:worker_threads";
import { LIMITS } from "../../model/limits.ts";
import { BodyError } from "../body.ts";
import { encodeJson } from "./json.ts";
import { jsonWeightBytes } from "./json-weight.ts";
import type { Signal } from "./responses.ts";
import { MalformedError } from "./wire.ts";

const INLINE_BYTES_MAX = 256 * 1024;

export const REQUEST_OF_SIGNAL = {
  traces: "ExportTraceServiceRequest",
  logs: "ExportLogsServiceRequest",
  metrics: "ExportMetricsServiceRequest",
} as const;

/** What the worker is asked, one body at a time. */
export interface ConversionRequest {
  readonly signal: Signal;
  readonly body: Uint8Array;
}

/** What the worker answers. */
export type ConversionAnswer =
  | { readonly bytes: Uint8Array }
  | { readonly malformed: string }
  | { readonly tooHeavy: true };

const TOO_HEAVY = "The body takes too much memory as JSON: send smaller batches, or protobuf";

export class JsonToProtobuf {
  #worker: Worker | undefined;
  #current: PromiseWithResolvers<Buffer> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** The protobuf form of an export request. Throws MalformedError, and BodyError when it takes too much memory. */
  async convert(signal: Signal, body: Buffer): Promise<Buffer> {
    if (body.length <= INLINE_BYTES_MAX) return toBuffer(convertBody(signal, body));
    const turn = this.#last.then(() => this.#inWorker(signal, body));
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #inWorker(signal: Signal, body: Buffer): Promise<Buffer> {
    this.#worker ??= this.#start();
    this.#current = Promise.withResolvers<Buffer>();
    const copy = new Uint8Array(body);
    this.#worker.postMessage({ signal, body: copy } satisfies ConversionRequest, [copy.buffer]);
    return this.#current.promise;
  }

  #start(): Worker {
    const file = import.meta.url.endsWith(".ts") ? "./json-worker.ts" : "./json-worker.js";
    const worker = new Worker(new URL(file, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.jsonHeapMiB },
    });
    worker.unref();
    worker.on("message", (answer: ConversionAnswer) => {
      if ("bytes" in answer) this.#current?.resolve(toBuffer(answer.bytes));
      else if ("malformed" in answer) this.#current?.reject(new MalformedError(answer.malformed));
      else this.#current?.reject(new BodyError("too_large", TOO_HEAVY));
    });
    worker.on("error", (error: NodeJS.ErrnoException) => this.#fail(worker, workerFailure(error)));
    worker.on("exit", () => this.#fail(worker, new Error("The worker that reads JSON ended")));
    return worker;
  }

  #fail(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#current?.reject(error);
  }
}

function workerFailure(error: NodeJS.ErrnoException): Error {
  if (error.code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new BodyError("too_large", TOO_HEAVY);
}

/** What the worker runs. */
export function answerConversion({ signal, body }: ConversionRequest): ConversionAnswer {
  if (jsonWeightBytes(body) > LIMITS.jsonWeightBytes) return { tooHeavy: true };
  try {
    return { bytes: convertBody(signal, body) };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { malformed: error.message };
  }
}

/** The conversion itself. Throws MalformedError. */
function convertBody(signal: Signal, body: Uint8Array): Uint8Array {
  let parsed: unknown;
  try {
    parsed = JSON.parse(toBuffer(body).toString("utf8"));
  } catch (error) {
    throw new MalformedError(`not valid JSON (${(error as Error).message})`);
  }
  return encodeJson(REQUEST_OF_SIGNAL[signal], parsed);
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
