// Following a running server: one subscription of the live stream that outlives the socket that carries it.
//
//   connect ─▶ subscribe ─▶ messages … ─▶ (the server is lost) ─▶ wait a little longer each time ─▶ connect …
//                 ▲                                                                                    │
//                 └─────────────── `after`: the last offset that was handed on ◀───────────────────────┘
//
// A message counts when it was handed on, not when it was received: what still waits to be handed on when the server is
// lost comes before anything of the next socket. So each event comes once, in order, over any number of sockets.

import { on } from "node:events";
import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import type { ServerMessage, StreamChannel, StreamFilter, SubscribeMessage } from "../../model/stream.ts";
import { CLOSE_COME_BACK, STREAM_PATH } from "../../model/stream-address.ts";
import { backOffMs } from "./back-off.ts";
import { ClientError } from "./client-error.ts";
import { failure, RETRY_STATUSES, type TaleaClient, unreachable } from "./talea-client.ts";

export interface FollowOptions {
  readonly client: TaleaClient;
  readonly channel: StreamChannel;
  readonly filter?: StreamFilter;
  /** `events` only: what lies behind this offset comes first. Absent: what comes from now on. */
  readonly after?: string | undefined;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** The server was lost; called once, however long it takes until it is back. */
  readonly onAway: (reason: string) => void;
  /** `hasOtherData`: not the data of before; they are followed from their beginning. */
  readonly onBack: (hasOtherData: boolean) => void;
}

/** As `after`: lies before every event. */
export const BEGINNING = "0";
const SUBSCRIPTION_ID = "cli";
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Received and not yet handed on; beyond it the socket is not read, and the server puts us back into replay. */
const FRAMES_WAITING_MAX = 64;
const BEAT_EVERY_MS = 15_000;
const BEATS_MISSED_MAX = 2;
const REFUSAL_BYTES_MAX = 64 * 1024;
/** Codes of the server that mean: later. */
const PASSING_CODES: ReadonlySet<string> = new Set(["store_unavailable", "overloaded", "internal"]);

/** The server is away, for a reason that passes. */
class Loss extends Error {
  override readonly name = "Loss";
  /** Nobody answered; `cause` is what the network said. */
  readonly isUnreachable: boolean;
  /** It does not know the offset that it gave: its data were removed or replaced. */
  readonly hasOtherData: boolean;

  constructor(message: string, { cause, hasOtherData = false }: { cause?: Error; hasOtherData?: boolean } = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.isUnreachable = cause !== undefined;
    this.hasOtherData = hasOtherData;
  }
}

/**
 * The messages of one subscription until `signal` is aborted. Throws ClientError when the server refuses, and when
 * nobody answers at the first attempt.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<ServerMessage, void> {
  const { client, signal, onAway, onBack } = options;
  let after = options.after;
  let state: "new" | "there" | "away" = "new";
  let hasOtherData = false;
  let attempt = 0;
  while (!signal.aborted) {
    let loss: Loss;
    try {
      for await (const message of messages(options, after)) {
        if (state === "away") onBack(hasOtherData);
        [state, attempt, hasOtherData] = ["there", 0, false];
        after = resumePoint(message, after);
        yield message;
      }
      return;
    } catch (error) {
      loss = lossOf(error, state !== "new");
      if (state === "new" && loss.isUnreachable) throw unreachable(loss, client.url);
    }
    if (state !== "away") onAway(loss.message);
    state = "away";
    if (loss.hasOtherData) [after, hasOtherData] = [BEGINNING, true];
    await delay(backOffMs(attempt), undefined, { signal }).catch(() => undefined);
    attempt++;
  }
}

/** Why the server was lost. Throws what is no loss. */
function lossOf(error: unknown, isBegun: boolean): Loss {
  if (error instanceof Loss) return error;
  if (isBegun && error instanceof ClientError && error.code === "cursor_invalid") {
    return new Loss(error.message, { hasOtherData: true });
  }
  if (isBegun && error instanceof ClientError && error.code === "internal") return new Loss("it failed at the stream");
  throw error;
}

/** Where to go on from, when this was the last message. */
function resumePoint(message: ServerMessage, after: string | undefined): string | undefined {
  switch (message.op) {
    case "event":
    case "caught-up":
      return message.offset;
    case "events":
      return message.events.at(-1)?.offset ?? after;
    // With `after` it says where the server is, not where we are.
    case "subscribed":
      return after ?? message.offset;
    // While it waits for its store it has not looked at what comes next.
    case "progress":
      return message.waiting === undefined ? message.offset : after;
    default:
      return after;
  }
}

/** The messages of one socket, until the signal is aborted. Throws Loss when it ends, and ClientError. */
async function* messages(
  { client, channel, filter, signal }: FollowOptions,
  after: string | undefined,
): AsyncGenerator<ServerMessage, void> {
  const { url, headers } = client.socketRequest(STREAM_PATH);
  const socket = new WebSocket(url, { headers, handshakeTimeout: HANDSHAKE_TIMEOUT_MS, perMessageDeflate: false });
  // What a socket says after it was given up concerns nobody.
  socket.on("error", () => undefined);
  let closeCode = 0;
  socket.once("close", (code: number) => {
    closeCode = code;
  });
  const stop = () => socket.terminate();
  signal.addEventListener("abort", stop, { once: true });
  let beat: NodeJS.Timeout | undefined;
  try {
    await opened(socket, client.url);
    const frames = on(socket, "message", { close: ["close"], highWaterMark: FRAMES_WAITING_MAX });
    beat = keepBeat(socket);
    socket.send(JSON.stringify(subscription(channel, filter, after)));
    for await (const [data] of frames) yield read(data as Buffer, client.url);
    throw new Loss(closeCode === CLOSE_COME_BACK ? "it stops" : "the connection broke");
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof ClientError || error instanceof Loss ? error : new Loss((error as Error).message);
  } finally {
    clearInterval(beat);
    signal.removeEventListener("abort", stop);
    socket.terminate();
  }
}

function subscription(
  channel: StreamChannel,
  filter: StreamFilter | undefined,
  after: string | undefined,
): SubscribeMessage {
  return {
    ...{ op: "subscribe", id: SUBSCRIPTION_ID, channel },
    ...(filter === undefined ? {} : { filter }),
    ...(channel === "events" ? { batch: true, ...(after === undefined ? {} : { after }) } : {}),
  };
}

/** Throws ClientError when it is no message of Talea, or one that says that it will not work; Loss when it may later. */
function read(data: Buffer, url: string): ServerMessage {
  let message: ServerMessage;
  try {
    message = JSON.parse(data.toString("utf8")) as ServerMessage;
  } catch {
    throw new ClientError(`${url} does not answer like Talea: is something else listening there?`);
  }
  if (message.op !== "error") return message;
  if (PASSING_CODES.has(message.code)) throw new Loss(message.message);
  throw new ClientError(`${message.message} (${message.code})`, message.code);
}

/** Resolves when the socket is open. Throws ClientError when the server refuses, Loss when it may not later. */
function opened(socket: WebSocket, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", (cause) => reject(new Loss(cause.message || "nobody answers", { cause })));
    socket.once("unexpected-response", (_request, response: IncomingMessage) => {
      void refusal(response, url)
        .then(reject, () => reject(new Loss("the connection broke")))
        .finally(() => socket.terminate());
    });
  });
}

/** What an answer says that is no socket. */
async function refusal(response: IncomingMessage, url: string): Promise<Error> {
  const { statusCode: status = 0 } = response;
  if (RETRY_STATUSES.has(status)) return new Loss(`it answers ${status}`);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > REFUSAL_BYTES_MAX) break;
  }
  return failure({ status, headers: new Headers(), body: Buffer.concat(parts) }, url);
}

/** Ends a socket whose other end has vanished without a word, as it does when a machine sleeps or a network changes. */
function keepBeat(socket: WebSocket): NodeJS.Timeout {
  let missed = 0;
  const alive = () => {
    missed = 0;
  };
  for (const sign of ["message", "ping", "pong"]) socket.on(sign, alive);
  return setInterval(() => {
    // While it is not read, answers wait with everything else.
    if (socket.isPaused) return;
    if (missed >= BEATS_MISSED_MAX) socket.terminate();
    else socket.ping();
    missed++;
  }, BEAT_EVERY_MS);
}
