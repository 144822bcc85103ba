import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import type { ClientMessage, ServerMessage, StreamedEvent, SubscribeMessage } from "../../model/stream.ts";
import { LiveStream, type StreamTimes } from "./stream.ts";

const TIMES: StreamTimes = { firstMs: 10, longestMs: 40, longestSoonMs: 10, idleMs: 20, answerMs: 40 };

/** A server on a real socket that answers as the test says. */
class Server {
  readonly messages: ClientMessage[] = [];
  readonly sockets: ServerSocket[] = [];
  readonly #server: WebSocketServer;
  isRefusing = false;
  /** Takes everything and answers nothing. */
  isDeaf = false;
  /** Answers a subscription. */
  answer: (message: SubscribeMessage) => readonly ServerMessage[] = () => [];

  constructor(port = 0) {
    this.#server = new WebSocketServer({
      port,
      host: "127.0.0.1",
      verifyClient: (_info, done) => done(!this.isRefusing, 401),
    });
    this.#server.on("connection", (socket) => {
      this.sockets.push(socket);
      socket.on("message", (data) => {
        const message = JSON.parse(String(data)) as ClientMessage;
        this.messages.push(message);
        if (this.isDeaf) return;
        if (message.op === "subscribe") for (const one of this.answer(message)) this.send(one);
        else this.send({ op: "error", id: message.id, code: "bad_request", message: "There is no such subscription." });
      });
    });
  }

  /** Where it listens, once it does. */
  async url(): Promise<string> {
    if (this.#server.address() === null) await once(this.#server, "listening");
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  get subscribed(): SubscribeMessage[] {
    return this.messages.filter((message) => message.op === "subscribe");
  }

  send(message: ServerMessage): void {
    this.sockets.at(-1)?.send(JSON.stringify(message));
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
    this.#server.close();
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i++) await delay(5);
  assert.ok(holds(), `this did not come true: ${holds}`);
}

interface Started {
  readonly server: Server;
  readonly stream: LiveStream;
  readonly url: string;
  refusals: number;
}

async function start(context: TestContext): Promise<Started> {
  const server = new Server();
  const url = await server.url();
  const made: Started = {
    server,
    url,
    refusals: 0,
    stream: new LiveStream({
      url: () => url,
      random: () => 0.5,
      onRefused: () => {
        made.refusals++;
      },
      times: TIMES,
    }),
  };
  context.after(() => server.close());
  return made;
}

const event = (offset: string) => ({ offset, event: { id: offset } }) as unknown as StreamedEvent;
const ignored = { onSnapshot: () => undefined, onUpdate: () => undefined };

test("one socket serves all subscriptions, is opened with the first and closed a while after the last", async (context) => {
  const { server, stream } = await start(context);
  assert.equal(stream.connection.value, undefined);
  const stopRuns = stream.followState("runs", undefined, ignored);
  const stopAgents = stream.followState("agents", { runId: "r" }, ignored);
  assert.equal(stream.connection.value, "connecting");
  await until(() => server.messages.length === 2);
  assert.equal(stream.connection.value, "live");
  assert.deepEqual(server.messages, [
    { op: "subscribe", id: "1", channel: "runs" },
    { op: "subscribe", id: "2", channel: "agents", filter: { runId: "r" } },
  ]);
  stopRuns();
  stopAgents();
  await until(() => server.sockets[0]?.readyState === 3);
  assert.equal(server.sockets.length, 1);
  assert.deepEqual(
    server.messages.slice(2).map(({ op, id }) => `${op} ${id}`),
    ["unsubscribe 1", "unsubscribe 2"],
  );
  assert.equal(stream.connection.value, undefined);
});

test("a log goes on behind the last offset that was delivered, whichever message told of it", async (context) => {
  const { server, stream } = await start(context);
  const delivered: string[] = [];
  const stop = stream.followEvents({ runId: "r" }, "7", {
    onEvents: (events) => delivered.push(...events.map(({ offset }) => offset)),
  });
  const afters = () => server.subscribed.map(({ after }) => after);
  const told: readonly ServerMessage[] = [
    { op: "events", id: "1", events: [event("8"), event("9")] },
    { op: "caught-up", id: "1", offset: "10" },
    { op: "progress", id: "1", offset: "11" },
  ];
  for (const [i, message] of told.entries()) {
    await until(() => server.subscribed.length === i + 1);
    // The server's own place says nothing to one who has said where to go on.
    server.send({ op: "subscribed", id: "1", offset: "99" });
    server.send(message);
    await delay(10);
    server.sockets.at(-1)?.terminate();
  }
  await until(() => server.subscribed.length === 4);
  assert.deepEqual(afters(), ["7", "9", "10", "11"]);
  assert.deepEqual(delivered, ["8", "9"]);
  stop();
});

test("without an offset it is live from the server's on, also after the connection was lost", async (context) => {
  const { server, stream } = await start(context);
  server.answer = ({ id }) => [{ op: "subscribed", id, offset: "40" }];
  const stop = stream.followEvents({}, undefined, { onEvents: () => undefined });
  await until(() => server.messages.length === 1);
  await delay(10);
  server.sockets[0]?.terminate();
  await until(() => server.messages.length === 2);
  assert.deepEqual(
    server.subscribed.map(({ after }) => after),
    [undefined, "40"],
  );
  stop();
});

test("an offset of a server that began anew with other data is dropped", async (context) => {
  const { server, stream } = await start(context);
  server.answer = ({ id, after }) =>
    after === undefined ? [] : [{ op: "error", id, code: "cursor_invalid", message: "no offset of ours" }];
  const stop = stream.followEvents({}, "77", { onEvents: () => undefined });
  await until(() => server.subscribed.length === 2);
  assert.equal(server.subscribed[1]?.after, undefined);
  stop();
});

test("a subscription at which the server failed is made again, behind the last offset", async (context) => {
  const { server, stream } = await start(context);
  server.answer = ({ id }) =>
    server.subscribed.length === 1
      ? [
          { op: "progress", id, offset: "78" },
          { op: "error", id, code: "internal", message: "the stream failed" },
        ]
      : [];
  const stop = stream.followEvents({}, "77", { onEvents: () => undefined });
  await until(() => server.subscribed.length === 2);
  assert.equal(server.subscribed[1]?.after, "78");
  stop();
});

test("state comes anew as a snapshot when the connection is back", async (context) => {
  const { server, stream } = await start(context);
  let snapshots = 0;
  let updates = 0;
  server.answer = ({ id }) => [
    { op: "snapshot", id, items: [] },
    { op: "update", id, items: [] },
  ];
  const stop = stream.followState("runs", undefined, {
    onSnapshot: () => snapshots++,
    onUpdate: () => updates++,
  });
  await until(() => updates === 1);
  server.sockets[0]?.close(1012);
  await until(() => updates === 2);
  assert.equal(snapshots, 2);
  assert.equal(stream.connection.value, "live");
  stop();
});

test("while the server is gone the page is away, and it is tried again and again until it is back", async (context) => {
  const { server, stream, url } = await start(context);
  const stop = stream.followState("runs", undefined, ignored);
  await until(() => server.messages.length === 1);
  server.isRefusing = true;
  server.sockets[0]?.terminate();
  await until(() => stream.connection.value === "away");
  server.close();
  await delay(60);
  const next = new Server(Number(new URL(url).port));
  context.after(() => next.close());
  await until(() => next.messages.length === 1);
  assert.equal(stream.connection.value, "live");
  stop();
});

test("a refused socket is told of, and the page may hope for better at once", async (context) => {
  const made = await start(context);
  made.server.isRefusing = true;
  const stop = made.stream.followState("runs", undefined, ignored);
  await until(() => made.refusals > 0);
  made.server.isRefusing = false;
  made.stream.wake();
  await until(() => made.server.messages.length === 1);
  stop();
});

test("what was under way for a subscription that ended reaches nobody", async (context) => {
  const { server, stream } = await start(context);
  let heard = 0;
  const stopOne = stream.followState("runs", undefined, { ...ignored, onUpdate: () => heard++ });
  const stopOther = stream.followState("agents", undefined, { ...ignored, onUpdate: () => heard++ });
  await until(() => server.messages.length === 2);
  stopOne();
  server.send({ op: "update", id: "1", items: [] });
  server.send({ op: "update", id: "2", items: [] });
  await until(() => heard > 0);
  assert.equal(heard, 1);
  stopOther();
});

test("when the page is seen again a connection that answers stays, and one that does not is made anew", async (context) => {
  const { server, stream } = await start(context);
  const stop = stream.followState("runs", undefined, ignored);
  await until(() => server.messages.length === 1);
  stream.wake();
  await delay(3 * TIMES.answerMs);
  assert.equal(server.sockets.length, 1);
  server.isDeaf = true;
  stream.wake();
  await until(() => server.subscribed.length === 2);
  assert.equal(server.sockets.length, 2);
  assert.equal(stream.connection.value, "live");
  stop();
});
