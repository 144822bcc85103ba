import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from "fastify";
import { BodyError } from "../ingest/body.ts";
import { UnreadableBodyError } from "../ingest/json-items.ts";
import { JournalUnavailableError } from "../journal/journal.ts";
import { LIMITS } from "../model/limits.ts";
import { StoreError } from "../store/client.ts";
import { ApiError, type ErrorCode, failureBody } from "./errors.ts";

const RETRY_AFTER_S = 2;

/** ClickHouse codes of queries that took too long or too much memory, or had too many rows. */
const TOO_HEAVY: ReadonlySet<number> = new Set([158, 159, 160, 241, 307, 396]);

/** Turns every failure into `{error: {code, message, details?}}`: the one place that knows which status it has. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const failure = toApiError(error);
    if (failure.code === "internal") request.log.error(error);
    return send(reply, failure);
  });
  app.setNotFoundHandler((_request, reply) =>
    send(reply, new ApiError("not_found", "There is nothing here. The page is at /, the API at /api/v1.")),
  );
}

/** Server options: requests that Node or the router cannot read are answered in the same shape. */
export function answerBadRequests(): Pick<FastifyServerOptions, "frameworkErrors" | "clientErrorHandler"> {
  return {
    frameworkErrors: (error, _request, reply) => send(reply as FastifyReply, fromFastify(error)),
    clientErrorHandler: (error, socket) => {
      if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) return;
      const failure = new ApiError(
        "bad_request",
        CLIENT_ERRORS[error.code ?? ""] ?? "This is no readable HTTP request.",
      );
      const body = JSON.stringify(failureBody(failure.code, failure.message));
      socket.end(
        `HTTP/1.1 ${failure.statusCode} Bad Request\r\nContent-Type: application/json; charset=utf-8\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  };
}

const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: `The headers, with the path and the query, are larger than ${LIMITS.headerBytes} bytes.`,
  ERR_HTTP_REQUEST_TIMEOUT: "The request did not come in time.",
};

function send(reply: FastifyReply, failure: ApiError): FastifyReply {
  if (failure.statusCode === 503 || failure.statusCode === 429) reply.header("retry-after", String(RETRY_AFTER_S));
  if (failure.statusCode === 413) reply.header("connection", "close");
  return reply.code(failure.statusCode).send(failureBody(failure.code, failure.message, failure.details));
}

function toApiError(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof JournalUnavailableError) return new ApiError("overloaded", error.message);
  if (error instanceof UnreadableBodyError) return new ApiError("unreadable_body", error.message);
  if (error instanceof BodyError) {
    const codes = {
      too_large: "body_too_large",
      unknown_encoding: "content_type_unknown",
      corrupt: "unreadable_body",
    } as const;
    return new ApiError(codes[error.reason], error.message);
  }
  if (error instanceof StoreError) {
    if (TOO_HEAVY.has(error.code)) return new ApiError("query_too_heavy", "The question was too heavy: narrow it.");
    if (!error.transient) return new ApiError("internal", "The store refused a question; it was logged.");
    return new ApiError("store_unavailable", "The store does not answer at the moment. Try again in a moment.");
  }
  return fromFastify(error);
}

const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "content_type_unknown",
  FST_ERR_CTP_EMPTY_JSON_BODY: "unreadable_body",
  FST_ERR_CTP_INVALID_JSON_BODY: "unreadable_body",
};

function fromFastify(error: FastifyError): ApiError {
  const code = FASTIFY_CODES[error.code];
  if (code !== undefined) return new ApiError(code, error.message);
  if (error.validation !== undefined) {
    const details = error.validation.map(({ instancePath, message }) => ({ path: instancePath, message }));
    return new ApiError("bad_request", error.message, details);
  }
  if (error.statusCode !== undefined && error.statusCode < 500) return new ApiError("bad_request", error.message);
  return new ApiError("internal", "Something went wrong in the server; it was logged.");
}

/** For handlers that look something up. */
export function found<T>(value: T | undefined, code: ErrorCode, request: FastifyRequest): T {
  if (value !== undefined) return value;
  throw new ApiError(code, `Nothing is stored for ${request.url.split("?")[0]}.`);
}
