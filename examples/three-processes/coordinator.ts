// Three processes without any framework: a coordinator asks a researcher two things at once and a writer for a page,
// sends the page back once, and waits for a person before it is done. Run, agents, tools and events come from plain
// OpenTelemetry; the trace context travels by HTTP headers.

import { SpanKind } from "@opentelemetry/api";
import { pause, pick, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { chat, startAgent } from "./agent-process.ts";
import { SUBJECTS, scriptOf } from "./script.ts";
import { asAgent, inSpan, startTelemetry, tell } from "./telemetry.ts";

const sdk = startTelemetry("coordinator");
const topic = pick(SUBJECTS);
const provider = await startScriptedModel(scriptOf(topic));
process.env["MODEL_URL"] = provider.url;
const researcher = await startAgent("researcher", "./researcher.ts", provider.url);
const writer = await startAgent("writer", "./writer.ts", provider.url);

async function makeReport(): Promise<string> {
  await chat("coordinator", "gpt-5.1", `Plan one page about ${topic.subject}.`);
  tell("state.changed", "Research has begun", { phase: "research" });
  const notes = await Promise.all([
    researcher.ask(`Find out about ${topic.subject}: ${topic.first}`),
    researcher.ask(`Find out about ${topic.subject}: ${topic.second}`),
  ]);
  tell("state.changed", "Writing has begun", { phase: "writing" });
  const draft = await writer.ask(`Write one page from these notes. ${notes.join(" ")}`);
  const remarks = await chat("coordinator", "gpt-5.1", `Is this one page? ${draft}`);
  const page = await writer.ask(`Please shorten. ${remarks}`);
  await chat("coordinator", "gpt-5.1", `Is this fit to print? ${page}`);
  await askEditor(page);
  return page;
}

/** A person reads the page; meanwhile the coordinator waits. */
async function askEditor(page: string): Promise<void> {
  tell("human.requested", "May this be printed?", { "gen_ai.agent.name": "coordinator", page });
  await pause(1700);
  tell("human.answered", "Yes", { "gen_ai.agent.name": "coordinator" });
}

const run = {
  "gen_ai.operation.name": "invoke_workflow",
  "session.id": "front-page",
  "user.id": "editor-in-chief",
  "talea.tags": ["report"],
};
const task = `One page about ${topic.subject}`;
const page = await inSpan(`report: ${topic.subject}`, SpanKind.INTERNAL, run, () =>
  asAgent("coordinator", task, makeReport),
);
console.log(page);
await Promise.all([researcher.stop(), writer.stop()]);
await sdk.shutdown();
await provider.close();
