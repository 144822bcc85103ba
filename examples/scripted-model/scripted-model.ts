// A stand-in for a model provider: a local server that speaks OpenAI's interface, takes its time, counts tokens, fails
// when it is told to, and says what a script says. So the examples are real programs that need no key and no network.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chatCompletions, responses, type Wire } from "./openai-wire.ts";
import { pause } from "./pace.ts";
import { Player, type Script, type ScriptedReply, type TokensHandedOut } from "./script.ts";

export { paced, pause, pick } from "./pace.ts";
export type { Script, ScriptedReply } from "./script.ts";

/** A running stand-in. */
export interface ScriptedModel {
  /** What a client takes as its base URL. */
  readonly url: string;
  readonly handedOut: Readonly<TokensHandedOut>;
  /** Stops it, and prints as JSON on one line what it handed out and which lines nobody asked for. */
  close(): Promise<void>;
}

const WIRES: Readonly<Record<string, Wire>> = { "/v1/chat/completions": chatCompletions, "/v1/responses": responses };
const AGENT = /You are ([\w -]+?)[.,:]/;
/** Of the time that a reply takes: until its first word. */
const FIRST_WORD_SHARE = 0.4;

/** Starts the stand-in on a free port of this machine. */
export async function startScriptedModel(script: Script): Promise<ScriptedModel> {
  const player = new Player(script);
  const server = createServer((request, response) => {
    serve(request, response, player).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 500, { error: { message: String(error) } });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    handedOut: player.handedOut,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      console.log(JSON.stringify({ handedOut: player.handedOut, unsaid: player.unsaid() }));
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, player: Player): Promise<void> {
  const wire = WIRES[request.url ?? ""];
  if (wire === undefined) return sendJson(response, 404, { error: { message: `There is no ${request.url}` } });
  const asked = wire.read(JSON.parse(await readAll(request)) as Record<string, unknown>);
  const agent = AGENT.exec(asked.instructions)?.[1] ?? "nobody";
  const reply = player.next(agent, asked.lastMessage);
  if (reply.fail !== undefined) {
    await pause(reply.ms);
    player.failed();
    const { status, message } = reply.fail;
    return sendJson(response, status, { error: { message, type: "server_error" } });
  }
  const usage = player.usage(agent, asked.prompt, reply);
  if (asked.stream && wire.stream !== undefined) {
    return sendStream(response, wire.stream(asked, reply, usage), reply);
  }
  await pause(reply.ms);
  return sendJson(response, 200, wire.answer(asked, reply, usage));
}

async function sendStream(response: ServerResponse, events: readonly string[], { ms }: ScriptedReply): Promise<void> {
  await pause(ms * FIRST_WORD_SHARE);
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) {
    response.write(event);
    await pause((ms * (1 - FIRST_WORD_SHARE)) / events.length);
  }
  response.end();
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
