// A client of the live stream as anybody would write one: keeps what it was sent, by subscription.

import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import type { ServerMessage, StreamedEvent, SubscribeMessage } from "../../src/model/stream.ts";

const PATIENCE_MS = 20_000;

export class StreamClient implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** The code with which the socket was closed. */
  closed: number | undefined;
  /** Called with every message. */
  onMessage: (message: ServerMessage) => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      this.messages.push(message);
      this.onMessage(message);
    });
    socket.on("close", (code) => {
      this.closed = code;
    });
    socket.on("error", () => undefined);
  }

  /** Connects to a Talea. Rejects when it refuses, with the status. */
  static async connect(url: string, headers: Readonly<Record<string, string>> = {}): Promise<StreamClient> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/v1/stream`, { headers });
    const client = new StreamClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("unexpected-response", (_request, response) => {
        socket.terminate();
        reject(new Error(`status ${response.statusCode}`));
      });
      socket.once("error", reject);
    });
    return client;
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Subscribes and waits until the server says so. */
  async subscribe(message: Omit<SubscribeMessage, "op">): Promise<string> {
    this.send({ op: "subscribe", ...message });
    const said = await this.next((one) => (one.op === "subscribed" || one.op === "error") && one.id === message.id);
    assert.equal(said.op, "subscribed", JSON.stringify(said));
    return (said as { offset: string }).offset;
  }

  /** The first message, of those that came and those that will, that fits. */
  async next(fits: (message: ServerMessage) => boolean, patienceMs = PATIENCE_MS): Promise<ServerMessage> {
    const deadline = performance.now() + patienceMs;
    for (let at = 0; ; ) {
      for (; at < this.messages.length; at++) {
        const message = this.messages[at] as ServerMessage;
        if (fits(message)) return message;
      }
      if (performance.now() > deadline || this.closed !== undefined) {
        throw new Error(`No such message came; the last: ${JSON.stringify(this.messages.slice(-3)).slice(0, 2000)}`);
      }
      await delay(5);
    }
  }

  /** The events of a subscription, in the order in which they came. */
  events(id: string): StreamedEvent[] {
    return this.messages.flatMap((message) => {
      if (message.op === "event" && message.id === id) return [{ offset: message.offset, event: message.event }];
      return message.op === "events" && message.id === id ? message.events : [];
    });
  }

  /** The state of a subscription to a state channel, by an item's name. */
  state<T>(id: string, nameOf: (item: T) => string): Map<string, T> {
    const items = new Map<string, T>();
    for (const message of this.messages) {
      if ((message.op !== "snapshot" && message.op !== "update") || message.id !== id) continue;
      if (message.op === "snapshot") items.clear();
      for (const item of message.items as unknown as T[]) items.set(nameOf(item), item);
    }
    return items;
  }

  /** Stops, or goes on, to read from the network. */
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    for (let i = 0; i < 200 && this.closed === undefined; i++) await delay(5);
    this.#socket.terminate();
  }
}
