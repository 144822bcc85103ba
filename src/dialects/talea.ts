import { attributeKey } from "../model/attribute-keys.ts";
import type { LogDraft, SpanDraft } from "../model/draft.ts";
import type { AttributeReader, ForeignLog, ForeignSpan } from "../model/foreign-span.ts";
import { isRunId } from "../model/ids.ts";
import { TALEA } from "../model/names.ts";
import { MESSAGE_KINDS, SPAN_KINDS, type SpanKind } from "../model/vocabulary.ts";
import type { Dialect } from "./dialect.ts";
import { addTags, fillHints, hintTable } from "./extract/fields.ts";
import { messagesOf } from "./extract/messages.ts";
import { speakerOf, takeArguments, takeMessages, takeResult } from "./extract/sides.ts";

const KIND = attributeKey(TALEA.kind);
const RUN_ID = attributeKey(TALEA.runId);
const AGENT = attributeKey(TALEA.agent);
const AGENT_INSTANCE = attributeKey(TALEA.agentInstance);
const SESSION = attributeKey(TALEA.session);
const USER = attributeKey(TALEA.user);
const TAGS = attributeKey(TALEA.tags);
const COST = attributeKey(TALEA.costUsd);
const WAITS = attributeKey(TALEA.waitsForHuman);
const INPUT = attributeKey(TALEA.input);
const OUTPUT = attributeKey(TALEA.output);
const MESSAGE_KIND = attributeKey(TALEA.messageKind);
const MESSAGE_TO = attributeKey(TALEA.messageTo);
const HINTS = hintTable({
  runName: [TALEA.runName],
  task: [TALEA.task],
  from: [TALEA.messageFrom],
  to: [TALEA.messageTo],
  messageId: [TALEA.messageId],
});

const KINDS = new Set<string>(SPAN_KINDS);
const MESSAGES = new Set<string>(MESSAGE_KINDS);

/** What is said outright replaces what another dialect found. */
function overrule(attributes: AttributeReader, draft: SpanDraft): void {
  const kind = attributes.text(KIND);
  if (KINDS.has(kind)) draft.kind = kind as SpanKind;
  draft.agent = attributes.text(AGENT) || draft.agent;
  draft.agentInstance = attributes.text(AGENT_INSTANCE) || draft.agentInstance;
  draft.session = attributes.text(SESSION) || draft.session;
  draft.user = attributes.text(USER) || draft.user;
  const runId = attributes.text(RUN_ID);
  if (isRunId(runId)) draft.runId = runId;
  const cost = attributes.number(COST);
  if (cost !== undefined && cost >= 0) draft.costUsd = cost;
  if (attributes.flag(WAITS) === true) draft.trait("waitsForHuman");
  addTags(attributes, TAGS, draft);
}

function readMessage(attributes: AttributeReader, draft: SpanDraft): void {
  fillHints(attributes, HINTS, draft);
  const kind = attributes.text(MESSAGE_KIND);
  if (!MESSAGES.has(kind)) return;
  draft.hint("messageKind", kind);
  draft.hint("evidence", "M1");
  if (draft.kind === "other") draft.kind = "message";
}

function readSides({ attributes, name }: ForeignSpan, draft: SpanDraft): void {
  if (draft.kind !== "tool") {
    takeMessages(attributes, INPUT, "input", draft);
    takeMessages(attributes, OUTPUT, "output", draft);
    return;
  }
  if (draft.tool === "") draft.tool = name;
  takeArguments(attributes, INPUT, draft);
  takeResult(attributes, OUTPUT, draft);
}

function mapLog(log: ForeignLog, draft: LogDraft): void {
  const { attributes } = log;
  draft.agent = attributes.text(AGENT) || draft.agent;
  draft.agentInstance = attributes.text(AGENT_INSTANCE) || draft.agentInstance;
  draft.toAgent = draft.toAgent || attributes.text(MESSAGE_TO);
  const runId = attributes.text(RUN_ID) || log.resource.text(RUN_ID);
  if (draft.runId === "" && isRunId(runId)) draft.runId = runId;
  for (const [side, key] of [["input", INPUT] as const, ["output", OUTPUT] as const]) {
    const read = messagesOf(attributes.value(key), speakerOf("agent", side));
    if (read.parts.length > 0 && draft[side].length === 0) draft[side] = read.parts;
    if (read.complete) attributes.take(key);
  }
  const cost = attributes.number(COST);
  if (cost !== undefined && cost >= 0) draft.facts.push({ field: "costUsd", value: String(cost) });
}

/** Talea's own attributes. They may stand on any span: what they say holds against every other dialect. */
export const talea: Dialect = {
  id: "talea",
  doc: "Talea's own attributes, as its SDKs write them and as anybody may set them on a span of any library to say outright which run, agent, task or message it is. What they say holds against whatever another dialect finds on the same span; the rest of such a span is read as that other dialect.",
  detect: { prefixes: ["talea."], scopes: ["talea", "@talea/*", "talea.*"] },
  map(span, draft) {
    overrule(span.attributes, draft);
    readMessage(span.attributes, draft);
    readSides(span, draft);
  },
  mapLog,
};
