import { pause } from "../scripted-model/scripted-model.ts";
import { chat, serveAgent } from "./agent-process.ts";
import { asTool } from "./telemetry.ts";

serveAgent("writer", async (task) => {
  const draft = await chat("writer", "gpt-4o", task);
  await asTool("check_spelling", { words: draft.split(" ").length }, async () => {
    await pause(300);
    return { mistakes: 0 };
  });
  return draft;
});
