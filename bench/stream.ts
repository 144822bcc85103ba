// The live stream, measured: from POST to socket, and what sockets cost.

import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { MeasuredTalea } from "./measured-process.ts";

const MB = 1e6;
const IDLE_SOCKETS = 2_000;

type Results = Record<string, unknown>;

/** What one load said, and what the server used meanwhile. */
async function load(talea: MeasuredTalea, ...args: readonly (string | number)[]): Promise<Results> {
  const file = fileURLToPath(new URL("stream-load.ts", import.meta.url));
  const before = talea.resources();
  const from = performance.now();
  const child = spawn(process.execPath, [file, talea.url, ...args.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((resolve, reject) => {
    child.on("exit", (code) => (code === 0 ? resolve(undefined) : reject(new Error(`stream-load: ${code}`))));
  });
  const after = talea.resources();
  const cpuCores = Number((((after.cpuS - before.cpuS) * 1000) / (performance.now() - from)).toFixed(2));
  return {
    ...(JSON.parse(text) as Results),
    serverCpuCores: cpuCores,
    residentMb: Math.round(after.residentBytes / MB),
  };
}

async function idleSockets(talea: MeasuredTalea): Promise<Results> {
  const before = talea.resources().residentBytes;
  const open = async () => {
    const socket = new WebSocket(`${talea.url.replace("http", "ws")}/api/v1/stream`);
    await new Promise((resolve, reject) => {
      socket.on("open", resolve);
      socket.on("error", reject);
    });
    socket.send(JSON.stringify({ op: "subscribe", id: "s", channel: "events", batch: true }));
    await new Promise((resolve) => {
      socket.on("message", (data) => (String(data).includes("caught-up") ? resolve(undefined) : undefined));
    });
    return socket;
  };
  const sockets: WebSocket[] = [];
  while (sockets.length < IDLE_SOCKETS) sockets.push(...(await Promise.all(Array.from({ length: 100 }, open))));
  await sleep(5_000);
  const after = talea.resources().residentBytes;
  for (const socket of sockets) socket.terminate();
  return { sockets: IDLE_SOCKETS, addedMb: Math.round((after - before) / MB) };
}

/** A subscriber that stops reading while the load goes on, and reads everything afterwards. */
async function pausedSubscriber(talea: MeasuredTalea, seconds: number): Promise<Results> {
  const socket = new WebSocket(`${talea.url.replace("http", "ws")}/api/v1/stream`);
  let count = 0;
  let isInOrder = true;
  let last = -1;
  const caughtUp = Promise.withResolvers<void>();
  socket.on("open", () => socket.send(JSON.stringify({ op: "subscribe", id: "p", channel: "events", batch: true })));
  socket.on("error", caughtUp.reject);
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as { op: string; events?: { offset: string }[] };
    if (message.op === "caught-up") caughtUp.resolve();
    for (const { offset } of message.events ?? []) {
      const number = Number.parseInt(offset, 36);
      isInOrder &&= number > last;
      last = number;
      count++;
    }
  });
  await caughtUp.promise;
  socket.pause();
  const before = talea.resources().residentBytes;
  let most = 0;
  const watching = setInterval(() => {
    most = Math.max(most, talea.resources().residentBytes);
  }, 500);
  const { sent, p50Ms, p99Ms } = await load(talea, seconds, 5_000, 100, "batched");
  clearInterval(watching);
  const from = performance.now();
  socket.resume();
  while (count < (sent as number) && performance.now() - from < 120_000) await sleep(20);
  const catchUpS = Number(((performance.now() - from) / 1000).toFixed(1));
  socket.terminate();
  const grownMb = Math.round((most - before) / MB);
  return {
    pausedS: seconds,
    sent,
    received: count,
    isInOrder,
    catchUpS,
    grownMb,
    othersP50Ms: p50Ms,
    othersP99Ms: p99Ms,
  };
}

export async function streamBench(isQuick: boolean): Promise<Results> {
  const seconds = isQuick ? 10 : 60;
  const talea = await MeasuredTalea.start();
  try {
    await load(talea, 3, 500, 10, "batched");
    const idle = await idleSockets(talea);
    return {
      batched100: await load(talea, seconds, 5_000, 100, "batched"),
      single100: await load(talea, seconds, 250, 100, "single"),
      one: await load(talea, seconds, 5_000, 1, "batched"),
      idle,
      paused: await pausedSubscriber(talea, seconds),
    };
  } finally {
    await talea.stop();
  }
}
