// How each framework is connected: what the page shows and what docs/connect.md says, from this one table. A test
// compares both. Nothing stands here that src/dialects does not read.

export type GuideLanguage = "Any program" | "TypeScript" | "Python";

/** Where to send, as the reader's program sees it. */
export interface SendingPlace {
  /** Of OTLP over HTTP: `http://127.0.0.1:4318`. */
  readonly origin: string;
  /** Of OTLP over gRPC: `127.0.0.1:4317`. */
  readonly grpc: string;
  /** Absent where nobody is asked for a key. */
  readonly key?: string;
}

export interface GuideStep {
  readonly title: string;
  readonly code: (place: SendingPlace) => string;
}

export interface Guide {
  readonly id: string;
  readonly title: string;
  readonly language: GuideLanguage;
  /** One sentence. */
  readonly about: string;
  readonly steps: readonly GuideStep[];
  readonly notes: readonly string[];
}

/** As in the documents. */
export const USUAL_PLACE: SendingPlace = { origin: "http://127.0.0.1:4318", grpc: "127.0.0.1:4317" };

/** Whether a place is where every OpenTelemetry SDK sends by itself. */
function isUsual({ origin, key }: SendingPlace): boolean {
  return key === undefined && /^http:\/\/(?:127\.0\.0\.1|localhost):4318$/.test(origin);
}

function endpointLines(place: SendingPlace): string {
  const { origin, key } = place;
  const headers = key === undefined ? "" : `\nexport OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20${key}"`;
  return `export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}${headers}`;
}

function curlHeader({ key }: SendingPlace): string {
  return key === undefined ? "" : ` -H 'authorization: Bearer ${key}'`;
}

const ADDRESS: GuideStep = {
  title: "Say where to send",
  code: (place) =>
    isUsual(place) ? `# this is where OpenTelemetry sends by itself\n${endpointLines(place)}` : endpointLines(place),
};

const TRACELOOP_ADDRESS: GuideStep = {
  title: "Say where to send",
  code: ({ origin, key }) => {
    const headers = key === undefined ? "" : `\nexport TRACELOOP_HEADERS="authorization=Bearer%20${key}"`;
    return `export TRACELOOP_BASE_URL=${origin}${headers}`;
  },
};
const TRACELOOP_CONTENT = "Prompts and answers are sent, unless `TRACELOOP_TRACE_CONTENT=false`.";

const NODE_IMPORTS = `import { NodeSDK } from "@opentelemetry/sdk-node";
import { TaleaSpanProcessor } from "@talea/sdk";`;
const NODE_SETUP = `const sdk = new NodeSDK({
  serviceName: "my-agents",
  spanProcessors: [new TaleaSpanProcessor({ exportSpans: true })],
});
sdk.start();`;
const NODE_END = `// … your program …
await sdk.shutdown(); // sends the last spans`;

const PYTHON_IMPORTS = `from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor`;
const PYTHON_SETUP = `trace.set_tracer_provider(provider := TracerProvider())
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))`;

/** The shell reads on there. */
const ON_A_NEW_LINE = " \\\n  ";
const SEEN_AT_THE_END =
  "Spans come when they end, every few seconds: a short program has to shut OpenTelemetry down before it ends.";
const NOT_RUN_HERE = "Talea reads what this sends; the line is from the package and was not run here.";

interface Framework {
  readonly id: string;
  readonly title: string;
  readonly packages: readonly string[];
  /** Lines of import. */
  readonly imports?: string;
  readonly line: string;
  readonly about: string;
  readonly notes?: readonly string[];
  /** It sets OpenTelemetry up by itself. */
  readonly isComplete?: boolean;
}

function joined(...lines: readonly (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined).join("\n");
}

function inTypeScript({ id, title, packages, imports, line, about, notes = [] }: Framework): Guide {
  return {
    ...{ id, title, language: "TypeScript", about },
    steps: [
      {
        title: "Install",
        code: () => ["npm install @opentelemetry/sdk-node @talea/sdk", ...packages].join(ON_A_NEW_LINE),
      },
      ADDRESS,
      {
        title: "Before your program",
        code: () => [joined(NODE_IMPORTS, imports), NODE_SETUP, line, NODE_END].join("\n\n"),
      },
    ],
    notes: [...notes, "`@talea/sdk` shows spans while they last; without it everything arrives too, when it ends."],
  };
}

function inPython({ id, title, packages, imports, line, about, notes = [], isComplete = false }: Framework): Guide {
  return {
    ...{ id, title, language: "Python", about },
    steps: [
      {
        title: "Install",
        code: () =>
          ["pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http", ...packages].join(ON_A_NEW_LINE),
      },
      ADDRESS,
      {
        title: "Before your program",
        code: () =>
          (isComplete ? [joined(imports), line] : [joined(PYTHON_IMPORTS, imports), PYTHON_SETUP, line])
            .filter((part) => part !== "")
            .join("\n\n"),
      },
    ],
    notes: [
      ...notes,
      NOT_RUN_HERE,
      isComplete ? SEEN_AT_THE_END : "At its end `provider.shutdown()` sends the last spans.",
    ],
  };
}

const ANY_PROGRAM: readonly Guide[] = [
  {
    id: "opentelemetry",
    title: "OpenTelemetry",
    language: "Any program",
    about: "Whatever exports OpenTelemetry, in any language, is pointed here by its environment.",
    steps: [
      { title: "OTLP over HTTP", code: endpointLines },
      {
        title: "Or OTLP over gRPC",
        code: (place) =>
          `export OTEL_EXPORTER_OTLP_PROTOCOL=grpc\n${endpointLines({ ...place, origin: `http://${place.grpc}` })}`,
      },
    ],
    notes: [
      SEEN_AT_THE_END,
      "Prompts often come as log records: export logs too, by `OTEL_LOGS_EXPORTER=otlp`.",
      "OpenTelemetry's own instrumentations send prompts and answers with `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true` only.",
    ],
  },
  {
    id: "collector",
    title: "OpenTelemetry collector",
    language: "Any program",
    about: "A collector sends on what it gets: traces, and the logs that carry prompts.",
    steps: [
      {
        title: "In its configuration",
        code: ({ origin, key }) => `exporters:
  otlphttp/talea:
    endpoint: ${origin}${key === undefined ? "" : `\n    headers: { authorization: "Bearer ${key}" }`}
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [otlphttp/talea] }
    logs: { receivers: [otlp], exporters: [otlphttp/talea] }`,
      },
    ],
    notes: [
      "A collector usually has the ports 4317 and 4318 already: start Talea with `--port 5318 --grpc-port 5317`.",
      "Let no processor drop `gen_ai.*` attributes or log records.",
    ],
  },
  {
    id: "docker",
    title: "Agents in containers",
    language: "Any program",
    about:
      "A container's 127.0.0.1 is the container itself: agents in one send to the machine, and Talea listens for others.",
    steps: [
      { title: "Talea listens for others, with a key", code: () => "TALEA_KEY=<key> talea serve --host 0.0.0.0" },
      {
        title: "The agents send to the machine",
        code: ({ origin, key = "<key>" }) => `docker run --add-host=host.docker.internal:host-gateway \\
  -e OTEL_EXPORTER_OTLP_ENDPOINT=http://host.docker.internal:${portOf(origin)} \\
  -e OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20${key}" my-agents`,
      },
    ],
    notes: [
      "On Linux, `docker run --network host my-agents` reaches Talea as it is, on loopback and without a key.",
      "Talea runs in a container too, in the same network as the agents: `docs/docker.md`.",
    ],
  },
  {
    id: "claude",
    title: "Claude Code, Claude Agent SDK",
    language: "Any program",
    about: "Nothing to install: both send OpenTelemetry by themselves when their environment says so.",
    steps: [
      {
        title: "In the environment that it starts in",
        code: (place) => `export CLAUDE_CODE_ENABLE_TELEMETRY=1 CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1
export OTEL_TRACES_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
${endpointLines(place)}`,
      },
      { title: "Prompts and tool calls too", code: () => "export OTEL_LOG_USER_PROMPTS=1 OTEL_LOG_TOOL_DETAILS=1" },
    ],
    notes: ["What a call cost and what was said come as log records: without logs there are spans only."],
  },
  {
    id: "http",
    title: "Plain HTTP",
    language: "Any program",
    about: "Without OpenTelemetry: an event says what an agent does, in any language that can send JSON.",
    steps: [
      {
        title: "Send an event",
        code: (place) => `curl -H 'content-type: application/json'${curlHeader(place)} \\
  -d '{"runId":"r1","type":"agent.started","agentId":"scout"}' ${place.origin}/api/v1/events`,
      },
      {
        title: "And that it is over",
        code: (place) => `curl -H 'content-type: application/json'${curlHeader(place)} \\
  -d '{"runId":"r1","type":"agent.completed","agentId":"scout"}' ${place.origin}/api/v1/events`,
      },
    ],
    notes: ["`docs/api.md` names the types of events; a type of your own is fine."],
  },
];

const TYPESCRIPT: readonly Guide[] = [
  {
    id: "talea-typescript",
    title: "Your own code",
    language: "TypeScript",
    about: "`@talea/sdk` has functions for code without a framework, and shows work while it lasts.",
    steps: [
      {
        title: "Install",
        code: () =>
          "npm install @talea/sdk @opentelemetry/api @opentelemetry/sdk-trace @opentelemetry/context-async-hooks",
      },
      ADDRESS,
      {
        title: "Around what you do",
        code: () => `import { agent, init, llm, run, tool } from "@talea/sdk";

init({ service: "my-agents" });

await run({ name: "report" }, () =>
  agent({ name: "writer", input: "a page about heat pumps" }, async () => {
    const found = await tool({ name: "search", input: { query: "heat pumps" } }, () => search("heat pumps"));
    return llm({ model: "gpt-4o", provider: "openai", input: found }, (call) => ask(found, call));
  }),
);`,
      },
    ],
    notes: ["`run`, `agent`, `tool`, `llm` and more are in `docs/sdk.md`."],
  },
  inTypeScript({
    id: "langgraph-typescript",
    title: "LangGraph, LangChain",
    packages: ["@arizeai/openinference-instrumentation-langchain"],
    imports: `import * as callbackManager from "@langchain/core/callbacks/manager";
import { LangChainInstrumentation } from "@arizeai/openinference-instrumentation-langchain";`,
    line: "new LangChainInstrumentation().manuallyInstrument(callbackManager)",
    about: "By OpenInference. Agents, handoffs and messages between them are read from LangGraph's metadata.",
    notes: ["An example runs in the repository: `examples/langgraph`."],
  }),
  inTypeScript({
    id: "ai-sdk-7",
    title: "Vercel AI SDK 7",
    packages: ["@ai-sdk/otel"],
    imports: `import { registerTelemetry } from "ai";
import { OpenTelemetry } from "@ai-sdk/otel";`,
    line: "registerTelemetry(new OpenTelemetry())",
    about: "It speaks OpenTelemetry's GenAI conventions; an agent as a tool of another is a delegation.",
    notes: [
      'Name agents: `telemetry: { functionId: "planner" }` in each call; without it an agent is called after its model.',
      "An example runs in the repository: `examples/ai-sdk`.",
    ],
  }),
  inTypeScript({
    id: "ai-sdk-5",
    title: "Vercel AI SDK 5, 6",
    packages: [],
    line: `// in each call of generateText, streamText, …
experimental_telemetry: { isEnabled: true, functionId: "planner" }`,
    about: "It is off unless a call turns it on; the function id is the agent's name.",
  }),
  inTypeScript({
    id: "openai-agents-typescript",
    title: "OpenAI Agents SDK",
    packages: ["@arizeai/openinference-instrumentation-openai-agents"],
    imports: `import * as agents from "@openai/agents";
import { OpenAIAgentsInstrumentation } from "@arizeai/openinference-instrumentation-openai-agents";`,
    line: "new OpenAIAgentsInstrumentation().manuallyInstrument(agents)",
    about: "It does not speak OpenTelemetry by itself: OpenInference's bridge does.",
    notes: ["An example runs in the repository: `examples/openai-agents`."],
  }),
  {
    id: "mastra",
    title: "Mastra",
    language: "TypeScript",
    about: "Its own exporter sends OTLP; sub-agents are delegations.",
    steps: [
      { title: "Install", code: () => "npm install @mastra/observability @mastra/otel-exporter" },
      {
        title: "Among the exporters of its observability",
        code: ({ origin, key }) => `new OtelExporter({
  provider: { custom: { endpoint: "${origin}/v1/traces", protocol: "http/json"${
    key === undefined ? "" : `,\n    headers: { authorization: "Bearer ${key}" }`
  } } },
})`,
      },
    ],
    notes: [SEEN_AT_THE_END],
  },
  inTypeScript({
    id: "google-adk-typescript",
    title: "Google ADK, Strands",
    packages: [],
    line: "// nothing more: they use the provider that NodeSDK registers",
    about: "They use the provider that NodeSDK registers.",
  }),
  inTypeScript({
    id: "langfuse-typescript",
    title: "Langfuse SDK",
    packages: ["@langfuse/tracing"],
    imports: 'import { startActiveObservation } from "@langfuse/tracing";',
    line: `await startActiveObservation("planner", async (planner) => {
  planner.update({ input: "a page about heat pumps" });
  // … the agent's work …
}, { asType: "agent" });`,
    about: "Its observations are OpenTelemetry spans and go where the global provider sends.",
    notes: ["Langfuse's own processor may stay beside it: `spanProcessors` takes several."],
  }),
  {
    id: "langsmith-typescript",
    title: "LangSmith",
    language: "TypeScript",
    about: "What is `traceable` becomes OpenTelemetry spans, which its exporter sends here.",
    steps: [
      {
        title: "Install",
        code: () =>
          "npm install langsmith @opentelemetry/api @opentelemetry/sdk-trace-base @opentelemetry/exporter-trace-otlp-proto @opentelemetry/context-async-hooks",
      },
      { title: "In the environment", code: () => "export LANGSMITH_TRACING=true LANGSMITH_OTEL_ENABLED=true" },
      {
        title: "Before your program",
        code: ({ origin, key }) => `import { initializeOTEL } from "langsmith/experimental/otel/setup";

initializeOTEL({ exporterConfig: { url: "${origin}/v1/traces"${
          key === undefined ? "" : `, headers: { authorization: "Bearer ${key}" }`
        } } });`,
      },
    ],
    notes: [
      "Only `traceable` functions become spans.",
      "LangSmith calls this way experimental; for LangGraph OpenInference tells more.",
    ],
  },
  {
    id: "openllmetry-typescript",
    title: "OpenLLMetry",
    language: "TypeScript",
    about: "Traceloop's SDK turns on its instrumentations and sends where its environment says.",
    steps: [
      { title: "Install", code: () => "npm install @traceloop/node-server-sdk" },
      TRACELOOP_ADDRESS,
      {
        title: "Before anything else is imported",
        code: () => `import * as traceloop from "@traceloop/node-server-sdk";

traceloop.initialize({ appName: "my-agents" });`,
      },
    ],
    notes: [
      "LangChain's spans have no parents unless they are made inside `withWorkflow` or a span of yours.",
      TRACELOOP_CONTENT,
    ],
  },
  inTypeScript({
    id: "spans-typescript",
    title: "Your own spans",
    packages: ["@opentelemetry/api"],
    line: `trace.getTracer("my-agents").startActiveSpan("invoke_agent planner", async (span) => {
  span.setAttributes({ "talea.kind": "agent", "talea.agent": "planner" });
  // … the agent's work; its model calls and tools are spans below …
  span.end();
});`,
    imports: 'import { trace } from "@opentelemetry/api";',
    about:
      "Spans with `talea.*` attributes, which hold against everything, or in OpenTelemetry's GenAI conventions (`gen_ai.*`).",
    notes: ["An example of three processes runs in the repository: `examples/three-processes`."],
  }),
];

const PYTHON: readonly Guide[] = [
  {
    id: "talea-python",
    title: "Your own code",
    language: "Python",
    about: "The one-file package `talea` has functions for code without a framework, and shows work while it lasts.",
    steps: [
      { title: "Install, from a checkout of Talea", code: () => "pip install ./sdk-python" },
      ADDRESS,
      {
        title: "Around what you do",
        code: () => `import talea

talea.init("my-agents")

with talea.run("nightly report"):
    with talea.agent("researcher", input="find three sources"):
        with talea.tool("search", input={"q": "heat pumps"}):
            ...

talea.flush()`,
      },
    ],
    notes: [
      "With OpenTelemetry, one more line shows spans of any instrumentation while they last: `provider.add_span_processor(talea.TaleaSpanProcessor())`.",
    ],
  },
  inPython({
    id: "langgraph-python",
    title: "LangGraph, LangChain",
    packages: ["openinference-instrumentation-langchain"],
    imports: "from openinference.instrumentation.langchain import LangChainInstrumentor",
    line: "LangChainInstrumentor().instrument()",
    about: "By OpenInference. Agents, handoffs and messages between them are read from LangGraph's metadata.",
  }),
  inPython({
    id: "crewai",
    title: "CrewAI",
    packages: ["openinference-instrumentation-crewai"],
    imports: "from openinference.instrumentation.crewai import CrewAIInstrumentor",
    line: "CrewAIInstrumentor().instrument()",
    about: "By OpenInference: an agent is its role, tasks are tasks.",
  }),
  inPython({
    id: "openai-agents-python",
    title: "OpenAI Agents SDK",
    packages: ["openinference-instrumentation-openai-agents"],
    imports: "from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor",
    line: "OpenAIAgentsInstrumentor().instrument()",
    about: "By OpenInference: agents, handoffs, guardrails.",
  }),
  inPython({
    id: "llamaindex",
    title: "LlamaIndex",
    packages: ["openinference-instrumentation-llama-index"],
    imports: "from openinference.instrumentation.llama_index import LlamaIndexInstrumentor",
    line: "LlamaIndexInstrumentor().instrument()",
    about: "By OpenInference: steps of agent workflows are agents.",
  }),
  inPython({
    id: "autogen",
    title: "AutoGen AgentChat",
    packages: ["openinference-instrumentation-autogen-agentchat"],
    imports: "from openinference.instrumentation.autogen_agentchat import AutogenAgentChatInstrumentor",
    line: "AutogenAgentChatInstrumentor().instrument()",
    about: "By OpenInference. AutoGen's own messaging spans are joined to one run by their links.",
  }),
  inPython({
    id: "pydantic-ai",
    title: "PydanticAI",
    packages: [],
    imports: "from pydantic_ai import Agent",
    line: "Agent.instrument_all()",
    about: "It speaks OpenTelemetry by itself.",
  }),
  inPython({
    id: "strands-python",
    title: "Strands",
    packages: [],
    imports: "from strands.telemetry import StrandsTelemetry",
    line: "StrandsTelemetry().setup_otlp_exporter()",
    about: "It speaks OpenTelemetry, and sets it up by itself.",
    isComplete: true,
  }),
  inPython({
    id: "agent-framework",
    title: "Microsoft Agent Framework",
    packages: [],
    imports: "from agent_framework.observability import configure_otel_providers",
    line: "configure_otel_providers(enable_sensitive_data=True)",
    about: "It speaks OpenTelemetry, and sets it up by itself; so told, it sends prompts too.",
    isComplete: true,
  }),
  inPython({
    id: "google-adk-python",
    title: "Google ADK",
    packages: [],
    line: "# nothing more: it reads OTEL_EXPORTER_OTLP_ENDPOINT by itself",
    about: "It reads `OTEL_EXPORTER_OTLP_ENDPOINT` by itself.",
    isComplete: true,
  }),
  {
    id: "openllmetry-python",
    title: "OpenLLMetry",
    language: "Python",
    about: "Traceloop's SDK turns on its instrumentations and sends where its environment says.",
    steps: [
      { title: "Install", code: () => "pip install traceloop-sdk" },
      TRACELOOP_ADDRESS,
      {
        title: "Before your program",
        code: () => 'from traceloop.sdk import Traceloop\n\nTraceloop.init(app_name="my-agents")',
      },
    ],
    notes: [NOT_RUN_HERE, TRACELOOP_CONTENT],
  },
];

/** Every way in which programs are connected. */
export const GUIDES: readonly Guide[] = [...ANY_PROGRAM, ...TYPESCRIPT, ...PYTHON];

/** Guides that have every word of a search in their texts. */
export function findGuides(search: string): readonly Guide[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return GUIDES.filter((guide) => {
    const text = textOf(guide).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** All that a guide says, for one who sends to the usual place. */
export function textOf({ title, language, about, steps, notes }: Guide): string {
  return [title, language, about, ...steps.map(({ code }) => code(USUAL_PLACE)), ...notes].join("\n");
}

function portOf(origin: string): string {
  const { port, protocol } = new URL(origin);
  if (port !== "") return port;
  return protocol === "https:" ? "443" : "80";
}
