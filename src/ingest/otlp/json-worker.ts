import { parentPort } from "node:worker_threads";
import { type ConversionAnswer, type ConversionRequest, convertBody } from "./json-offload.ts";
import { MalformedError } from "./wire.ts";

const port = parentPort;

port?.on("message", ({ signal, body }: ConversionRequest) => {
  try {
    port.postMessage({ bytes: convertBody(signal, body) } satisfies ConversionAnswer);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    port.postMessage({ malformed: error.message } satisfies ConversionAnswer);
  }
});
