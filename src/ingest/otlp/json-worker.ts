import { parentPort } from "node:worker_threads";
import { answerConversion, type ConversionRequest } from "./json-offload.ts";

const port = parentPort;

port?.on("message", (request: ConversionRequest) => port.postMessage(answerConversion(request)));
