// Contents of a span as attribute values: for tools and transfers the value itself, for everything else messages in the
// form of OpenTelemetry's conventions for generative AI.

import type { ContentMessage, MessagePart, Span } from "../../model/shapes.ts";

/** One side of a span as an attribute's text. */
export function contentText({ kind }: Pick<Span, "kind">, messages: readonly ContentMessage[]): string {
  const [only] = messages.flatMap(({ parts }) => parts);
  if ((kind === "tool" || kind === "message") && only !== undefined) return valueText(only);
  return JSON.stringify(messages.map(({ role, parts }) => ({ role, parts: parts.map(conventionalPart) })));
}

function conventionalPart(part: MessagePart): object {
  const { type, id, name } = part;
  const named = { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
  switch (type) {
    case "tool_call":
      return { type, ...named, arguments: partValue(part) };
    case "tool_result":
      return { type: "tool_call_response", ...named, response: partValue(part) };
    case "text":
    case "reasoning":
      return { type, content: part.text ?? "" };
    default:
      return { ...part.meta, type, ...named, content: partValue(part) };
  }
}

function partValue({ data, text }: MessagePart): unknown {
  return data ?? text ?? "";
}

function valueText(part: MessagePart): string {
  const value = partValue(part);
  return typeof value === "string" ? value : JSON.stringify(value);
}
