// What the agents of the office have in common: how they ask the model, and how they write to each other.

import { extract, inject, llm, message } from "@talea/sdk";
import { type Message, put, take } from "./queue.ts";

const QUEUE_URL = () => process.env["QUEUE_URL"] ?? "";

/** Asks the model in the name of an agent. */
export function ask(agent: string, model: string, prompt: string): Promise<string> {
  return llm({ model, provider: "openai", input: prompt }, async (call) => {
    const response = await fetch(`${process.env["MODEL_URL"]}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({
        model,
        messages: [
          { role: "system", content: `You are ${agent}.` },
          { role: "user", content: prompt },
        ],
      }),
    });
    if (!response.ok) throw new Error(`The model answers ${response.status}`);
    const { id, choices, usage } = (await response.json()) as ChatAnswer;
    call.response({ id });
    call.usage({
      inputTokens: usage.prompt_tokens,
      outputTokens: usage.completion_tokens,
      cacheReadTokens: usage.prompt_tokens_details.cached_tokens,
      reasoningTokens: usage.completion_tokens_details.reasoning_tokens,
    });
    return choices[0]?.message.content ?? "";
  });
}

interface ChatAnswer {
  readonly id: string;
  readonly choices: readonly { readonly message: { readonly content: string | null } }[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
    readonly completion_tokens_details: { readonly reasoning_tokens: number };
  };
}

/** Puts a message on an agent's queue. It says which trace and run it belongs to. */
export function send(to: string, text: string): Promise<void> {
  return message({ to, text }, () => put(QUEUE_URL(), to, { headers: inject(), text }));
}

/** Takes the next message of a queue and works on it inside the run of whoever sent it. False when the queue is gone. */
export async function next(name: string, work: (text: string) => Promise<void>): Promise<boolean> {
  const taken: Message | undefined = await take(QUEUE_URL(), name);
  if (taken === undefined) return false;
  await extract(taken.headers, () => work(taken.text));
  return true;
}
