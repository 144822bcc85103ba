// The page's end of the live stream (src/model/stream.ts): one WebSocket that all views share. It is opened with the
// first subscription and closed a while after the last. Subscriptions outlive connections: a log goes on behind the last
// offset that was delivered, state comes anew as a snapshot.
//
//   none ──subscription──▶ connecting ──▶ live ──lost──▶ connecting ──not reached──▶ away ──reached──▶ live

import { type ReadonlySignal, signal } from "@preact/signals";
import type {
  ClientMessage,
  ServerMessage,
  StreamedEvent,
  StreamFilter,
  StreamItems,
  SubscribeMessage,
} from "../../model/stream.ts";
import { CLOSE_COME_BACK } from "../../model/stream-address.ts";
import { BackOff, type BackOffTimes } from "./back-off.ts";

export type Connection = "live" | "connecting" | "away";
export type StateChannel = keyof StreamItems;

export interface StreamOptions {
  /** Where the socket leads, asked anew for each connection. */
  readonly url: () => string;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Called when a socket was not accepted: the browser does not tell why. */
  readonly onRefused: () => void;
  readonly times?: StreamTimes;
}

export interface StreamTimes extends BackOffTimes {
  /** How long an unused socket stays open. */
  readonly idleMs: number;
  /** How long a server may take to answer a page that came back. */
  readonly answerMs: number;
}

export interface EventHandlers {
  /** In the order of delivery, each event once. */
  readonly onEvents: (events: readonly StreamedEvent[]) => void;
  /** From here a later subscription goes on. */
  readonly onOffset?: (offset: string) => void;
  /** All that was there has been delivered. */
  readonly onCaughtUp?: () => void;
  /** What lies in between is not delivered. */
  readonly onGap?: (from: string, to: string) => void;
}

export interface StateHandlers<C extends StateChannel> {
  /** All items: first soon after subscribing, then whenever the connection was lost in between. */
  readonly onSnapshot: (items: readonly StreamItems[C][]) => void;
  /** Whole items that changed. */
  readonly onUpdate: (items: readonly StreamItems[C][]) => void;
}

interface Subscription {
  readonly message: () => SubscribeMessage;
  readonly take: (message: ServerMessage) => void;
}

const TIMES: StreamTimes = {
  ...{ firstMs: 400, longestMs: 10_000, longestSoonMs: 1_000 },
  ...{ idleMs: 10_000, answerMs: 5_000 },
};
/** The code of closing when the server does not want this client. */
const POLICY_VIOLATION = 1008;
/** Errors of a subscription: its offset is none of this server's; the server failed at it. */
const CURSOR_INVALID = "cursor_invalid";
const INTERNAL = "internal";
/** The id of no subscription: to end it is answered by an error, and that by somebody who is there. */
const NOBODY = "0";

export class LiveStream {
  readonly #options: StreamOptions;
  readonly #times: StreamTimes;
  readonly #connection = signal<Connection | undefined>(undefined);
  readonly #subscriptions = new Map<string, Subscription>();
  #socket: WebSocket | undefined;
  readonly #backOff: BackOff;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #answerTimer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#times = options.times ?? TIMES;
    this.#backOff = new BackOff(this.#times, options.random);
  }

  /** How the page is connected; undefined while nothing wants to be. */
  get connection(): ReadonlySignal<Connection | undefined> {
    return this.#connection;
  }

  /** Delivers events behind an offset, without one those from now on, until the answered function is called. */
  followEvents(filter: StreamFilter, after: string | undefined, handlers: EventHandlers): () => void {
    let offset = after;
    const advance = (to: string) => {
      offset = to;
      handlers.onOffset?.(to);
    };
    const subscribe = (id: string): SubscribeMessage => ({
      ...{ op: "subscribe", id, channel: "events", filter, batch: true },
      ...(offset === undefined ? {} : { after: offset }),
    });
    return this.#subscribe(subscribe, (message) => {
      // Without an offset of ours it is live from the server's on.
      if (message.op === "subscribed" && offset === undefined) advance(message.offset);
      else if (message.op === "progress") advance(message.offset);
      else if (message.op === "caught-up") {
        advance(message.offset);
        handlers.onCaughtUp?.();
      } else if (message.op === "events" && message.events.length > 0) {
        handlers.onEvents(message.events);
        advance((message.events.at(-1) as StreamedEvent).offset);
      } else if (message.op === "gap") handlers.onGap?.(message.from, message.to);
      else if (message.op === "error" && message.code === CURSOR_INVALID && offset !== undefined) {
        // The server began anew with other data: there is nothing behind an offset of the old ones.
        offset = undefined;
        this.#send(subscribe(message.id as string));
      } else if (message.op === "error" && message.code === INTERNAL) this.#subscribeAgain(message.id as string);
    });
  }

  /** Delivers the items of a state channel until the answered function is called. */
  followState<C extends StateChannel>(
    channel: C,
    filter: StreamFilter | undefined,
    handlers: StateHandlers<C>,
  ): () => void {
    return this.#subscribe(
      (id) => ({ op: "subscribe", id, channel, ...(filter === undefined ? {} : { filter }) }),
      (message) => {
        if (message.op === "snapshot") handlers.onSnapshot(message.items as readonly StreamItems[C][]);
        else if (message.op === "update") handlers.onUpdate(message.items as readonly StreamItems[C][]);
      },
    );
  }

  /**
   * The page is seen again, or the network is there again: tries at once to come back, and makes sure that a connection
   * that looks open is; one that a machine slept through may be dead for minutes before the browser notices.
   */
  wake(): void {
    if (this.#subscriptions.size === 0) return;
    if (this.#socket === undefined) {
      this.#backOff.reset();
      this.#connect();
    } else if (this.#socket.readyState === WebSocket.OPEN) {
      this.#send({ op: "unsubscribe", id: NOBODY });
      this.#answerTimer ??= setTimeout(() => this.#giveUp(), this.#times.answerMs);
    }
  }

  #subscribe(message: (id: string) => SubscribeMessage, take: Subscription["take"]): () => void {
    const id = String(++this.#lastId);
    const subscription = { message: () => message(id), take };
    this.#subscriptions.set(id, subscription);
    clearTimeout(this.#idleTimer);
    if (this.#socket === undefined) this.wake();
    else this.#send(subscription.message());
    return () => {
      if (!this.#subscriptions.delete(id)) return;
      this.#send({ op: "unsubscribe", id });
      if (this.#subscriptions.size === 0) this.#idleTimer = setTimeout(() => this.#close(), this.#times.idleMs);
    };
  }

  #subscribeAgain(id: string): void {
    setTimeout(() => {
      const subscription = this.#subscriptions.get(id);
      if (subscription !== undefined) this.#send(subscription.message());
    }, this.#times.longestSoonMs);
  }

  /** Subscriptions made before the socket is open are sent when it is. */
  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect(): void {
    clearTimeout(this.#retryTimer);
    const socket = new WebSocket(this.#options.url());
    this.#socket = socket;
    if (this.#connection.peek() !== "away") this.#connection.value = "connecting";
    let wasOpen = false;
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      wasOpen = true;
      this.#connection.value = "live";
      for (const subscription of this.#subscriptions.values()) this.#send(subscription.message());
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#take(JSON.parse(data as string) as ServerMessage);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#lost(code, wasOpen);
    };
  }

  #take(message: ServerMessage): void {
    this.#backOff.reset();
    this.#expectNothing();
    if (message.op === "error" && message.id === undefined) {
      throw new Error(`The live stream was misunderstood: ${message.code}: ${message.message}`);
    }
    // What was under way when its subscription ended is for nobody.
    this.#subscriptions.get(message.id as string)?.take(message);
  }

  #lost(code: number, wasOpen: boolean): void {
    this.#socket = undefined;
    this.#expectNothing();
    if (this.#subscriptions.size === 0) {
      this.#connection.value = undefined;
      return;
    }
    if (code === CLOSE_COME_BACK) this.#backOff.expectSoon();
    if (!wasOpen || code === POLICY_VIOLATION) this.#options.onRefused();
    this.#connection.value = wasOpen ? "connecting" : "away";
    this.#retryTimer = setTimeout(() => this.#connect(), this.#backOff.nextMs());
  }

  #expectNothing(): void {
    clearTimeout(this.#answerTimer);
    this.#answerTimer = undefined;
  }

  /** Nobody answers: what the browser still takes for a connection is none. */
  #giveUp(): void {
    const socket = this.#socket;
    this.#expectNothing();
    if (socket === undefined) return;
    this.#socket = undefined;
    socket.close();
    this.#connect();
  }

  #close(): void {
    clearTimeout(this.#retryTimer);
    this.#expectNothing();
    const socket = this.#socket;
    this.#socket = undefined;
    this.#connection.value = undefined;
    socket?.close();
  }
}
