// Sends RunEvents at a steady rate and listens to them on many sockets, from a process of its own; prints one line of
// JSON: how long each took from its POST to the socket. To loopback only; ends by itself.
//
//   node bench/stream-load.ts <url> <seconds> <events per second> <subscribers> <batched|single> [runs]
//
// Without subscribers it only sends, and says how much; with 0 runs the events belong to none.

import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

const [url = "", secondsText = "", rateText = "", subscribersText = "", mode = "", runsText = "20"] =
  process.argv.slice(2);
if (!/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):/.test(url)) throw new Error("Loads go to loopback only");
const seconds = Number(secondsText);
const subscribers = Number(subscribersText);
const runs = Number(runsText);
const TICK_MS = 10;
const perTick = (Number(rateText) * TICK_MS) / 1000;
const SENT_AT = Buffer.from('"sentAt":');
const DRAIN_MS = 3_000;

/** Milliseconds from the POST of a frame's last event to the frame. */
const latencies: number[] = [];
let eventsAtFirst = 0;
let frames = 0;

function listen(i: number): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/stream`);
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  socket.on("error", reject);
  socket.on("open", () => {
    socket.send(JSON.stringify({ op: "subscribe", id: "s", channel: "events", batch: mode === "batched" }));
  });
  socket.on("message", (data: Buffer) => {
    const at = data.lastIndexOf(SENT_AT);
    if (at < 0) {
      if (data.includes('"caught-up"')) resolve(socket);
      return;
    }
    frames++;
    const end = data.indexOf("}", at);
    latencies.push(performance.now() - Number(data.toString("latin1", at + SENT_AT.length, end)));
    if (i === 0) {
      const message = JSON.parse(data.toString()) as { events?: unknown[] };
      eventsAtFirst += message.events?.length ?? 1;
    }
  });
  return promise;
}

const sockets = await Promise.all(Array.from({ length: subscribers }, (_, i) => listen(i)));
let sent = 0;
let due = 0;
const posts: Promise<unknown>[] = [];
const startMs = performance.now();
for (let tick = 1; performance.now() - startMs < seconds * 1000; tick++) {
  due += perTick;
  const count = Math.floor(due);
  due -= count;
  if (count > 0) {
    const events = Array.from({ length: count }, (_, i) => ({
      ...{
        ...(runs === 0 ? {} : { runId: `bench-${i % runs}` }),
        type: "tool.completed",
        agentId: `agent-${i % 7}`,
        message: "read a page",
      },
      data: { name: "search", tokens: 12, sentAt: performance.now() },
    }));
    sent += count;
    posts.push(
      fetch(`${url}/api/v1/events`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(events),
      }).then((answer) => answer.arrayBuffer()),
    );
  }
  await sleep(Math.max(0, startMs + tick * TICK_MS - performance.now()));
}
await Promise.all(posts);
for (let waited = 0; subscribers > 0 && eventsAtFirst < sent && waited < DRAIN_MS; waited += 20) await sleep(20);
for (const socket of sockets) socket.terminate();
latencies.sort((a, b) => a - b);
const at = (q: number) => Number((latencies[Math.floor(q * (latencies.length - 1))] ?? Number.NaN).toFixed(1));
console.log(
  JSON.stringify({
    ...{ eventsPerS: Math.round(sent / seconds), framesPerS: Math.round(frames / seconds) },
    ...{ sent, missing: sent - eventsAtFirst, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) },
  }),
);
process.exit(0);
