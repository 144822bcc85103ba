// OTLP over HTTP: POST /v1/traces, /v1/logs, /v1/metrics, in protobuf or JSON. Failures are a google.rpc.Status in the
// request's own content type. Source: OTLP specification, "OTLP/HTTP".

import type { Readable } from "node:stream";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LIMITS } from "../model/limits.ts";
import { type Caller, DEFAULT_PROJECT } from "./access.ts";
import { BodyError, decodeBody } from "./body.ts";
import { BodyPool, type PooledBody } from "./body-pool.ts";
import "./request-caller.ts";
import {
  exportResponse,
  exportResponseJson,
  RPC_CODES,
  type RpcStatus,
  type Signal,
  statusResponse,
  statusResponseJson,
} from "./otlp/responses.ts";
import { type OtlpReceiver, statusOf } from "./otlp-receiver.ts";

const PROTOBUF = "application/x-protobuf";
const JSON_TYPE = "application/json";
const SIGNALS: readonly Signal[] = ["traces", "logs", "metrics"];

const NO_BYTES = Buffer.alloc(0);

/** HTTP status of a gRPC code; 429, 502, 503 and 504 are the only ones that senders retry. */
const HTTP_STATUS: Readonly<Record<number, number>> = {
  [RPC_CODES.invalidArgument]: 400,
  [RPC_CODES.permissionDenied]: 403,
  [RPC_CODES.resourceExhausted]: 413,
  [RPC_CODES.internal]: 500,
  [RPC_CODES.unauthenticated]: 401,
  [RPC_CODES.unavailable]: 503,
};

/** Registers the three endpoints in a scope of their own. */
export function otlpHttp(app: FastifyInstance, receiver: OtlpReceiver): void {
  const bodies = new BodyPool(receiver.meter);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([PROTOBUF, JSON_TYPE], async (request: FastifyRequest, stream: Readable) =>
    bodies.read(stream, request.headers["content-length"]),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => sendFailure(request, reply, error));
  for (const signal of SIGNALS) {
    const url = `/v1/${signal}`;
    app.post(url, { config: { scope: "ingest" }, schema: { hide: true } }, async (request, reply) => {
      const isJson = contentType(request) === JSON_TYPE;
      const sent = request.body as PooledBody | undefined;
      try {
        const body =
          sent === undefined ? NO_BYTES : await decodeBody(sent.bytes, request.headers["content-encoding"], sent.lease);
        const { project } = (request.caller as Caller | undefined) ?? { project: DEFAULT_PROJECT };
        const outcome = await receiver.receive(signal, body, isJson ? "json" : "protobuf", project);
        reply.header("content-type", isJson ? JSON_TYPE : PROTOBUF);
        return isJson ? exportResponseJson(signal, outcome) : Buffer.from(exportResponse(outcome));
      } finally {
        sent?.release();
      }
    });
    app.route({
      url,
      method: ["GET", "PUT", "PATCH", "DELETE"],
      config: { scope: "none" },
      schema: { hide: true },
      handler: (_request, reply) =>
        reply
          .code(405)
          .header("allow", "POST")
          .send({ code: RPC_CODES.unimplemented, message: `POST to ${url}` }),
    });
  }
}

function contentType(request: FastifyRequest): string {
  return (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function sendFailure(request: FastifyRequest, reply: FastifyReply, error: FastifyError): FastifyReply {
  const { status, httpStatus } = failureOf(error);
  if (httpStatus >= 500 && status.code !== RPC_CODES.unavailable) request.log.error(error);
  if (status.retryAfterS !== undefined) reply.header("retry-after", String(status.retryAfterS));
  reply.code(httpStatus);
  if (contentType(request) === PROTOBUF) {
    return reply.header("content-type", PROTOBUF).send(Buffer.from(statusResponse(status)));
  }
  return reply.header("content-type", JSON_TYPE).send(statusResponseJson(status));
}

function failureOf(error: FastifyError): { status: RpcStatus; httpStatus: number } {
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    const limit = LIMITS.compressedBodyBytes / 1024 / 1024;
    const message = `The body is larger than ${limit} MiB: send smaller batches`;
    return { status: { code: RPC_CODES.resourceExhausted, message }, httpStatus: 413 };
  }
  if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE" || isUnknownEncoding(error)) {
    const message = isUnknownEncoding(error) ? error.message : `Content-Type must be ${PROTOBUF} or ${JSON_TYPE}`;
    return { status: { code: RPC_CODES.invalidArgument, message }, httpStatus: 415 };
  }
  // Refusals of the guard, and of Fastify itself, carry their HTTP status.
  const code = error.statusCode ?? 500;
  if (code < 500 && code >= 400) {
    const rpc =
      code === 401 ? RPC_CODES.unauthenticated : code === 403 ? RPC_CODES.permissionDenied : RPC_CODES.invalidArgument;
    return { status: { code: rpc, message: error.message }, httpStatus: code };
  }
  const status = statusOf(error);
  return { status, httpStatus: HTTP_STATUS[status.code] ?? 503 };
}

function isUnknownEncoding(error: unknown): boolean {
  return error instanceof BodyError && error.reason === "unknown_encoding";
}
