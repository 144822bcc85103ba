// Converts OTLP/JSON to protobuf: small bodies at once, large ones in a worker thread, because JSON.parse of 64 MiB
// would hold up every socket for a second. The worker is started with the first large body and kept.

import { Worker } from "node:worker_threads";
import { encodeJson } from "./json.ts";
import type { Signal } from "./responses.ts";
import { MalformedError } from "./wire.ts";

const INLINE_BYTES_MAX = 256 * 1024;

export const REQUEST_OF_SIGNAL = {
  traces: "ExportTraceServiceRequest",
  logs: "ExportLogsServiceRequest",
  metrics: "ExportMetricsServiceRequest",
} as const;

/** What the worker answers. */
export type ConversionAnswer =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly malformed: string };

export class JsonToProtobuf {
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #pending = new Map<number, PromiseWithResolvers<Buffer>>();

  /** The protobuf form of an export request. Throws MalformedError. */
  async convert(signal: Signal, body: Buffer): Promise<Buffer> {
    if (body.length <= INLINE_BYTES_MAX) return toBuffer(convertBody(signal, body));
    const id = this.#nextId++;
    const pending = Promise.withResolvers<Buffer>();
    this.#pending.set(id, pending);
    const copy = new Uint8Array(body);
    this.#start().postMessage({ id, signal, body: copy }, [copy.buffer]);
    return await pending.promise;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(
      new URL(import.meta.url.endsWith(".ts") ? "./json-worker.ts" : "./json-worker.js", import.meta.url),
    );
    worker.unref();
    worker.on("message", (answer: ConversionAnswer) => {
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if ("bytes" in answer) pending?.resolve(toBuffer(answer.bytes));
      else pending?.reject(new MalformedError(answer.malformed));
    });
    worker.on("error", (error) => {
      this.#worker = undefined;
      for (const pending of this.#pending.values()) pending.reject(error);
      this.#pending.clear();
    });
    this.#worker = worker;
    return worker;
  }
}

/** The conversion itself; also what the worker runs. Throws MalformedError. */
export function convertBody(signal: Signal, body: Uint8Array): Uint8Array {
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
