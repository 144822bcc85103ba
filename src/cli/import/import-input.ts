import { type Batch, Batcher } from "./batches.ts";
import type { Input } from "./open-input.ts";
import { itemsOf, NoRequestError, type RequestItem } from "./otlp-request.ts";
import type { Sender } from "./sender.ts";
import { splitJson } from "./split-json.ts";

export interface ImportedInput {
  /** Start of the oldest span, milliseconds since 1970; infinite when there was none. */
  readonly oldestStartMs: number;
}

/** Reads one file to its end and sends it. What cannot be read is counted as rejected and the rest goes on. */
export async function importInput(
  input: Input,
  sender: Pick<Sender, "send" | "reject">,
  onProgress: (items: number) => void,
): Promise<ImportedInput> {
  const batcher = new Batcher();
  let items = 0;
  let oldestStartMs = Number.POSITIVE_INFINITY;
  for await (const { text, place } of splitJson(input.chunks)) {
    const full: Batch[] = [];
    try {
      for (const item of itemsOf(JSON.parse(text))) {
        items++;
        oldestStartMs = Math.min(oldestStartMs, startMsOf(item));
        const batch = batcher.add(item);
        if (batch !== undefined) full.push(batch);
      }
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof NoRequestError)) throw error;
      sender.reject(1, `${input.name}, ${place}: ${error.message}`);
    }
    for (const batch of full) await sender.send(batch);
    onProgress(items);
  }
  for (const batch of batcher.rest()) await sender.send(batch);
  return { oldestStartMs };
}

const NS_PER_MS = 1e6;

function startMsOf({ signal, item }: RequestItem): number {
  if (signal !== "traces" || typeof item !== "object" || item === null) return Number.POSITIVE_INFINITY;
  const ms = Number((item as { startTimeUnixNano?: unknown }).startTimeUnixNano) / NS_PER_MS;
  return ms > 0 ? ms : Number.POSITIVE_INFINITY;
}
