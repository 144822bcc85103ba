// An incident room in LangGraph: a commander hands work to two analysts at once, then to a fixer. One model call fails
// and its node is tried again; one tool refuses and the fixer finds another way.

import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";
import * as callbackManager from "@langchain/core/callbacks/manager";
import { HumanMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI } from "@langchain/openai";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { TaleaSpanProcessor } from "@talea/sdk";
import { paced, pick, startScriptedModel } from "../scripted-model/scripted-model.ts";
import { INCIDENTS, scriptOf } from "./script.ts";
import { queryMetrics, rollBack, searchLogs, transferTo } from "./tools.ts";

// What connects a LangGraph program with Talea: these four lines, and OTEL_EXPORTER_OTLP_ENDPOINT.
const live = new TaleaSpanProcessor({ exportSpans: true });
const sdk = new NodeSDK({ serviceName: "incident-room", spanProcessors: [live] });
sdk.start();
new LangChainInstrumentation().manuallyInstrument(callbackManager);

const incident = pick(INCIDENTS);
const provider = await startScriptedModel(scriptOf(incident));

const llm = (model: string) =>
  new ChatOpenAI({ model, apiKey: "none", maxRetries: 0, configuration: { baseURL: provider.url } });

const agent = (name: string, model: string, prompt: string, tools: Parameters<typeof createReactAgent>[0]["tools"]) =>
  createReactAgent({ name, llm: llm(model), tools, prompt: `You are ${name}. ${prompt}` });

const crew = ["log_analyst", "metrics_analyst", "fixer"] as const;
const room = new StateGraph(MessagesAnnotation)
  .addNode("commander", agent("commander", "gpt-5.1", "Lead the incident, delegate.", crew.map(transferTo)), {
    ends: [...crew, END],
  })
  .addNode("log_analyst", agent("log_analyst", "gpt-4o-mini", "Read logs, report briefly.", [searchLogs]))
  .addNode("metrics_analyst", agent("metrics_analyst", "gpt-4o-mini", "Read metrics.", [queryMetrics]), {
    retryPolicy: { maxAttempts: 3, initialInterval: paced(700), jitter: false, logWarning: false, retryOn: () => true },
  })
  .addNode("fixer", agent("fixer", "gpt-4o", "Mend what is broken, carefully.", [rollBack]))
  .addEdge(START, "commander")
  .addEdge(["log_analyst", "metrics_analyst"], "commander")
  .addEdge("fixer", "commander")
  .compile({ name: "incident_room" });

const task = `${incident.service} is in trouble: ${incident.symptom}. Find out why and put it right.`;
const { messages } = await room.invoke(
  { messages: [new HumanMessage(task)] },
  { runName: `incident: ${incident.service}`, metadata: { session_id: "on-call-week-47", user_id: "dana" } },
);
console.log(messages.at(-1)?.text);
await sdk.shutdown();
await provider.close();
