// The table of errors that the API answers. Codes are stable: clients may test for them. docs/errors.md lists the same
// codes, and a test says so.

export const ERRORS = {
  bad_request: {
    status: 400,
    doc: "The request does not have the form that the endpoint needs; `details` says where.",
  },
  unreadable_body: { status: 400, doc: "The body is not valid JSON, or not valid in its Content-Encoding." },
  nothing_accepted: {
    status: 400,
    doc: "Every item of the request was rejected; `details.errors` says why, one by one.",
  },
  cursor_invalid: { status: 400, doc: "The cursor or offset is none that this server gave." },
  sql_failed: {
    status: 400,
    doc: "The query is wrong: the engine says how, and `details.position` where if it knows (in characters, from 0).",
  },
  sql_too_large: { status: 400, doc: "The query has more rows or bytes as its result than the limit: add a LIMIT." },
  key_missing: { status: 401, doc: "A key is needed: send `Authorization: Bearer <key>`, or sign in on the page." },
  key_wrong: { status: 401, doc: "The key is not known here, was revoked, or has expired." },
  scope_missing: { status: 403, doc: "The key does not allow this." },
  origin_refused: { status: 403, doc: "Another site's page asked: name its origin by --allow-origin if it may." },
  sql_refused: {
    status: 403,
    doc: "The query does what SQL may not do here; `details` says what: `{what, name?, position?}`.",
  },
  not_found: { status: 404, doc: "There is no such path." },
  run_not_found: { status: 404, doc: "No run has or had this id, or it was deleted or has expired." },
  span_not_found: { status: 404, doc: "The run has no span of this id." },
  content_not_found: { status: 404, doc: "The run has no text of this hash, or it has expired." },
  median_not_found: {
    status: 404,
    doc: "No other run of this name was completed in the seven days before this one: there is no median.",
  },
  trace_not_found: { status: 404, doc: "No record of this trace is stored." },
  session_not_found: { status: 404, doc: "No run belongs to this session." },
  agent_not_found: { status: 404, doc: "No agent of this name was seen in the window." },
  error_kind_not_found: { status: 404, doc: "No run met this kind of error, as far back as anything is kept." },
  key_not_found: { status: 404, doc: "No key has this id, or it was revoked." },
  config_not_found: { status: 404, doc: "Nothing is kept under this id, or it was deleted." },
  method_not_allowed: { status: 405, doc: "The path exists, but not with this method." },
  too_many_keys: { status: 409, doc: "There are as many keys as there may be: revoke those that nobody uses." },
  version_conflict: {
    status: 409,
    doc: "Somebody wrote it since it was read; `details.version` is the newest. Read it again and repeat the change.",
  },
  body_too_large: { status: 413, doc: "The body is larger than the limit, which `GET /api/v1/status` names." },
  content_type_unknown: { status: 415, doc: "Send `Content-Type: application/json` or `application/x-ndjson`." },
  host_refused: {
    status: 421,
    doc: "The Host header names a host that this server does not answer for: see --allow-host.",
  },
  sql_busy: {
    status: 429,
    doc: "Other queries of readers run and wait. Send the same again after `Retry-After` seconds.",
  },
  internal: { status: 500, doc: "A fault of this server. It was logged; please report it." },
  not_implemented: { status: 501, doc: "The endpoint is reserved and does not work in this version." },
  store_unavailable: {
    status: 503,
    doc: "The store does not answer at the moment; what is sent meanwhile is kept. Try again.",
  },
  overloaded: { status: 503, doc: "Too much waits to be stored. Send the same again after `Retry-After` seconds." },
  query_too_heavy: {
    status: 504,
    doc: "The question took too long or too much memory: narrow the time range or filters.",
  },
} as const satisfies Record<string, { status: number; doc: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** A failure that is told to the client: thrown by handlers, turned into an answer in one place. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly details: unknown;
  /** Read by Fastify. */
  readonly statusCode: number;

  constructor(code: ErrorCode, message: string, details?: unknown) {
    super(message);
    this.code = code;
    this.details = details;
    this.statusCode = ERRORS[code].status;
  }
}

/** The answer's body. */
export function failureBody(code: ErrorCode, message: string, details?: unknown): object {
  return { error: { code, message, ...(details === undefined ? {} : { details }) } };
}
