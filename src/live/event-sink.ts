import type { StreamEvent } from "./stream-event.ts";

/** Where the events of one subscription go: a socket, or a response of server-sent events. */
export interface EventSink {
  /** Sinks of one shape are sent equal frames, so that these are made once for all of them. */
  readonly shape: string;
  /** Events as frames, for any sink of this shape. */
  frames(events: readonly StreamEvent[]): readonly Uint8Array[];
  send(frames: readonly Uint8Array[]): void;
  /** So much waits to be sent that nothing more is to be given to it. */
  isFull(): boolean;
  /** Resolves when it can take more, or is closed. */
  drained(): Promise<void>;
  /** Everything up to this offset was sent: what comes is live. */
  caughtUp(offset: string): void;
  /** Everything up to this offset was sent or did not pass the filter. `waiting` says what delivery waits for. */
  progress(offset: string, waiting?: string): void;
  /** Nothing more comes, for a fault of this server. */
  failed(): void;
  /** What lies between cannot be delivered. */
  gap(from: string, to: string): void;
}
