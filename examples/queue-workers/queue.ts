// A queue of messages between processes, in the process that starts it: POST /<name> puts one, GET /<name> takes the
// oldest, or waits for one. A real one would be a broker; what matters here is that a message carries headers.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Message {
  /** Trace context and whatever else a broker would keep as headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Queue {
  readonly url: string;
  close(): void;
}

/** Starts a server of queues on a free port of this machine. */
export async function startQueue(): Promise<Queue> {
  const lying = new Map<string, string[]>();
  const takers = new Map<string, ServerResponse[]>();
  const server = createServer(async (request, response) => {
    const name = request.url ?? "/";
    if (request.method === "GET") {
      const message = lying.get(name)?.shift();
      if (message !== undefined) response.end(message);
      else takers.set(name, [...(takers.get(name) ?? []), response]);
      return;
    }
    const message = await readText(request);
    const taker = takers.get(name)?.shift();
    if (taker !== undefined) taker.end(message);
    else lying.set(name, [...(lying.get(name) ?? []), message]);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function put(url: string, name: string, message: Message): Promise<void> {
  await fetch(`${url}/${name}`, { method: "POST", body: JSON.stringify(message) });
}

/** The oldest message; waits until there is one. Undefined when the queue is gone. */
export async function take(url: string, name: string): Promise<Message | undefined> {
  const response = await fetch(`${url}/${name}`).catch(() => undefined);
  return (await response?.json().catch(() => undefined)) as Message | undefined;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
