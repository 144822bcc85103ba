// Log records of OpenTelemetry's conventions: messages, operation details and evaluation results.

import { attributeKey, attributeKeys } from "../../model/attribute-keys.ts";
import type { LogDraft } from "../../model/draft.ts";
import type { ForeignLog } from "../../model/foreign-span.ts";
import { firstText } from "./fields.ts";
import { DETAILS_EVENT, readDetails, readMessageLog } from "./genai-events.ts";
import { EVALUATION_EVENT, scoreOf } from "./scores.ts";
import { isObject, toJson } from "./values.ts";

const EVENT_AGENT = attributeKeys("gen_ai.agent.name");
const RESPONSE_ID = attributeKey("gen_ai.response.id");

/** Reads message events, operation details and evaluation results of the conventions. */
export function readGenAiLog(log: ForeignLog, draft: LogDraft): void {
  if (draft.agent === "") draft.agent = firstText(log.attributes, EVENT_AGENT);
  if (draft.type === EVALUATION_EVENT) {
    draft.type = "score";
    const score = scoreOf(log.attributes);
    if (score !== undefined) draft.facts.push({ field: "score", value: JSON.stringify(score) });
    const responseId = log.attributes.text(RESPONSE_ID);
    if (log.spanId === "" && responseId !== "") draft.about = `response:${responseId}`;
  } else if (draft.type === DETAILS_EVENT) {
    const details = readDetails(log.attributes);
    draft.input = details.input;
    draft.output = details.output;
  } else readMessageRecord(log, draft);
}

function readMessageRecord(log: ForeignLog, draft: LogDraft): void {
  const body = log.body === undefined ? undefined : toJson(log.body);
  if (!isObject(body)) return;
  const read = readMessageLog(draft.type, body);
  if (read === undefined) return;
  draft[read.side] = read.list.parts;
  draft.bodyTaken = read.list.complete && read.list.parts.length > 0;
  if (read.finish !== undefined) draft.facts.push({ field: "finish", value: read.finish });
}
