// A trip planner on the Vercel AI SDK: a planner asks two scouts at once, each an agent behind a tool, then a writer
// who streams. One hotel is full, so a tool fails and the scout tries the next house.

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { OpenTelemetry } from "@ai-sdk/otel";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { TaleaSpanProcessor } from "@talea/sdk";
import { registerTelemetry, streamText, ToolLoopAgent, type ToolSet, tool } from "ai";
import { z } from "zod";
import { pick, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { JOURNEYS, scriptOf } from "./script.ts";
import { checkBudget, holdRoomUnless, searchFlights } from "./tools.ts";

const journey = pick(JOURNEYS);
const session = `trip-${journey.to.toLowerCase()}`;

// What connects an AI SDK program with Talea: these four lines, and OTEL_EXPORTER_OTLP_ENDPOINT.
const live = new TaleaSpanProcessor({ exportSpans: true });
const sdk = new NodeSDK({ serviceName: "trip-planner", spanProcessors: [live] });
sdk.start();
const attributes = { "session.id": session, "user.id": "noor" };
registerTelemetry(new OpenTelemetry({ agentSpanName: "functionId", enrichSpan: () => attributes }));

const provider = await startScriptedModel(scriptOf(journey));
const models = createOpenAICompatible({ name: "openai", baseURL: provider.url, includeUsage: true });
const agent = (name: string, model: string, instructions: string, tools: ToolSet) =>
  new ToolLoopAgent({
    ...{ model: models(model), tools, telemetry: { functionId: name }, maxRetries: 0 },
    instructions: `You are ${name}. ${instructions}`,
  });

const flightScout = agent("flight scout", "gpt-4o-mini", "Find flights.", { search_flights: searchFlights });
const hotelScout = agent("hotel scout", "gpt-4o-mini", "Hold a room.", { hold_room: holdRoomUnless(journey.full) });

/** Puts an agent behind a tool of another one. */
function asTool(description: string, ask: (task: string) => PromiseLike<{ text: PromiseLike<string> | string }>) {
  return tool({
    description,
    inputSchema: z.object({ task: z.string() }),
    execute: async ({ task }) => await (await ask(task)).text,
  });
}

async function write(task: string) {
  const stream = streamText({
    ...{ model: models("gpt-4o"), prompt: task, telemetry: { functionId: "writer" } },
    instructions: "You are writer. Write plans that people enjoy reading.",
  });
  for await (const part of stream.textStream) process.stdout.write(part);
  process.stdout.write("\n");
  return stream;
}

const planner = agent("planner", "gpt-5.1", "Plan journeys with your scouts and a writer.", {
  ask_flight_scout: asTool("Finds flights", (prompt) => flightScout.generate({ prompt })),
  ask_hotel_scout: asTool("Finds a room", (prompt) => hotelScout.generate({ prompt })),
  check_budget: checkBudget,
  ask_writer: asTool("Writes the plan", write),
});

const { text } = await planner.generate({
  prompt: `Plan ${journey.days} days in ${journey.to} in May for two people who like old towns. 1,300 in all.`,
});
console.log(text);
await sdk.shutdown();
await provider.close();
