// Connections that are slow, torn, many, or speak something else: others are served meanwhile, and nothing of a body
// that never came whole is stored.

import { strict as assert } from "node:assert";
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { type IngestServer, startIngestServer } from "../support/server-ingest.ts";
import { GrpcClient, post } from "./exchange.ts";
import { bodyOf, CONTENT_TYPES, requestWith } from "./requests.ts";

const MIB = 1024 * 1024;
/** Far longer than an answer takes, far shorter than any time-out. */
const PROMPT_MS = 5000;
const PATIENCE_MS = 20_000;

let server: IngestServer;
const sockets = new Set<Socket>();
before(async () => {
  server = await startIngestServer();
});
after(async () => {
  await server.close();
  assert.deepEqual(server.faults, []);
});
beforeEach(() => server.forgetRows());
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await until(() => server.ingest.receiver.meter.bytes === 0, "the memory of all bodies is given back");
  await serves();
});

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!holds()) {
    assert.ok(performance.now() < deadline, what);
    await setTimeout(5);
  }
}

/** Both transports take a request at once. */
async function serves(): Promise<void> {
  const startedAt = performance.now();
  const rows = server.rows("events").length;
  assert.equal((await post(server.url, "logs", bodyOf("logs", requestWith("logs", 1)))).status, 200);
  using client = new GrpcClient(server.grpcAddress);
  assert.equal((await client.export("logs", bodyOf("logs", requestWith("logs", 1)))).code, status.OK);
  assert.equal(server.rows("events").length, rows + 2);
  assert.ok(performance.now() - startedAt < PROMPT_MS);
}

async function open(address = server.url.replace("http://", "")): Promise<Socket> {
  const [host = "", port = ""] = address.split(":");
  const socket = connect(Number(port), host);
  sockets.add(socket);
  // Torn connections are what these tests are about.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

function head(headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ host: "127.0.0.1", "content-type": CONTENT_TYPES.protobuf, ...headers });
  return `POST /v1/traces HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** All that comes back until the other side ends the connection or `enough` of it is there. */
async function answerOf(socket: Socket, enough: RegExp): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
  });
  await until(() => enough.test(text) || socket.closed, "an answer comes");
  return text;
}

test("a hundred bodies that come a byte at a time do not keep others waiting", async () => {
  const body = bodyOf("traces", requestWith("traces", 1));
  const slow = await Promise.all(Array.from({ length: 100 }, () => open()));
  for (const socket of slow) socket.write(head({ "content-length": body.length }));
  for (let at = 0; at < 20; at++) {
    for (const socket of slow) socket.write(body.subarray(at, at + 1));
    await serves();
  }
  assert.equal(server.rows("spans").length, 0);
  // The first of them comes to its end after all.
  slow[0]?.write(body.subarray(20));
  assert.match(await answerOf(slow[0] as Socket, /\r\n\r\n/), /^HTTP\/1.1 200 /);
  assert.equal(server.rows("spans").length, 1);
});

test("of a body whose connection is torn nothing is stored", async () => {
  // Whole requests one behind another are one: without the second half it would still be good.
  const half = bodyOf("traces", requestWith("traces", 100));
  const body = Buffer.concat([half, bodyOf("traces", requestWith("traces", 100))]);
  for (const sent of [0, 1, half.length, body.length - 1]) {
    for (const length of [{ "content-length": body.length }, { "transfer-encoding": "chunked" }]) {
      const socket = await open();
      socket.write(head(length));
      if ("transfer-encoding" in length) socket.write(`${body.length.toString(16)}\r\n`);
      await new Promise((resolve) => socket.write(body.subarray(0, sent), resolve));
      socket.destroy();
    }
  }
  await serves();
  assert.equal(server.rows("spans").length, 0);
});

test("a body that is shorter or longer than it says is refused", async () => {
  const body = bodyOf("traces", requestWith("traces", 3));
  const short = await open();
  short.write(head({ "content-length": body.length + 5 }));
  short.end(body);
  assert.doesNotMatch(await answerOf(short, /\r\n\r\n/), / 200 /);
  const long = await open();
  long.write(head({ "content-length": body.length - 5 }));
  long.write(body);
  assert.match(await answerOf(long, /\r\n\r\n/), /^HTTP\/1.1 400 /);
  assert.equal(server.rows("spans").length, 0);
});

test("a body without Content-Length, in chunks of a byte, is taken", async () => {
  const body = bodyOf("traces", requestWith("traces", 2));
  const code = await new Promise((resolve, reject) => {
    const headers = { "content-type": CONTENT_TYPES.protobuf };
    const sent = request(`${server.url}/v1/traces`, { method: "POST", headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    sent.on("error", reject);
    for (const byte of body) sent.write(Buffer.from([byte]));
    sent.end();
  });
  assert.equal(code, 200);
  assert.equal(server.rows("spans").length, 2);
});

test("a sender that asks before it sends a large body is told to go on", async () => {
  const body = bodyOf("traces", requestWith("traces", 10));
  const socket = await open();
  socket.write(head({ "content-length": body.length, expect: "100-continue" }));
  const answer = answerOf(socket, /HTTP\/1.1 200 OK/);
  await setTimeout(50);
  socket.write(body);
  assert.match(await answer, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
});

test("requests one behind another on a connection are all answered, in order", async () => {
  const bodies = Array.from({ length: 20 }, (_, i) => bodyOf("traces", requestWith("traces", i + 1)));
  const socket = await open();
  for (const body of bodies) {
    socket.write(head({ "content-length": body.length }));
    socket.write(body);
  }
  await answerOf(socket, /(?:HTTP\/1.1 200 OK.*){20}/s);
  assert.equal(server.rows("spans").length, (20 * 21) / 2);
});

test("three hundred connections at once are all served", async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, async () => {
      const body = bodyOf("traces", requestWith("traces", 2));
      const socket = await open();
      socket.write(head({ "content-length": body.length }));
      socket.write(body);
      return await answerOf(socket, /\r\n\r\n/);
    }),
  );
  for (const answer of answers) assert.match(answer, /^HTTP\/1.1 200 /);
  assert.equal(server.rows("spans").length, 600);
});

test("what is no HTTP, and no gRPC, is refused and costs nobody else anything", async () => {
  const nonsense = [
    "hello\r\n\r\n",
    Buffer.alloc(70_000, "a"),
    Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]),
    "POST /v1/traces HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    "POST /v1/traces HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    `POST /v1/traces HTTP/1.1\r\nhost: x\r\n${"x-a: b\r\n".repeat(10_000)}\r\n`,
  ];
  for (const address of [undefined, server.grpcAddress]) {
    for (const text of nonsense) {
      const socket = await open(address);
      const answer = answerOf(socket, /\r\n\r\n/);
      socket.end(text);
      assert.doesNotMatch(await answer, /HTTP\/1.1 200/);
      socket.destroy();
    }
  }
  await serves();
});

test("a gRPC connection that ends in the middle of a message costs nobody else anything", async () => {
  const clients = Array.from({ length: 10 }, () => new GrpcClient(server.grpcAddress));
  const large = Buffer.concat([bodyOf("traces", requestWith("traces", 1)), Buffer.alloc(8 * MIB)]);
  for (const client of clients) void client.export("traces", large);
  for (const client of clients) client[Symbol.dispose]();
  await serves();
});
