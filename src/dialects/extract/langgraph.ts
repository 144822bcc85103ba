// LangGraph leaves the same marks in the metadata of every tracer (rules A3 to A5):
//
//   lc_agent_name            the agent, as `create_agent` was told
//   langgraph_node           the node that runs
//   langgraph_checkpoint_ns  where it runs: `supervisor:<uuid>|agent:<uuid>`, one segment per graph within a graph
//
// A segment of an inner graph's path names the node of the outer graph that the inner graph is, so
// `supervisor:…|agent:…` is node `agent` inside agent `supervisor`, and the uuid tells that activation from others. A
// path of one segment is a node of the outermost graph: whether it is an agent shows only in what runs below it.

import type { SpanDraft } from "../../model/draft.ts";

/** Looks up a metadata field; "" when it is missing. */
export type Metadata = (name: string) => string;

const SEGMENTS_MAX = 64;
/** A node that calls a graph more than once has the number of the call in the path. */
const CALL_NUMBER = /^\d+$/;
/** Nodes that run tools: a graph below one is an agent called as a tool, not part of the agent around. */
const TOOL_NODES = new Set(["tools", "tool_node", "tool", "action"]);

const PLUMBING = new Set([
  ...["RunnableSequence", "RunnableLambda", "RunnableParallel", "RunnableMap", "RunnableAssign", "RunnableBranch"],
  ...["RunnablePassthrough", "RunnableBinding", "RunnableCallable", "RunnableWithFallbacks", "RunnableEach"],
  ...["ChatPromptTemplate", "PromptTemplate", "__start__", "__end__", "Prompt", "prompt", "_write", "ChannelWrite"],
  ...["StrOutputParser", "JsonOutputParser", "PydanticToolsParser", "should_continue"],
]);
const PLUMBING_BEGINNINGS = ["ChannelWrite<", "ChannelRead<", "Branch<", "RunnableParallel<", "RunnableAssign<"];

/** Whether a name is one that LangChain gives to its own wiring. */
export function isPlumbing(name: string): boolean {
  return PLUMBING.has(name) || PLUMBING_BEGINNINGS.some((beginning) => name.startsWith(beginning));
}

/** Marks a span as wiring that views leave out. */
export function hide(draft: SpanDraft): void {
  draft.kind = "other";
  draft.trait("hidden");
}

/** Reads the agent and the path of graphs from the metadata. Says whether the span is an agent's own graph. */
export function readLangGraph(metadata: Metadata, spanName: string, draft: SpanDraft): boolean {
  const node = metadata("langgraph_node");
  const named = metadata("lc_agent_name");
  const path = metadata("langgraph_checkpoint_ns") || metadata("checkpoint_ns");
  draft.hint("graphPath", path);
  if (named !== "" && draft.agent === "") {
    draft.agent = named;
    // The name stands on every span of the agent: the topmost one is the agent.
    draft.trait("agentInferred");
  } else if (draft.agent === "") draft.agent = agentAround(path, node);
  return named !== "" && spanName === named && node !== spanName;
}

/** Session and user as LangGraph's callers put them. */
export function fillFromMetadata(metadata: Metadata, draft: SpanDraft): void {
  if (draft.session === "") {
    draft.session = metadata("session_id") || metadata("thread_id") || metadata("conversation_id");
  }
  if (draft.user === "") draft.user = metadata("user_id");
}

/** The agent whose graph a node is in: the last segment that is not the node itself, unless it runs tools. */
function agentAround(path: string, node: string): string {
  if (path === "") return "";
  const segments = path.split("|", SEGMENTS_MAX).filter((segment) => !CALL_NUMBER.test(segment));
  const last = segments.length - 1;
  const own = nodeOf(segments[last] ?? "");
  const around = own === node ? nodeOf(segments[last - 1] ?? "") : own;
  return TOOL_NODES.has(around) ? "" : around;
}

function nodeOf(segment: string): string {
  const colon = segment.indexOf(":");
  return colon < 0 ? segment : segment.slice(0, colon);
}
