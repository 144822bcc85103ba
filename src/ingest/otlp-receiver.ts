// What OTLP/HTTP and OTLP/gRPC have in common: from the bytes of a request to its outcome or status.

import type { Clock } from "../base/time.ts";
import { JournalUnavailableError } from "../journal/journal.ts";
import { LIMITS } from "../model/limits.ts";
import { BodyError } from "./body.ts";
import type { IngestStats } from "./ingest-stats.ts";
import type { JsonToProtobuf } from "./otlp/json-offload.ts";
import { RPC_CODES, type RpcStatus, type Signal } from "./otlp/responses.ts";
import { MalformedError } from "./otlp/wire.ts";
import type { Outcome } from "./outcome.ts";
import { RepeatedBodies } from "./repeats.ts";

/** Takes in the requests of one signal: resolves when they are on disk. */
export interface SignalIntake {
  take(body: Buffer, project: string): Promise<Outcome>;
}

export interface OtlpReceiverOptions {
  readonly intakes: Readonly<Record<Signal, SignalIntake>>;
  /** Throws JournalUnavailableError when nothing can be taken in now. */
  readonly admit: () => void;
  readonly clock: Clock;
  readonly stats: IngestStats;
  readonly json: JsonToProtobuf;
}

const RETRY_AFTER_S = 2;

export class OtlpReceiver {
  readonly #options: OtlpReceiverOptions;
  readonly #repeats: RepeatedBodies<Outcome>;
  #bytesInFlight = 0;

  constructor(options: OtlpReceiverOptions) {
    this.#options = options;
    this.#repeats = new RepeatedBodies(options.clock);
  }

  /** Resolves when everything that could be accepted is on disk. Throws what `statusOf` turns into a status. */
  async receive(signal: Signal, body: Buffer, format: "protobuf" | "json", project: string): Promise<Outcome> {
    const { admit, intakes, json, stats } = this.#options;
    if (this.#bytesInFlight + body.length > LIMITS.bodiesInFlightBytes) {
      throw new JournalUnavailableError("Too many bytes are being taken in. Send the same data again later.");
    }
    admit();
    this.#bytesInFlight += body.length;
    try {
      const { result, isRepeat } = await this.#repeats.once(`${signal}\0${project}\0`, body, async () => {
        const bytes = format === "json" ? await json.convert(signal, body) : body;
        return intakes[signal].take(bytes, project);
      });
      if (isRepeat) stats.repeated(result);
      else stats.took(signal, result);
      return result;
    } finally {
      this.#bytesInFlight -= body.length;
    }
  }
}

/** How a failure is told to OTLP senders. Only failures that pass are retryable. */
export function statusOf(error: unknown): RpcStatus {
  if (error instanceof MalformedError) {
    return {
      code: RPC_CODES.invalidArgument,
      message: `The body cannot be read: ${error.message}`,
      violation: error.message,
    };
  }
  if (error instanceof JournalUnavailableError) {
    return { code: RPC_CODES.unavailable, message: error.message, retryAfterS: RETRY_AFTER_S };
  }
  if (error instanceof BodyError) {
    if (error.reason === "too_large") return { code: RPC_CODES.resourceExhausted, message: error.message };
    return { code: RPC_CODES.invalidArgument, message: error.message, violation: error.message };
  }
  return {
    code: RPC_CODES.unavailable,
    message: "The data could not be stored. Send it again later.",
    retryAfterS: RETRY_AFTER_S,
  };
}
