// An agent that is a process of its own: it takes tasks by HTTP and answers with a text. The caller's trace context
// comes in the headers, so that all processes are parts of one run.

import { type ChildProcess, fork } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { SpanKind, trace } from "@opentelemetry/api";
import { asAgent, asTool, inSpan, inTraceOf, messages, noteOutput, startTelemetry, traceHeaders } from "./telemetry.ts";

/** Serves one agent until its parent goes away, then sends the last spans. */
export function serveAgent(name: string, work: (task: string) => Promise<string>): void {
  const sdk = startTelemetry(name);
  const server = createServer((request, response) => {
    readText(request)
      .then((task) => inTraceOf(request.headers, () => asAgent(name, task, () => work(task))))
      .then(
        (text) => response.end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.once("disconnect", () => {
    server.close();
    sdk.shutdown().catch((error: unknown) => console.error(String(error)));
  });
}

/** Another agent's process. */
export interface RemoteAgent {
  ask(task: string): Promise<string>;
  /** Lets it send its last spans and waits for its end. */
  stop(): Promise<void>;
}

/** Starts an agent's process and waits until it takes tasks. */
export async function startAgent(name: string, file: string, modelUrl: string): Promise<RemoteAgent> {
  const env = { ...process.env, MODEL_URL: modelUrl };
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { env });
  const port = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code} before it was ready`)));
  });
  return {
    ask: (task) => asTool(`ask_${name}`, { task }, () => post(`http://127.0.0.1:${port}/`, task)),
    stop: () => stop(child),
  };
}

/** Asks the model in the name of an agent. */
export async function chat(agent: string, model: string, prompt: string): Promise<string> {
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": model,
    "gen_ai.input.messages": messages("user", prompt),
  };
  return inSpan(`chat ${model}`, SpanKind.CLIENT, attributes, async () => {
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
    const answer = (await response.json()) as ChatAnswer;
    trace.getActiveSpan()?.setAttributes({
      "gen_ai.response.id": answer.id,
      "gen_ai.response.model": answer.model,
      "gen_ai.usage.input_tokens": answer.usage.prompt_tokens,
      "gen_ai.usage.output_tokens": answer.usage.completion_tokens,
      "gen_ai.usage.cache_read.input_tokens": answer.usage.prompt_tokens_details.cached_tokens,
      "gen_ai.usage.reasoning.output_tokens": answer.usage.completion_tokens_details.reasoning_tokens,
    });
    const text = answer.choices[0]?.message.content ?? "";
    noteOutput(text);
    return text;
  });
}

interface ChatAnswer {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly { readonly message: { readonly content: string | null } }[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
    readonly completion_tokens_details: { readonly reasoning_tokens: number };
  };
}

function post(url: string, body: string): Promise<string> {
  return inSpan("POST", SpanKind.CLIENT, { "http.request.method": "POST", "url.full": url }, async () => {
    const response = await fetch(url, { method: "POST", headers: traceHeaders(), body });
    if (!response.ok) throw new Error(await response.text());
    return response.text();
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.disconnect();
  await ended;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
