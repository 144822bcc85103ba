// OTLP over gRPC. Messages stay bytes until the receiver reads them; grpc-js takes gzip off.
// Source: OTLP specification, "OTLP/gRPC".

import {
  status as grpcStatus,
  logVerbosity,
  Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  setLogVerbosity,
} from "@grpc/grpc-js";
import { LIMITS } from "../model/limits.ts";
import { type Access, keyFromHeaders } from "./access.ts";
import { exportResponse, RPC_CODES, type RpcStatus, type Signal, statusResponse } from "./otlp/responses.ts";
import { type OtlpReceiver, statusOf } from "./otlp-receiver.ts";
import type { Outcome } from "./outcome.ts";

export interface OtlpGrpcOptions {
  readonly receiver: OtlpReceiver;
  readonly access: Access;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

// The library prints what it also throws, in words of its own.
setLogVerbosity(logVerbosity.NONE);

const KEY_MISSING = "Send `authorization: Bearer <key>` in the metadata";
const SCOPE_MISSING = "The key does not have the scope ingest";

const SERVICES: Readonly<Record<Signal, string>> = {
  traces: "opentelemetry.proto.collector.trace.v1.TraceService",
  logs: "opentelemetry.proto.collector.logs.v1.LogsService",
  metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService",
};

/** A listening OTLP/gRPC receiver. */
export class OtlpGrpc {
  readonly #server: Server;
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Listens. Throws when the port is taken. */
  static async listen(options: OtlpGrpcOptions): Promise<OtlpGrpc> {
    const server = new Server({
      "grpc.max_receive_message_length": LIMITS.grpcMessageBytes,
      "grpc.max_send_message_length": LIMITS.grpcMessageBytes,
      "grpc.max_concurrent_streams": 256,
      interceptors: [checkKey(options.access)],
    });
    for (const signal of Object.keys(SERVICES) as Signal[]) addService(server, signal, options);
    const host = options.host.includes(":") ? `[${options.host}]` : options.host;
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${host}:${options.port}`, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    return new OtlpGrpc(server, port);
  }

  /** Finishes the calls under way, for at most `graceMs`, then closes. */
  async close(graceMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#server.forceShutdown();
        resolve();
      }, graceMs);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Refuses a call by its metadata, before any of its message is taken into memory. */
function checkKey(access: Access): ServerInterceptor {
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            const caller = access.callerOf(keyOf(metadata));
            if (caller === undefined) call.sendStatus({ code: grpcStatus.UNAUTHENTICATED, details: KEY_MISSING });
            else if (caller.scopes.has("ingest")) proceed(metadata);
            else call.sendStatus({ code: grpcStatus.PERMISSION_DENIED, details: SCOPE_MISSING });
          },
        }),
    });
}

function addService(server: Server, signal: Signal, { receiver, access }: OtlpGrpcOptions): void {
  const same = (bytes: Buffer): Buffer => bytes;
  const definition: ServiceDefinition = {
    export: {
      path: `/${SERVICES[signal]}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  };
  server.addService(definition, {
    export: (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
      const caller = access.callerOf(keyOf(call.metadata));
      if (caller === undefined) {
        done({ code: grpcStatus.UNAUTHENTICATED, details: KEY_MISSING });
        return;
      }
      take(receiver, signal, call.request, caller.project).then(
        (outcome) => done(null, Buffer.from(exportResponse(outcome))),
        (error: unknown) => done(failure(statusOf(error))),
      );
    },
  });
}

async function take(receiver: OtlpReceiver, signal: Signal, body: Buffer, project: string): Promise<Outcome> {
  const lease = receiver.meter.lease();
  try {
    lease.take(body.length);
    return await receiver.receive(signal, body, "protobuf", project);
  } finally {
    lease.end();
  }
}

function keyOf(metadata: Metadata): string | undefined {
  const first = (name: string) => metadata.get(name)[0]?.toString();
  return keyFromHeaders(first("authorization"), first("x-api-key"));
}

function failure(status: RpcStatus): { code: number; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  // A message that is too large must not be retried, so it carries no RetryInfo.
  if (status.code !== RPC_CODES.resourceExhausted) {
    metadata.set("grpc-status-details-bin", Buffer.from(statusResponse(status)));
  }
  return { code: status.code, details: status.message, metadata };
}
