import { pause } from "../scripted-model/scripted-model.ts";
import { chat, serveAgent } from "./agent-process.ts";
import { asTool, tell } from "./telemetry.ts";

const TRIES_MAX = 3;
let searches = 0;

/** A search engine that is overloaded the first time. */
async function search(query: string): Promise<string> {
  const isFirst = searches++ === 0;
  await pause(isFirst ? 400 : 1300);
  if (isFirst) throw new Error("503 the search engine is overloaded");
  return `12 pages about ${query}`;
}

/** Tries again after a while; every try is a tool call of its own. */
async function searchPatiently(query: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await asTool("search", { query, attempt }, () => search(query));
    } catch (error) {
      if (attempt === TRIES_MAX) throw error;
      tell("task.retried", `Search failed, try ${attempt + 1} follows`, { attempt, reason: String(error) });
      await pause(500);
    }
  }
}

serveAgent("researcher", async (topic) => {
  const query = await chat("researcher", "gpt-4o-mini", `What to search for? ${topic}`);
  const pages = await searchPatiently(query.replace("search: ", ""));
  return chat("researcher", "gpt-4o-mini", `${topic.split(": ")[1]} notes from ${pages}`);
});
