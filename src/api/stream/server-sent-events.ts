// The same stream as server-sent events, for `curl -N` and EventSource: one subscription, told by the query string. Each
// message is the JSON that the socket would carry; its SSE id is the offset to come back with.

import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Static, Type } from "typebox";
import type { Access, Caller } from "../../ingest/access.ts";
import { isRunId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { STREAM_CHANNELS, type StreamFilter } from "../../model/stream.ts";
import { STREAM_PATH } from "../../model/stream-address.ts";
import { EVENT_LEVELS } from "../../model/vocabulary.ts";
import type { ApiParts } from "../api-parts.ts";
import { ApiError } from "../errors.ts";
import { text, texts } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { eventFrames, messageText, stateText } from "./messages.ts";
import { readAfter } from "./stream-parts.ts";

const KEEP_ALIVE_MS = 15_000;
const GOODBYE_MS = 1_000;

const streamQuery = Type.Object({
  channel: Type.Optional(
    Type.Unsafe<(typeof STREAM_CHANNELS)[number]>({ type: "string", enum: [...STREAM_CHANNELS], default: "events" }),
  ),
  after: text("`events`: deliver what lies behind this offset first; the header Last-Event-ID says the same"),
  runId: text("Of this run only"),
  agent: text("Of this agent only"),
  types: texts("Types of events, also as `tool.*`"),
  level: Type.Optional(Type.Unsafe<(typeof EVENT_LEVELS)[number]>({ type: "string", enum: [...EVENT_LEVELS] })),
});

/** A response that goes on until either side ends it. */
export class EventStreams {
  readonly #open = new Map<ServerResponse, Caller>();

  get count(): number {
    return this.#open.size;
  }

  /** Begins to answer. Throws ApiError when there are too many. */
  begin(response: ServerResponse, headers: Readonly<Record<string, unknown>>, caller: Caller): void {
    if (this.#open.size >= LIMITS.sockets) throw new ApiError("overloaded", "There are too many streams already.");
    this.#open.set(response, caller);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as string);
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.flushHeaders();
    response.on("close", () => this.#open.delete(response));
  }

  /** Ends what was begun with a key that is no longer good: nothing more is told on it. */
  refuseEnded(access: Access): void {
    for (const [response, caller] of this.#open) if (!access.isStillKnown(caller)) response.destroy();
  }

  /** Ends all; a reader that does not take the rest is cut off after a while. */
  async close(): Promise<void> {
    for (const response of this.#open.keys()) response.end();
    const deadline = performance.now() + GOODBYE_MS;
    while (this.#open.size > 0 && performance.now() < deadline) await delay(20);
    for (const response of this.#open.keys()) response.destroy();
  }
}

export const streamRoute: Route = route({
  url: STREAM_PATH,
  summary: "The live stream as server-sent events; as a WebSocket with several subscriptions on the same path",
  description:
    "Messages are those of the WebSocket. Channels: `events`, every RunEvent in the order of offsets; `runs`, `agents` and " +
    "`key-metrics`, a snapshot and then whole items that changed.",
  tag: "Live",
  query: streamQuery,
  answer: Type.String({ description: "Server-sent events" }),
  contentType: "text/event-stream",
  errors: ["overloaded"],
  handle: ({ parts, project, query, request, reply }) => {
    const lastSeen = request.headers["last-event-id"];
    const after = query.after ?? (typeof lastSeen === "string" && lastSeen !== "" ? lastSeen : undefined);
    const from = readAfter(after, parts.stream.events);
    const filter = readFilter(query);
    parts.eventStreams.begin(reply.raw, reply.getHeaders(), request.caller as Caller);
    reply.hijack();
    follow(parts, project, query.channel ?? "events", filter, from, reply.raw);
    return reply;
  },
});

function readFilter({ runId, agent, types, level }: Static<typeof streamQuery>): StreamFilter {
  if (runId !== undefined && !isRunId(runId)) throw new ApiError("bad_request", "runId is no id of a run.");
  const wanted = types?.flatMap((list) => list.split(","));
  return {
    ...(runId === undefined ? {} : { runId }),
    ...(agent === undefined ? {} : { agent }),
    ...(wanted === undefined ? {} : { types: wanted }),
    ...(level === undefined ? {} : { level }),
  };
}

function follow(
  { stream }: ApiParts,
  project: string,
  channel: (typeof STREAM_CHANNELS)[number],
  filter: StreamFilter,
  from: ReturnType<typeof readAfter>,
  response: ServerResponse,
): void {
  const isFull = () => response.writableLength > LIMITS.socketBufferBytes;
  const write = (message: string, offset?: string) => {
    response.write(`${offset === undefined ? "" : `id: ${offset}\n`}data: ${message}\n\n`);
  };
  const alive = setInterval(() => response.write(": alive\n\n"), KEEP_ALIVE_MS).unref();
  const unsubscribe =
    channel === "events"
      ? followEvents(stream.events, project, filter, from, response, { write, isFull })
      : stream.states.subscribe(channel, project, filter, {
          send: (op, items) => write(stateText(op, channel, items)),
          isFull,
        });
  response.on("close", () => {
    clearInterval(alive);
    unsubscribe();
  });
}

interface Writing {
  readonly write: (message: string, offset?: string) => void;
  readonly isFull: () => boolean;
}

function followEvents(
  hub: ApiParts["stream"]["events"],
  project: string,
  filter: StreamFilter,
  from: ReturnType<typeof readAfter>,
  response: ServerResponse,
  { write, isFull }: Writing,
): () => void {
  const id = "events";
  const subscription = hub.subscribe(project, filter, from, {
    shape: "server-sent",
    frames: (events) =>
      eventFrames(id, false, events).map((frame, i) =>
        Buffer.concat([Buffer.from(`id: ${events[i]?.offset}\ndata: `), frame, Buffer.from("\n\n")]),
      ),
    send: (frames) => {
      for (const frame of frames) response.write(frame);
    },
    isFull,
    drained: () => drained(response),
    caughtUp: (offset) => write(messageText({ op: "caught-up", id, offset }), offset),
    progress: (offset, waiting) =>
      write(messageText({ op: "progress", id, offset, ...(waiting === undefined ? {} : { waiting }) }), offset),
    gap: (start, end) => write(messageText({ op: "gap", id, from: start, to: end })),
    // EventSource comes back by itself, with the last offset.
    failed: () => response.end(),
  });
  return () => subscription.close();
}

function drained(response: ServerResponse): Promise<void> {
  if (response.writableLength <= LIMITS.socketBufferBytes / 2 || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const goOn = () => {
      response.off("drain", goOn);
      response.off("close", goOn);
      resolve();
    };
    response.on("drain", goOn);
    response.on("close", goOn);
  });
}
