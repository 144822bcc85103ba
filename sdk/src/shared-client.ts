// Which clients this process has. They are kept where both copies of the SDK find them, the one that was imported and
// the one that was required.

import { Client } from "./client.ts";
import type { Dropped } from "./drops.ts";
import { LIMITS } from "./limits.ts";
import { NAMES } from "./names.ts";
import { log, quietly } from "./quietly.ts";
import { connectionOf, type TaleaOptions } from "./settings.ts";
import type { ResourceShape } from "./span-shape.ts";

interface Shared {
  readonly clients: Map<string, Client>;
  /** The one that functions without a client of their own send through. */
  current: Client | undefined;
  /** Shut down; they still count what a processor of theirs gives them. */
  readonly ended: Client[];
}

const PLACE = Symbol.for("@talea/sdk:1");

function shared(): Shared {
  const holder = globalThis as { [PLACE]?: Shared };
  const known = holder[PLACE];
  if (known !== undefined) return known;
  const made: Shared = { clients: new Map(), current: undefined, ended: [] };
  holder[PLACE] = made;
  process.on("beforeExit", () => {
    for (const client of made.clients.values())
      client.flushAtExit().catch((error: unknown) => log.error(String(error)));
  });
  return made;
}

/** The client for these options, the same for the same ones; the functions use it from here on. */
export function useClient(options: TaleaOptions): Client {
  const place = shared();
  const connection = quietly(() => connectionOf(options), undefined) ?? connectionOf({});
  const name = JSON.stringify(connection);
  const client = place.clients.get(name) ?? new Client({ connection, fallback: resourceOfProcess() });
  place.clients.set(name, client);
  place.current = client;
  return client;
}

/** The client that was configured last, else one that the environment describes. */
export function currentClient(): Client {
  return shared().current ?? useClient({});
}

/**
 * Sends everything that was emitted so far. Resolves with whether it went out within the time; never rejects. A process
 * that ends by `process.exit` must await it before.
 */
export async function flush(timeoutMs: number = LIMITS.flushMs): Promise<boolean> {
  const sent = await Promise.all([...shared().clients.values()].map((client) => client.flush(timeoutMs)));
  return sent.every(Boolean);
}

/**
 * As `flush`, and then takes nothing more: what is left is counted as dropped, what is emitted later goes to a client
 * made anew. Resolves within the time; never rejects.
 */
export async function shutdown(timeoutMs: number = LIMITS.flushMs): Promise<boolean> {
  const place = shared();
  const clients = [...place.clients.values()];
  place.clients.clear();
  place.current = undefined;
  place.ended.push(...clients);
  const sent = await Promise.all(clients.map((client) => client.shutdown(timeoutMs)));
  return sent.every(Boolean);
}

/** What could not be delivered since the process began. */
export function dropped(): Dropped {
  const { clients, ended } = shared();
  const reasons: Record<string, number> = {};
  for (const client of [...ended, ...clients.values()]) {
    for (const [reason, count] of Object.entries(client.dropped)) reasons[reason] = (reasons[reason] ?? 0) + count;
  }
  return { count: Object.values(reasons).reduce((sum, count) => sum + count, 0), reasons };
}

/** A resource by name, or as the environment names this process. */
export function resourceOfProcess(service?: string, attributes: Readonly<Record<string, unknown>> = {}): ResourceShape {
  const { OTEL_SERVICE_NAME: named, OTEL_RESOURCE_ATTRIBUTES: listed = "" } = process.env;
  const fromList = Object.fromEntries(
    listed
      .split(",")
      .map((pair) => pair.split("=", 2).map((part) => part.trim()))
      .filter(([key, value]) => key !== "" && value !== undefined),
  ) as Record<string, string>;
  const name = service ?? named ?? fromList[NAMES.serviceName] ?? "unknown_service:node";
  return { attributes: { ...fromList, ...attributes, [NAMES.serviceName]: name } };
}
