// A load generator in a process of its own: sends bodies of spans over a number of connections as fast as they are
// acknowledged (or at a given rate), for a number of seconds, to loopback only, and prints one line of JSON.
//   node bench/load.ts <url> <seconds> <connections> <traces a body> [spans a second] [seed] [hours back]

import { Agent, request } from "node:http";
import { Random, SpanBody } from "./spans.ts";

const [
  url = "",
  secondsText = "10",
  connectionsText = "8",
  tracesText = "50",
  rateText = "0",
  seedText = "1",
  backText = "0",
] = process.argv.slice(2);
const target = new URL("/v1/traces", url);
if (!["127.0.0.1", "localhost", "[::1]"].includes(target.hostname)) throw new Error("The load goes to loopback only");
const seconds = Number(secondsText);
const connections = Number(connectionsText);
const ratePerS = Number(rateText);
const hoursBack = Number(backText);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;

let acknowledged = 0;
let refused = 0;
let bytes = 0;
const latencies: number[] = [];

function post(body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(target, {
      agent,
      method: "POST",
      headers: { "content-type": "application/x-protobuf", "content-length": body.length },
    });
    call.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    call.on("error", reject);
    call.end(body);
  });
}

async function connection(number: number): Promise<void> {
  const body = new SpanBody(Number(tracesText), new Random(2 * (Number(seedText) * 7919 + number)));
  const pauseMs = ratePerS === 0 ? 0 : (1000 * body.spans * connections) / ratePerS;
  let due = performance.now() + Math.random() * pauseMs;
  while (performance.now() < endsAt) {
    if (pauseMs > 0) {
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      due += pauseMs;
    }
    body.renew(Date.now() - 12_000 - Math.random() * hoursBack * 3_600_000);
    const before = performance.now();
    const status = await post(body.bytes);
    latencies.push(performance.now() - before);
    if (status === 200) acknowledged += body.spans;
    else {
      refused += body.spans;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    bytes += body.bytes.length;
  }
}

const before = process.cpuUsage();
await Promise.all(Array.from({ length: connections }, (_, number) => connection(number)));
const elapsedS = (performance.now() - startedAt) / 1000;
const cpu = process.cpuUsage(before);
agent.destroy();
latencies.sort((a, b) => a - b);
const at = (q: number) => Number((latencies[Math.floor(q * (latencies.length - 1))] ?? 0).toFixed(1));
console.log(
  JSON.stringify({
    acknowledged,
    refused,
    elapsedS: Number(elapsedS.toFixed(2)),
    acknowledgedPerS: Math.round(acknowledged / elapsedS),
    bytesPerS: Math.round(bytes / elapsedS),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    loadCpuCores: Number(((cpu.user + cpu.system) / 1e6 / elapsedS).toFixed(2)),
  }),
);
