import type { StreamEvent } from "../../live/stream-event.ts";
import { LIMITS } from "../../model/limits.ts";
import type { ServerMessage } from "../../model/stream.ts";

/** A message that is not an event, as the text of a frame. */
export function messageText(message: Exclude<ServerMessage, { readonly op: "event" | "events" }>): string {
  return JSON.stringify(message);
}

/** Events as messages of a subscription, in UTF-8: one each, or in batches. */
export function eventFrames(id: string, isBatched: boolean, events: readonly StreamEvent[]): Uint8Array[] {
  const name = JSON.stringify(id);
  if (!isBatched) return events.map((event) => Buffer.from(`{"op":"event","id":${name},${fields(event)}}`));
  const frames: Uint8Array[] = [];
  for (let at = 0; at < events.length; at += LIMITS.streamBatchEvents) {
    const some = events.slice(at, at + LIMITS.streamBatchEvents).map((event) => `{${fields(event)}}`);
    frames.push(Buffer.from(`{"op":"events","id":${name},"events":[${some.join(",")}]}`));
  }
  return frames;
}

/** State of a subscription; `items` is a JSON array. */
export function stateText(op: "snapshot" | "update", id: string, items: string): string {
  return `{"op":"${op}","id":${JSON.stringify(id)},"items":${items}}`;
}

function fields(event: StreamEvent): string {
  return `"offset":"${event.offset}","event":${event.json}`;
}
