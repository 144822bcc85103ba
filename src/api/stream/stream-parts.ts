import type { EventHub } from "../../live/event-hub.ts";
import { type Offset, parseOffset } from "../../model/ids.ts";
import { ApiError } from "../errors.ts";
import type { StateHub } from "./state-hub.ts";

/** What streams are fed from. */
export interface StreamParts {
  readonly events: EventHub;
  readonly states: StateHub;
}

/** Where a subscription to events goes on. Throws ApiError when the offset is none that this server gave. */
export function readAfter(after: string | undefined, events: EventHub): Offset | undefined {
  if (after === undefined) return undefined;
  const offset = parseOffset(after);
  if (offset === undefined || offset.number > events.committedOffset) {
    throw new ApiError("cursor_invalid", "after is no offset that this server gave: subscribe without it.");
  }
  return offset;
}
