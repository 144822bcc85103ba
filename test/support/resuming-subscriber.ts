// A subscriber as the protocol asks for one: whenever its socket is gone it connects again and goes on behind the last
// offset that it was told. It keeps every event in the order in which it came.

import { setTimeout as delay } from "node:timers/promises";
import type { ServerMessage, StreamedEvent, StreamFilter } from "../../src/model/stream.ts";
import { StreamClient } from "./stream-client.ts";

export class ResumingSubscriber {
  readonly filter: StreamFilter;
  readonly received: StreamedEvent[] = [];
  /** How often it began anew. */
  connections = 0;
  readonly gaps: ServerMessage[] = [];
  #client: StreamClient | undefined;
  #after: string;
  #isStopped = false;
  readonly #urlOf: () => string | undefined;
  readonly #isBatched: boolean;
  readonly #running: Promise<void>;

  /** `urlOf` says where the server is now; undefined while there is none. */
  constructor(urlOf: () => string | undefined, filter: StreamFilter, isBatched: boolean) {
    this.#urlOf = urlOf;
    this.filter = filter;
    this.#isBatched = isBatched;
    this.#after = "0";
    this.#running = this.#run();
  }

  /** The last offset that it was told. */
  get after(): string {
    return this.#after;
  }

  /** Cuts the connection. */
  disconnect(): void {
    this.#client?.terminate();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.disconnect();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const url = this.#urlOf();
      this.#client = url === undefined ? undefined : await StreamClient.connect(url).catch(() => undefined);
      const client = this.#client;
      if (client === undefined) {
        await delay(20);
        continue;
      }
      this.connections++;
      client.onMessage = (message) => {
        client.messages.length = 0;
        this.#take(message);
      };
      client.send({
        ...{ op: "subscribe", id: "s", channel: "events", filter: this.filter, after: this.#after },
        batch: this.#isBatched,
      });
      while (client.closed === undefined && !this.#isStopped) await delay(5);
      client.terminate();
    }
  }

  #take(message: ServerMessage): void {
    switch (message.op) {
      case "event":
        this.#note({ offset: message.offset, event: message.event });
        return;
      case "events":
        for (const event of message.events) this.#note(event);
        return;
      case "progress":
      case "caught-up":
        this.#after = message.offset;
        return;
      case "gap":
        this.gaps.push(message);
        return;
      case "error":
        throw new Error(JSON.stringify(message));
    }
  }

  #note(event: StreamedEvent): void {
    this.received.push(event);
    this.#after = event.offset;
  }
}
