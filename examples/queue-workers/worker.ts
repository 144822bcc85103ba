// An agent that is a process of its own: takes messages from its queue until the queue is gone.

import { agent, flush, human, init, tool } from "@talea/sdk";
import { pause } from "../scripted-model/scripted-model.ts";
import { ask, next, send } from "./agents.ts";

const [name = "", instance = ""] = process.argv.slice(2);
init({ service: name });

/** Reads the file, looks at the damage, and leaves the decision to the clerk. */
async function assess(claim: string): Promise<void> {
  const plan = await ask(name, "gpt-4o-mini", `What to look at? ${claim}`);
  const photos = await tool({ name: "read_photos", input: { plan } }, async () => {
    await pause(900);
    return "3 photos";
  });
  const opinion = await ask(name, "gpt-4o-mini", `Assess ${claim} from ${photos}`);
  await send("clerk", `${claim}: ${opinion}`);
}

/** Decides; large sums need a person's word. */
async function decide(opinion: string): Promise<void> {
  const decision = await ask(name, "gpt-4o", `Decide. ${opinion}`);
  const isLarge = decision.includes("large");
  const word = isLarge
    ? await human(`May this be paid? ${decision}`, async () => {
        await pause(1500);
        return "yes";
      })
    : "within limits";
  await send("intake", `${decision} (${word})`);
}

const work = name === "clerk" ? decide : assess;
while (await next(name, (text) => agent({ name, instance, input: text }, () => work(text)))) {
  // The next message.
}
await flush();
