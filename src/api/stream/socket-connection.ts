// One WebSocket: reads what the client asks, keeps its subscriptions, writes what they yield.

import type { Socket } from "node:net";
import { Compile } from "typebox/compile";
import type { WebSocket } from "ws";
import type { Caller } from "../../ingest/access.ts";
import type { EventSink } from "../../live/event-sink.ts";
import type { StreamEvent } from "../../live/stream-event.ts";
import { formatOffset } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { type ServerMessage, SubscribeMessage, UnsubscribeMessage } from "../../model/stream.ts";
import { CLOSE_COME_BACK, CLOSE_KEY_ENDED } from "../../model/stream-address.ts";
import { ApiError, type ErrorCode } from "../errors.ts";
import { eventFrames, messageText, stateText } from "./messages.ts";
import { readAfter, type StreamParts } from "./stream-parts.ts";

const subscribeChecker = Compile(SubscribeMessage);
const unsubscribeChecker = Compile(UnsubscribeMessage);
const NOT_BINARY = { binary: false };

export class SocketConnection {
  readonly #socket: WebSocket;
  readonly #stream: Socket;
  readonly caller: Caller;
  readonly #parts: StreamParts;
  readonly #subscriptions = new Map<string, () => void>();
  #waiting: PromiseWithResolvers<void> | undefined;
  /** When it was heard of last: a reader that pauses for minutes is waited for. */
  heardAtMs: number;

  constructor(socket: WebSocket, stream: Socket, caller: Caller, parts: StreamParts) {
    this.#socket = socket;
    this.#stream = stream;
    this.caller = caller;
    this.#parts = parts;
    this.heardAtMs = performance.now();
    socket.on("message", (data, isBinary) => this.#read(isBinary ? undefined : String(data)));
    socket.on("pong", () => {
      this.heardAtMs = performance.now();
    });
    // What is wrong with a connection is told by its closing.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#end());
    stream.on("drain", () => this.#goOn());
  }

  ping(): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** The server stops: the client is to come back. */
  close(): void {
    this.#closeWith(CLOSE_COME_BACK, "The server stops: come back");
  }

  /** Its key is no longer good: it is told nothing more. */
  refuse(): void {
    this.#closeWith(CLOSE_KEY_ENDED, "The key was revoked or has expired");
  }

  #closeWith(code: number, reason: string): void {
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe();
    this.#subscriptions.clear();
    this.#socket.close(code, reason);
  }

  #end(): void {
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe();
    this.#subscriptions.clear();
    this.#goOn();
  }

  #read(text: string | undefined): void {
    this.heardAtMs = performance.now();
    let message: unknown;
    try {
      message = JSON.parse(text ?? "");
    } catch {
      this.#fail(undefined, "bad_request", "A message must be JSON text.");
      return;
    }
    if (subscribeChecker.Check(message)) this.#subscribe(message);
    else if (unsubscribeChecker.Check(message)) this.#unsubscribe(message.id);
    else this.#fail(idOf(message), "bad_request", problemOf(message));
  }

  #subscribe(message: SubscribeMessage): void {
    const { id, channel, filter = {} } = message;
    if (this.#subscriptions.has(id)) {
      this.#fail(id, "bad_request", `There is a subscription ${JSON.stringify(id)} already: unsubscribe it first.`);
      return;
    }
    if (this.#subscriptions.size >= LIMITS.subscriptionsPerSocket) {
      this.#fail(id, "bad_request", `A socket has at most ${LIMITS.subscriptionsPerSocket} subscriptions.`);
      return;
    }
    if (channel === "events") this.#subscribeEvents(message);
    else {
      this.#tell({ op: "subscribed", id, offset: formatOffset(this.#parts.events.committedOffset) });
      const sink = {
        send: (op: "snapshot" | "update", items: string) => this.#sendText(stateText(op, id, items)),
        isFull: () => this.#isFull,
      };
      this.#subscriptions.set(id, this.#parts.states.subscribe(channel, this.caller.project, filter, sink));
    }
  }

  #subscribeEvents({ id, filter = {}, after, batch = false }: SubscribeMessage): void {
    const { events } = this.#parts;
    try {
      const from = readAfter(after, events);
      this.#tell({ op: "subscribed", id, offset: after ?? formatOffset(events.committedOffset) });
      const subscription = events.subscribe(this.caller.project, filter, from, this.#eventSink(id, batch));
      this.#subscriptions.set(id, () => subscription.close());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#fail(id, error.code, error.message);
    }
  }

  #eventSink(id: string, isBatched: boolean): EventSink {
    return {
      shape: `${isBatched ? "batched" : "single"} ${id}`,
      frames: (events: readonly StreamEvent[]) => eventFrames(id, isBatched, events),
      send: (frames) => {
        if (this.#socket.readyState !== this.#socket.OPEN) return;
        for (const frame of frames) this.#socket.send(frame, NOT_BINARY);
      },
      isFull: () => this.#isFull,
      drained: () => this.#drained(),
      caughtUp: (offset) => this.#tell({ op: "caught-up", id, offset }),
      progress: (offset, waiting) =>
        this.#tell({ op: "progress", id, offset, ...(waiting === undefined ? {} : { waiting }) }),
      gap: (from, to) => this.#tell({ op: "gap", id, from, to }),
      failed: () => {
        this.#subscriptions.delete(id);
        this.#fail(id, "internal", "The stream failed here: subscribe again with the last offset.");
      },
    };
  }

  #unsubscribe(id: string): void {
    const unsubscribe = this.#subscriptions.get(id);
    if (unsubscribe === undefined) {
      this.#fail(id, "bad_request", `There is no subscription ${JSON.stringify(id)}.`);
      return;
    }
    unsubscribe();
    this.#subscriptions.delete(id);
    this.#tell({ op: "unsubscribed", id });
  }

  #fail(id: string | undefined, code: ErrorCode, message: string): void {
    this.#tell({ op: "error", ...(id === undefined ? {} : { id }), code, message });
  }

  #tell(message: Exclude<ServerMessage, { readonly op: "event" | "events" }>): void {
    this.#sendText(messageText(message));
  }

  #sendText(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }

  get #isFull(): boolean {
    return this.#stream.writableLength > LIMITS.socketBufferBytes;
  }

  /** Resolves when half of what may wait is free again, or the socket is closed. */
  #drained(): Promise<void> {
    if (this.#stream.writableLength <= LIMITS.socketBufferBytes / 2 || this.#stream.destroyed) return Promise.resolve();
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  #goOn(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}

function idOf(message: unknown): string | undefined {
  const id = (message as { id?: unknown } | null)?.id;
  return typeof id === "string" ? id : undefined;
}

function problemOf(message: unknown): string {
  const { op } = (message ?? {}) as { op?: unknown };
  if (op !== "subscribe" && op !== "unsubscribe") return "op must be `subscribe` or `unsubscribe`.";
  const [error] = (op === "subscribe" ? subscribeChecker : unsubscribeChecker).Errors(message);
  return error === undefined
    ? "The message is not understood."
    : `${error.instancePath.slice(1) || "The message"} ${error.message}.`;
}
