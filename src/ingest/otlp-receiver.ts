// What OTLP/HTTP and OTLP/gRPC have in common: from the bytes of a request to its outcome or status.

import { isUtf8 } from "node:buffer";
import type { Clock } from "../base/time.ts";
import { JournalUnavailableError } from "../journal/journal.ts";
import { BodyError } from "./body.ts";
import type { BodyMeter } from "./body-meter.ts";
import { GroupAbandonedError, IngestFault } from "./group-commit.ts";
import type { IngestStats } from "./ingest-stats.ts";
import { BAD_TEXT } from "./item-checks.ts";
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
  readonly meter: BodyMeter;
  /** Called with what should never be thrown. */
  readonly onFault: (error: unknown) => void;
}

const RETRY_AFTER_S = 2;
/** Parsed JSON takes about this many times its text while it is converted. */
const JSON_EXPANSION = 2;

export class OtlpReceiver {
  readonly #options: OtlpReceiverOptions;
  readonly #repeats: RepeatedBodies<Outcome>;

  constructor(options: OtlpReceiverOptions) {
    this.#options = options;
    this.#repeats = new RepeatedBodies(options.clock);
  }

  /** Counts the bodies that are being taken in, on all ways. */
  get meter(): BodyMeter {
    return this.#options.meter;
  }

  /**
   * Resolves when everything that could be accepted is on disk. Throws what `statusOf` turns into a status. The body
   * must stay what it is until then, and be counted by whoever read it.
   */
  async receive(signal: Signal, body: Buffer, format: "protobuf" | "json", project: string): Promise<Outcome> {
    const { admit, intakes, stats, onFault } = this.#options;
    admit();
    try {
      const { result, isRepeat } = await this.#repeats.once(`${signal}\0${format}\0${project}\0`, body, () =>
        format === "protobuf"
          ? intakes[signal].take(body, project)
          : this.#converted(signal, body, (bytes) => intakes[signal].take(bytes, project)),
      );
      if (isRepeat) stats.repeated(result);
      else stats.took(signal, result);
      return result;
    } catch (error) {
      if (!isExpected(error)) onFault(error);
      throw error;
    }
  }

  async #converted(signal: Signal, body: Buffer, take: (bytes: Buffer) => Promise<Outcome>): Promise<Outcome> {
    const lease = this.meter.lease();
    try {
      lease.take(JSON_EXPANSION * body.length);
      const outcome = await take(await this.#options.json.convert(signal, body));
      if (!isUtf8(body)) outcome.warn(BAD_TEXT);
      return outcome;
    } finally {
      lease.end();
    }
  }
}

/** Failures that senders cause, or that pass; any other is a fault of this program. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof MalformedError ||
    error instanceof BodyError ||
    error instanceof JournalUnavailableError ||
    error instanceof GroupAbandonedError
  );
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
  // It would fail again and again: not to be sent again.
  if (error instanceof IngestFault) return { code: RPC_CODES.internal, message: error.message };
  return {
    code: RPC_CODES.unavailable,
    message: "The data could not be stored. Send it again later.",
    retryAfterS: RETRY_AFTER_S,
  };
}
