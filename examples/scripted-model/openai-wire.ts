// OpenAI's Chat Completions and Responses, as far as agent frameworks use them. Source: the OpenAI API reference.

import { randomUUID } from "node:crypto";
import type { ScriptedReply, Usage } from "./script.ts";

/** What the script needs to know of a request. */
export interface ModelRequest {
  readonly model: string;
  readonly instructions: string;
  readonly lastMessage: string;
  /** Everything that costs input tokens. */
  readonly prompt: string;
  readonly stream: boolean;
}

/** One of the two interfaces. */
export interface Wire {
  read(body: Record<string, unknown>): ModelRequest;
  answer(request: ModelRequest, reply: ScriptedReply, usage: Usage): object;
  /** The server-sent events of a streamed answer, in order; undefined where this stand-in does not stream. */
  readonly stream?: (request: ModelRequest, reply: ScriptedReply, usage: Usage) => readonly string[];
}

interface WireMessage {
  readonly role?: string;
  readonly type?: string;
  readonly content?: unknown;
  readonly output?: unknown;
}

export const chatCompletions: Wire = {
  read: (body) => {
    const messages = (body["messages"] ?? []) as WireMessage[];
    const { tools } = body;
    return {
      model: String(body["model"]),
      instructions: textOf(messages.find(({ role }) => role === "system" || role === "developer")?.content),
      lastMessage: textOf(messages.at(-1)?.content),
      prompt: JSON.stringify([tools ?? [], ...messages]),
      stream: body["stream"] === true,
    };
  },
  answer: (request, reply, usage) => ({
    ...chatHead(request, "chat.completion"),
    choices: [
      {
        index: 0,
        finish_reason: finishReason(reply),
        message: { role: "assistant", content: reply.text ?? null, ...toolCalls(reply, false) },
      },
    ],
    usage: chatUsage(usage),
  }),
  stream: (request, reply, usage) => {
    const head = chatHead(request, "chat.completion.chunk");
    const chunk = (delta: object, finish: string | null = null) =>
      event({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });
    const words = (reply.text ?? "").match(/\S+\s*/g) ?? [];
    return [
      chunk({ role: "assistant", content: "" }),
      ...words.map((word) => chunk({ content: word })),
      ...(reply.calls === undefined ? [] : [chunk(toolCalls(reply, true))]),
      chunk({}, finishReason(reply)),
      event({ ...head, choices: [], usage: chatUsage(usage) }),
      "data: [DONE]\n\n",
    ];
  },
};

export const responses: Wire = {
  read: (body) => {
    const { input, instructions, tools } = body;
    const items = (typeof input === "string" ? [{ role: "user", content: input }] : (input ?? [])) as WireMessage[];
    const last = items.at(-1);
    return {
      model: String(body["model"]),
      instructions: textOf(instructions),
      lastMessage: textOf(last?.content ?? last?.output),
      prompt: JSON.stringify([tools ?? [], instructions, ...items]),
      stream: body["stream"] === true,
    };
  },
  answer: (request, reply, usage) => ({
    id: id("resp"),
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    status: "completed",
    model: request.model,
    output: [
      ...(reply.text === undefined ? [] : [outputMessage(reply.text)]),
      ...(reply.calls ?? []).map((call) => ({
        ...{ type: "function_call", id: id("fc"), call_id: id("call"), status: "completed" },
        ...{ name: call.name, arguments: JSON.stringify(call.arguments) },
      })),
    ],
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cached },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.input + usage.output,
    },
  }),
};

function chatHead({ model }: ModelRequest, object: string): object {
  return { id: id("chatcmpl"), object, created: Math.floor(Date.now() / 1000), model };
}

function chatUsage({ input, cached, output, reasoning }: Usage): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}

function toolCalls({ calls }: ScriptedReply, indexed: boolean): object {
  if (calls === undefined) return {};
  return {
    tool_calls: calls.map((call, index) => ({
      ...(indexed ? { index } : {}),
      ...{ id: id("call"), type: "function" },
      function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    })),
  };
}

function outputMessage(text: string): object {
  return {
    ...{ type: "message", id: id("msg"), role: "assistant", status: "completed" },
    content: [{ type: "output_text", text, annotations: [] }],
  };
}

function finishReason({ calls }: ScriptedReply): string {
  return calls === undefined ? "stop" : "tool_calls";
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function id(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
}

/** The text of content that is a text or a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined || content === null ? "" : JSON.stringify(content);
  return content.map((part: { text?: unknown }) => (typeof part.text === "string" ? part.text : "")).join("");
}
