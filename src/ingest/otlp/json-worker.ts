import { parentPort } from "node:worker_threads";
import { type ConversionAnswer, convertBody } from "./json-offload.ts";
import type { Signal } from "./responses.ts";
import { MalformedError } from "./wire.ts";

const port = parentPort;

port?.on("message", ({ id, signal, body }: { id: number; signal: Signal; body: Uint8Array }) => {
  try {
    const bytes = convertBody(signal, body);
    port.postMessage({ id, bytes } satisfies ConversionAnswer);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    port.postMessage({ id, malformed: error.message } satisfies ConversionAnswer);
  }
});
