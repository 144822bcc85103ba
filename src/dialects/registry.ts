// The dialects in the order in which they are tried, and the way a span takes through them.
//
// Which dialects a span may speak is told by its attribute names and its scope. Both are looked up once per distinct
// name: a name's marks are the dialects that it speaks for, one bit each, and a span's marks are those of its names and
// of its scope together. The lowest bit whose dialect agrees has the span.

import { attributeKey } from "../model/attribute-keys.ts";
import type { LogDraft, SpanDraft } from "../model/draft.ts";
import type { ForeignLog, ForeignSpan } from "../model/foreign-span.ts";
import { TALEA } from "../model/names.ts";
import { a2a } from "./a2a.ts";
import { adk } from "./adk.ts";
import { aiSdk } from "./ai-sdk.ts";
import { anthropicNative } from "./anthropic-native.ts";
import { autoGen } from "./autogen.ts";
import { claudeCode } from "./claude-code.ts";
import type { Dialect } from "./dialect.ts";
import { settle, settlePlain } from "./extract/settle.ts";
import { genkit } from "./genkit.ts";
import { langfuse } from "./langfuse.ts";
import { langSmith } from "./langsmith.ts";
import { liveKit } from "./livekit.ts";
import { mastra } from "./mastra.ts";
import { mcp } from "./mcp.ts";
import { mlflow } from "./mlflow.ts";
import { msAgentFramework } from "./ms-agent-framework.ts";
import { openInference } from "./openinference.ts";
import { openLlmetry } from "./openllmetry.ts";
import { otelGenAi } from "./otel-genai.ts";
import { pydanticAi } from "./pydantic-ai.ts";
import { strands } from "./strands.ts";
import { talea } from "./talea.ts";

/** First come, first served. At most 30, so that marks stay small integers. */
export const DIALECTS: readonly Dialect[] = [
  talea,
  langfuse,
  openInference,
  mastra,
  adk,
  claudeCode,
  anthropicNative,
  aiSdk,
  langSmith,
  pydanticAi,
  openLlmetry,
  a2a,
  mcp,
  msAgentFramework,
  autoGen,
  strands,
  genkit,
  mlflow,
  liveKit,
  otelGenAi,
];

const TALEA_MARK = markOf(talea);
const GENERIC_MARK = markOf(otelGenAi);

function markOf(dialect: Dialect): number {
  return 1 << DIALECTS.indexOf(dialect);
}

function marksWhere(matches: (dialect: Dialect) => boolean): number {
  let marks = 0;
  for (const dialect of DIALECTS) if (matches(dialect)) marks |= markOf(dialect);
  return marks;
}

/** The dialects that an attribute name speaks for. To be asked once per distinct name. */
export function dialectMarks(attributeName: string): number {
  return marksWhere(
    ({ detect }) =>
      detect.attributes?.includes(attributeName) === true ||
      detect.prefixes?.some((prefix) => attributeName.startsWith(prefix)) === true,
  );
}

/** The dialects that an instrumentation scope speaks for. To be asked once per distinct scope. */
export function scopeMarks(scope: string): number {
  return marksWhere(({ detect }) => detect.scopes?.some((pattern) => matchesScope(pattern, scope)) === true);
}

function matchesScope(pattern: string, scope: string): boolean {
  return pattern.endsWith("*") ? scope.startsWith(pattern.slice(0, -1)) : scope === pattern;
}

/** The first dialect among the marks that agrees that the span is its own. */
export function detectDialect(marks: number, span: ForeignSpan): Dialect | undefined {
  for (let rest = marks; rest !== 0; rest &= rest - 1) {
    const dialect = DIALECTS[31 - Math.clz32(rest & -rest)];
    if (dialect !== undefined && (dialect.detect.confirm === undefined || dialect.detect.confirm(span))) return dialect;
  }
  return undefined;
}

/**
 * Fills the draft from the span: its dialect first, then whatever `gen_ai.*` says besides, then what the sender said
 * outright in Talea's own attributes. Returns the id of the dialect, "" for a span that speaks none. Never throws.
 */
export function mapSpan(marks: number, span: ForeignSpan, draft: SpanDraft): string {
  if (marks === 0) {
    settlePlain(span, draft);
    return "";
  }
  const dialect = detectDialect(marks & ~TALEA_MARK, span);
  const outright = (marks & TALEA_MARK) !== 0;
  if (dialect !== undefined) {
    dialect.map(span, draft);
    if (dialect !== otelGenAi && (marks & GENERIC_MARK) !== 0) otelGenAi.map(span, draft);
  }
  if (outright) talea.map(span, draft);
  if (dialect === undefined && !outright) {
    settlePlain(span, draft);
    return "";
  }
  settle(span, draft);
  return dialect === undefined || (outright && dialect === otelGenAi) ? talea.id : dialect.id;
}

/** The attributes that name the agent of a data point, the ones to be preferred first. */
export const POINT_AGENT_NAMES: readonly string[] = [TALEA.agent, "gen_ai.agent.name"];

const EVENT_NAME = attributeKey("event.name");
const GENAI_AGENT = attributeKey("gen_ai.agent.name");
const GENAI_EVENT = "gen_ai.";
const logMarks = new Map<string, number>();
const SCOPES_KNOWN_MAX = 1024;

/**
 * Fills the draft from a log record: the event's type, and what the record says about its span. Returns the id of the
 * dialect, "" for a record that speaks none. Never throws.
 */
export function mapLog(log: ForeignLog, draft: LogDraft): string {
  if (draft.type === "log") draft.type = log.eventName || log.attributes.text(EVENT_NAME) || "log";
  const dialect = logDialect(log.scope, draft.type);
  dialect?.mapLog?.(log, draft);
  talea.mapLog?.(log, draft);
  if (draft.agent === "") draft.agent = log.attributes.text(GENAI_AGENT);
  return dialect?.id ?? "";
}

function logDialect(scope: string, type: string): Dialect | undefined {
  let marks = logMarks.get(scope);
  if (marks === undefined) {
    if (logMarks.size >= SCOPES_KNOWN_MAX) logMarks.clear();
    marks = scopeMarks(scope);
    logMarks.set(scope, marks);
  }
  for (const dialect of DIALECTS) {
    if (dialect !== talea && dialect.mapLog !== undefined && (marks & markOf(dialect)) !== 0) return dialect;
  }
  if (type.startsWith(GENAI_EVENT)) return otelGenAi;
  return (marks & TALEA_MARK) !== 0 ? talea : undefined;
}
