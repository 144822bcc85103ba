import { setTimeout as delay } from "node:timers/promises";
import { clickHouseError } from "./clickhouse-error.ts";
import { type EngineSession, killStatement, PLAIN } from "./engine-session.ts";

const KILL_AGAIN_MS_MIN = 10;
const KILL_AGAIN_MS_MAX = 500;

interface Waiter {
  readonly take: (session: EngineSession) => void;
  readonly refuse: (error: Error) => void;
}

/** Sessions of one kind and the queries that wait for them, first come first served. */
class Lane {
  readonly #free: EngineSession[];
  readonly #count: number;
  readonly #waiting: Waiter[] = [];
  readonly #waitingMax: number;

  constructor(sessions: readonly EngineSession[], waitingMax: number) {
    this.#free = [...sessions];
    this.#count = sessions.length;
    this.#waitingMax = waitingMax;
  }

  get busy(): number {
    return this.#count - this.#free.length;
  }

  acquire(signal: AbortSignal | undefined): Promise<EngineSession> {
    const session = this.#free.pop();
    if (session !== undefined) return Promise.resolve(session);
    if (this.#waiting.length >= this.#waitingMax) {
      const message = `Too many simultaneous queries. Waiting: ${this.#waiting.length}`;
      return Promise.reject(clickHouseError("TOO_MANY_SIMULTANEOUS_QUERIES", message, 503));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        waiter.refuse(clickHouseError("QUERY_WAS_CANCELLED", "Query was cancelled while it waited"));
      };
      const settled = (): void => signal?.removeEventListener("abort", leave);
      const waiter: Waiter = {
        take: (taken) => {
          settled();
          resolve(taken);
        },
        refuse: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave);
      this.#waiting.push(waiter);
    });
  }

  release(session: EngineSession): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#free.push(session);
    else waiter.take(session);
  }

  refuseWaiting(error: Error): void {
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(error);
  }
}

export type LaneName = "read" | "guest" | "write" | "control";

/** How many queries of each kind may run side by side, and how many of each may wait. */
export interface PoolSize {
  readonly readers: number;
  /** For queries of strangers, so that whatever they do readers stay free. */
  readonly guests: number;
  readonly queriesWaitingMax: number;
}

/**
 * The sessions of the engine: several that read side by side, others for strangers that read, one that writes (so that
 * writes happen in the order in which they came), and one that kills queries.
 */
export class SessionPool {
  readonly #lanes: Readonly<Record<LaneName, Lane>>;
  readonly #sessions: readonly EngineSession[];
  #closing: Error | undefined;

  constructor(open: (name: string) => EngineSession, { readers, guests, queriesWaitingMax }: PoolSize) {
    const several = (name: string, count: number) => Array.from({ length: count }, (_, i) => open(`${name}-${i + 1}`));
    const reading = several("reader", readers);
    const visiting = several("guest", guests);
    const writing = [open("writer")];
    const control = [open("control")];
    this.#sessions = [...reading, ...visiting, ...writing, ...control];
    this.#lanes = {
      read: new Lane(reading, queriesWaitingMax),
      guest: new Lane(visiting, queriesWaitingMax),
      write: new Lane(writing, queriesWaitingMax),
      control: new Lane(control, queriesWaitingMax),
    };
  }

  /** How many queries are under way. */
  get busy(): number {
    return Object.values(this.#lanes).reduce((sum, { busy }) => sum + busy, 0);
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Runs `task` on a session of that lane, as soon as one is free. When `signal` aborts, a waiting task is dropped and
   * the queries of a running one that reads are killed until it ends; what writes goes on, as in ClickHouse.
   */
  async run<T>(lane: LaneName, signal: AbortSignal, task: (session: EngineSession) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw this.#closing;
    const session = await this.#lanes[lane].acquire(signal);
    const work = { done: false };
    let killing: Promise<void> | undefined;
    const kill = (): void => {
      killing = this.#killUntilDone(session, work);
    };
    try {
      if (signal.aborted) throw clickHouseError("QUERY_WAS_CANCELLED", "Query was cancelled");
      if (lane === "read" || lane === "guest") signal.addEventListener("abort", kill);
      return await task(session);
    } finally {
      work.done = true;
      signal.removeEventListener("abort", kill);
      await killing; // a late KILL would hit the session's next query
      this.#lanes[lane].release(session);
    }
  }

  /** Refuses what waits and what comes from here on. */
  refuse(error: Error): void {
    this.#closing = error;
    for (const lane of Object.values(this.#lanes)) lane.refuseWaiting(error);
  }

  /** Only when nothing is under way. */
  close(): void {
    for (const session of this.#sessions) session.close();
  }

  /** Again and again, as a KILL finds nothing while the task is between two statements. */
  async #killUntilDone(session: EngineSession, work: { readonly done: boolean }): Promise<void> {
    for (let waitMs = KILL_AGAIN_MS_MIN; !work.done; waitMs = Math.min(waitMs * 2, KILL_AGAIN_MS_MAX)) {
      await this.#kill(session).catch(() => "the next try or the query's own time limit ends it");
      if (!work.done) await delay(waitMs);
    }
  }

  async #kill(session: EngineSession): Promise<void> {
    const control = await this.#lanes.control.acquire(undefined);
    try {
      await control.query(killStatement(session.name), "Null", PLAIN);
    } finally {
      this.#lanes.control.release(control);
    }
  }
}
