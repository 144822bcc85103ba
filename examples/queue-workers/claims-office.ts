// A claims office without any framework: an intake agent and three workers, each a process of its own, that know only
// the names of queues. Two assessors share one queue; the clerk asks a person when much is at stake.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { agent, flush, init, run, state, waiting } from "@talea/sdk";
import { pick, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { ask, next, send } from "./agents.ts";
import { startQueue } from "./queue.ts";
import { DAYS, scriptOf } from "./script.ts";

init({ service: "intake" });
const day = pick(DAYS);
const provider = await startScriptedModel(scriptOf(day));
const queue = await startQueue();
Object.assign(process.env, { MODEL_URL: provider.url, QUEUE_URL: queue.url });
const workers = [startWorker("assessor", "1"), startWorker("assessor", "2"), startWorker("clerk", "1")];

/** Sorts the letters of a day, gives them out, and waits for the decisions. */
async function workOff(): Promise<readonly string[]> {
  await ask("intake", "gpt-4o-mini", `Which of these are claims? ${day.claims.join("; ")}`);
  for (const claim of day.claims) await send("assessor", claim);
  state({ phase: "given out", open: day.claims.length });
  const decisions: string[] = [];
  while (decisions.length < day.claims.length) {
    const decision = await waiting("decisions of the clerk", receive);
    decisions.push(decision);
    state({ phase: "decided", open: day.claims.length - decisions.length });
  }
  return decisions;
}

async function receive(): Promise<string> {
  let received = "";
  await next("intake", async (text) => {
    received = text;
  });
  return received;
}

function startWorker(name: string, instance: string): ChildProcess {
  const file = fileURLToPath(new URL("worker.ts", import.meta.url));
  return spawn(process.execPath, [file, name, instance], { stdio: "inherit" });
}

const options = {
  name: `claims: ${day.name}`,
  id: `claims-${process.pid}-${Date.now()}`,
  session: "claims-of-today",
  user: "front office",
};
const decisions = await run(options, () => agent({ name: "intake", input: day.claims.join("; ") }, workOff));
console.log(decisions.join("\n"));
queue.close();
await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve))));
await flush();
await provider.close();
