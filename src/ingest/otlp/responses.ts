// The answers of OTLP in protobuf and JSON. Sources: opentelemetry-proto collector/*/v1, google/rpc/status.proto and
// google/rpc/error_details.proto.

import { ByteWriter } from "../../base/byte-writer.ts";
import type { Outcome } from "../outcome.ts";
import { WIRE } from "./wire.ts";

export type Signal = "traces" | "logs" | "metrics";

/** The JSON name of the count in each signal's partial success; in protobuf it is field 1 in all three. */
const REJECTED_FIELD: Readonly<Record<Signal, string>> = {
  traces: "rejectedSpans",
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
};

/** What a failed request answers: google.rpc.Status. */
export interface RpcStatus {
  /** A gRPC code. */
  readonly code: number;
  readonly message: string;
  /** When to come back, for failures that pass. */
  readonly retryAfterS?: number;
  /** What of the request is bad, for failures that do not. */
  readonly violation?: string;
}

export const RPC_CODES = {
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const tag = (field: number, wire: number) => (field << 3) | wire;

function message(out: ByteWriter, field: number, bytes: Uint8Array): void {
  out.varUint(tag(field, WIRE.bytes));
  out.varUint(bytes.length);
  out.copy(bytes);
}

function text(out: ByteWriter, field: number, value: string): void {
  out.varUint(tag(field, WIRE.bytes));
  out.lengthPrefixedText(value);
}

function build(write: (out: ByteWriter) => void): Uint8Array {
  const out = new ByteWriter();
  write(out);
  return out.written();
}

/** Full success leaves `partial_success` unset; a warning has a message and nothing rejected. */
export function exportResponse(outcome: Outcome): Uint8Array {
  if (outcome.rejected === 0 && outcome.message === "") return new Uint8Array(0);
  const partial = build((out) => {
    if (outcome.rejected > 0) {
      out.varUint(tag(1, WIRE.varint));
      out.varUint(outcome.rejected);
    }
    text(out, 2, outcome.message);
  });
  return build((out) => message(out, 1, partial));
}

export function exportResponseJson(signal: Signal, outcome: Outcome): string {
  if (outcome.rejected === 0 && outcome.message === "") return "{}";
  return JSON.stringify({
    partialSuccess: { [REJECTED_FIELD[signal]]: String(outcome.rejected), errorMessage: outcome.message },
  });
}

export function statusResponse(status: RpcStatus): Uint8Array {
  return build((out) => {
    out.varUint(tag(1, WIRE.varint));
    out.varUint(status.code);
    text(out, 2, status.message);
    if (status.retryAfterS !== undefined) message(out, 3, retryInfo(status.retryAfterS));
    if (status.violation !== undefined) message(out, 3, badRequest(status.violation));
  });
}

export function statusResponseJson(status: RpcStatus): string {
  const details: object[] = [];
  if (status.retryAfterS !== undefined) {
    details.push({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${status.retryAfterS}s` });
  }
  if (status.violation !== undefined) {
    const fieldViolations = [{ field: "body", description: status.violation }];
    details.push({ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations });
  }
  return JSON.stringify({ code: status.code, message: status.message, ...(details.length > 0 ? { details } : {}) });
}

function any(type: string, value: Uint8Array): Uint8Array {
  return build((out) => {
    text(out, 1, `type.googleapis.com/google.rpc.${type}`);
    message(out, 2, value);
  });
}

function retryInfo(seconds: number): Uint8Array {
  const duration = build((out) => {
    out.varUint(tag(1, WIRE.varint));
    out.varUint(seconds);
  });
  return any(
    "RetryInfo",
    build((out) => message(out, 1, duration)),
  );
}

function badRequest(violation: string): Uint8Array {
  const field = build((out) => {
    text(out, 1, "body");
    text(out, 2, violation);
  });
  return any(
    "BadRequest",
    build((out) => message(out, 1, field)),
  );
}
