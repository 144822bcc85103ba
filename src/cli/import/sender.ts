// Sends batches, a few at a time, and adds up what became of them. A request that is refused as a whole because of one
// bad item is cut in halves until the bad one is alone: the others are taken.

import { ClientError } from "../client/client-error.ts";
import { failure, type TaleaClient } from "../client/talea-client.ts";
import { type Batch, bodyOf } from "./batches.ts";
import { SIGNALS, type Signal } from "./otlp-request.ts";

const IN_FLIGHT_MAX = 2;
/** How long a server may be away or busy before the import gives up. */
const PATIENCE_MS = 120_000;
/** After so many halvings the items themselves are not the trouble. */
const HALVINGS_MAX = 200;
const REASONS_MAX = 20;
/** Refused as they are, and refused again if they came again. */
const REFUSED_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);

/** What became of the items. */
export interface Tally {
  readonly sent: Record<Signal, number>;
  rejected: number;
  /** How many were rejected for which reason. */
  readonly reasons: Map<string, number>;
  /** How many were taken, but not as they came, for example cut, and why. */
  readonly warnings: Map<string, number>;
}

export class Sender {
  readonly tally: Tally = {
    sent: { traces: 0, logs: 0, metrics: 0 },
    rejected: 0,
    reasons: new Map(),
    warnings: new Map(),
  };
  readonly #client: TaleaClient;
  readonly #inFlight = new Set<Promise<void>>();
  #failure: unknown;
  #halvings = 0;

  constructor(client: TaleaClient) {
    this.#client = client;
  }

  /** Takes a batch; waits while enough are on their way. Throws ClientError when the server cannot be used. */
  async send(batch: Batch): Promise<void> {
    const sending = this.#deliver(batch).catch((error: unknown) => {
      this.#failure ??= error;
    });
    this.#inFlight.add(sending);
    void sending.then(() => this.#inFlight.delete(sending));
    while (this.#inFlight.size >= IN_FLIGHT_MAX) await Promise.race(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits until everything has an answer. */
  async finish(): Promise<void> {
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw this.#failure;
  }

  reject(count: number, reason: string): void {
    this.tally.rejected += count;
    addTo(this.tally.reasons, reason, count);
  }

  async #deliver(batch: Batch): Promise<void> {
    const request = { method: "POST" as const, body: bodyOf(batch), patienceMs: PATIENCE_MS };
    const answer = await this.#client.ask(`/v1/${batch.signal}`, request);
    if (answer.status === 200) return this.#accepted(batch, answer.body);
    const error = failure(answer, this.#client.url);
    if (!REFUSED_STATUSES.has(answer.status)) throw error;
    const half = Math.ceil(batch.items.length / 2);
    if (half === batch.items.length || this.#halvings >= HALVINGS_MAX) {
      return this.reject(batch.items.length, error.message);
    }
    this.#halvings++;
    await this.#deliver({ signal: batch.signal, items: batch.items.slice(0, half) });
    await this.#deliver({ signal: batch.signal, items: batch.items.slice(half) });
  }

  #accepted({ signal, items }: Batch, body: Buffer): void {
    const { rejected, message } = partialSuccess(signal, body);
    const { sent, reasons, warnings } = this.tally;
    sent[signal] += Math.max(0, items.length - rejected);
    this.tally.rejected += rejected;
    for (const [reason, count] of sentencesOf(message))
      addTo(rejected > 0 ? reasons : warnings, reason, count ?? rejected);
  }
}

function addTo(reasons: Map<string, number>, reason: string, count: number): void {
  const key = reasons.has(reason) || reasons.size < REASONS_MAX ? reason : "other reasons";
  reasons.set(key, (reasons.get(key) ?? 0) + count);
}

/** Talea counts its reasons itself: `2 × this; 1 × that`. Another receiver's message is one sentence. */
function sentencesOf(message: string): [reason: string, count: number | undefined][] {
  if (message === "") return [];
  const counted = message.split(/; (?=\d+ × )/).map((sentence) => /^(\d+) × (.*)$/s.exec(sentence));
  if (counted.includes(null)) return [[message, undefined]];
  return counted.map((match) => [match?.[2] ?? "", Number(match?.[1])]);
}

/** What a 200 says was not taken. */
function partialSuccess(signal: Signal, body: Buffer): { rejected: number; message: string } {
  let answer: { partialSuccess?: Record<string, unknown> };
  try {
    answer = JSON.parse(body.toString("utf8") || "{}") as typeof answer;
  } catch {
    throw new ClientError("The server answers 200, but not like an OTLP receiver: is it Talea?");
  }
  const partial = answer.partialSuccess ?? {};
  return { rejected: Number(partial[SIGNALS[signal].rejected] ?? 0), message: String(partial["errorMessage"] ?? "") };
}
