import type { Run } from "../../model/shapes.ts";
import { ClientError } from "../client/client-error.ts";
import { follow } from "../client/stream-client.ts";
import type { TaleaClient, TaleaRequest } from "../client/talea-client.ts";
import { stopSignal } from "../stop-signal.ts";
import type { Terminal } from "../terminal.ts";
import { RunBoard } from "./run-board.ts";
import { RunJson, RunLines, RunScreen, type RunView } from "./run-views.ts";

export interface WatchOptions {
  readonly client: TaleaClient;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** At most so many runs, the newest. */
  readonly limit: number;
  /** The runs as the API lists them. Throws ClientError. */
  readonly fetch: (request: Pick<TaleaRequest, "patienceMs" | "signal">) => Promise<Run[]>;
  /** Whether a run that changed belongs in that list. */
  readonly passes: (run: Run) => boolean;
}

/** Durations go on. */
const TICK_MS = 1000;
/** A person sees no more than this; a pipe gets a row of a busy run once a second. */
const SCREEN_GAP_MS = 100;
const PIPE_GAP_MS = 1000;
const QUIT_KEYS: ReadonlySet<string> = new Set(["q", "Q", "\u0003", "\u0004"]);

/** Shows the newest runs as they change, until q, Ctrl-C or SIGTERM. Throws ClientError. */
export async function watchRuns(options: WatchOptions): Promise<void> {
  const { client, terminal, json, limit, passes } = options;
  const isScreen = terminal.out.isTerminal && !json;
  const view: RunView = isScreen ? new RunScreen(terminal.out) : new (json ? RunJson : RunLines)(terminal.out);
  const board = new RunBoard({ limit, passes });
  const quit = new AbortController();
  const signal = AbortSignal.any([stopSignal(), quit.signal]);
  const stopListening = isScreen
    ? terminal.listenToKeys((key) => {
        if (QUIT_KEYS.has(key)) quit.abort();
      })
    : () => undefined;
  const live = terminal.out.paint("gray", `${client.url} · q ends`);
  let notice = live;
  const show = () => view.show(board.runs(Date.now()), notice, Date.now());
  const redraw = new Redraw(show, isScreen ? SCREEN_GAP_MS : PIPE_GAP_MS);
  const say = (text: string) => {
    if (isScreen) notice = terminal.out.paint("yellow", text);
    else terminal.err.line(text);
    redraw.soon();
  };
  const onAway = (reason: string) => say(`Lost ${client.url}: ${reason}. Waiting until it is back …`);
  const onBack = () => {
    if (isScreen) notice = live;
    else terminal.err.line(`${client.url} is back.`);
    redraw.soon();
  };
  try {
    for await (const message of follow({ client, channel: "runs", signal, onAway, onBack })) {
      if (message.op !== "snapshot" && message.op !== "update") continue;
      if (message.op === "snapshot") {
        const listed = await fetched(options, signal, redraw);
        if (listed === undefined) break;
        board.replace(listed, Date.now());
      }
      board.put(message.items as readonly Run[], Date.now());
      redraw.soon();
      await terminal.out.drained();
    }
    if (redraw.hasShown) redraw.now();
  } finally {
    redraw.stop();
    stopListening();
    view.end();
  }
}

/** The list; once there was one, a server that is away or busy is waited for. Undefined when the signal was aborted. */
async function fetched({ fetch }: WatchOptions, signal: AbortSignal, { hasShown }: Redraw): Promise<Run[] | undefined> {
  try {
    return await fetch(hasShown ? { patienceMs: Number.POSITIVE_INFINITY, signal } : { signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error instanceof ClientError ? error : new ClientError((error as Error).message);
  }
}

/** Shows soon after a change, not more often than every so often; and every second. */
class Redraw {
  readonly #show: () => void;
  readonly #gapMs: number;
  readonly #tick: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #shownMs = Number.NEGATIVE_INFINITY;

  constructor(show: () => void, gapMs: number) {
    this.#show = show;
    this.#gapMs = gapMs;
    this.#tick = setInterval(() => {
      if (this.hasShown) this.now();
    }, TICK_MS);
  }

  get hasShown(): boolean {
    return this.#shownMs > 0;
  }

  soon(): void {
    this.#timer ??= setTimeout(() => this.now(), Math.max(0, this.#shownMs + this.#gapMs - performance.now()));
  }

  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#shownMs = performance.now();
    this.#show();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#tick);
  }
}
