import { attributeKey, attributeKeys } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { addTags, fieldTable, fillFields } from "./extract/fields.ts";
import { CHOICE_EVENT, TOOL_MESSAGE_EVENT } from "./extract/genai-events.ts";
import { applyReading, readingOf } from "./extract/readings.ts";
import { setArguments, setResult, takeMessages } from "./extract/sides.ts";
import { fail } from "./extract/tool-results.ts";
import { readValue } from "./extract/values.ts";

const OPERATION = attributeKey("gen_ai.operation.name");
const AGENT_NAME = attributeKey("gen_ai.agent.name");
const AGENT_ID = attributeKey("gen_ai.agent.id");
const NODE_TYPE = attributeKey("gen_ai.agent.node_type");
const CYCLE = attributeKey("agent_loop.cycle_id");
const TOOL_STATUS = attributeKey("gen_ai.tool.status");
const TAGS = attributeKey("tags");
const INPUT = attributeKey("gen_ai.agent.input");
const CONTENT = attributeKey("content");
const MESSAGE = attributeKey("message");
const TOOL_FIELDS = fieldTable({ tool: ["gen_ai.tool.name"], toolCallId: ["gen_ai.tool.call.id"] });
const MODEL_FIELDS = fieldTable({ model: ["gen_ai.response.model", "gen_ai.request.model"] });
/** The emitter writes the service's name where the provider is due. */
const SYSTEM = attributeKeys("gen_ai.system", "gen_ai.provider.name");

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  applyReading(readingOf(attributes.text(OPERATION)), draft);
  if (draft.kind === "other" && attributes.has(CYCLE)) draft.kind = "step";
  addTags(attributes, TAGS, draft);
  READ[draft.kind]?.(span, draft);
}

const READ: { readonly [kind: string]: (span: ForeignSpan, draft: SpanDraft) => void } = {
  run: readWhole,
  step: readStep,
  agent: ({ attributes }, draft) => {
    draft.agent = attributes.text(AGENT_NAME);
  },
  llm: ({ attributes, service }, draft) => {
    fillFields(attributes, MODEL_FIELDS, draft);
    for (const key of SYSTEM) {
      const system = attributes.text(key);
      if (draft.provider === "" && system !== service && system !== "strands-agents") draft.provider = system;
    }
    // What is left open is not filled with the service's name afterwards.
    if (draft.provider === "") draft.provider = "unknown";
  },
  tool: readTool,
};

/** A swarm or graph says `swarm` or `graph` where an agent's name is due. */
function readWhole({ attributes }: ForeignSpan, draft: SpanDraft): void {
  draft.hint("runName", attributes.text(AGENT_ID) || attributes.text(AGENT_NAME));
  takeMessages(attributes, INPUT, "input", draft);
}

function readStep({ attributes }: ForeignSpan, draft: SpanDraft): void {
  if (attributes.has(NODE_TYPE)) draft.hint("graphNode", attributes.text(AGENT_ID));
}

/** Arguments travel in the event `gen_ai.tool.message`, the result in `gen_ai.choice`. */
function readTool(span: ForeignSpan, draft: SpanDraft): void {
  fillFields(span.attributes, TOOL_FIELDS, draft);
  const input = span.events.find((event) => event.name === TOOL_MESSAGE_EVENT);
  const output = span.events.find((event) => event.name === CHOICE_EVENT);
  if (input !== undefined && setArguments(readValue(input.attributes.value(CONTENT)), draft)) {
    input.attributes.take(CONTENT);
  }
  const result = output?.attributes.value(MESSAGE);
  if (result !== undefined && setResult(result, draft)) output?.attributes.take(MESSAGE);
  if (span.attributes.text(TOOL_STATUS) === "error") fail(draft, span.statusMessage);
}

export const strands: Dialect = {
  id: "strands",
  doc: "Strands Agents, Python and JavaScript. Agents, cycles, model calls and tools use OpenTelemetry's operations; messages travel in span events; swarms and graphs are runs whose nodes are steps. Usage stands on up to four levels and counts on the model call only. The provider is the service's name and is left out. Read from a capture of the JavaScript version.",
  detect: { attributes: ["agent_loop.cycle_id", "gen_ai.agent.node_type", "gen_ai.event.start_time"] },
  map,
};
