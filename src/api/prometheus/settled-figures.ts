// The figures of ended runs as counters. A counter never falls, but sums over the settled tables do: retention and
// deletion take rows away, and settling again takes back what was. So only what came in since the start of this process
// counts (a scraper knows that counters begin anew with a process), and no sample ever goes below what it was.
//
//   start          closed            now            closed: added up once, in memory
//     ├──────────────┼────────────────┤             the rest: asked for when the figures are too old, two days at most,
//       added up        asked for                   because a run may be settled a day after its last record

import type { Clock } from "../../base/time.ts";
import { DEFAULT_PROJECT } from "../../ingest/access.ts";
import type { StoreClient } from "../../store/client.ts";
import {
  AGENT_TOTALS,
  type AgentTotals,
  agentTotals,
  frequentNames,
  type MessageTotals,
  messageTotals,
  type ReceivedWindow,
  type RunTotals,
  runTotals,
} from "../../store/queries/settled-totals.ts";

export const DURATION_BOUNDS_S = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
/** Names of runs and of agents that have samples of their own. */
const NAMES_MAX = 200;
export const OTHER = "other";

const OPEN_S_MAX = 48 * 3600;
/** A run that waits for a person is settled at the latest a day after its last record. */
const SETTLED_AFTER_S = 25 * 3600;
const FAR_S = 0xffff_ffff;

export interface SettledTotals {
  readonly runs: readonly RunTotals[];
  readonly agents: readonly AgentTotals[];
  readonly messages: MessageTotals;
}

const NOTHING: SettledTotals = { runs: [], agents: [], messages: { messages: 0, tokens: 0 } };

export class SettledFigures {
  readonly #store: StoreClient;
  readonly #clock: Clock;
  readonly #runNames = new Set<string>();
  readonly #agents = new Set<string>();
  #closedS: number;
  #closed = NOTHING;
  #shown = NOTHING;

  constructor(store: StoreClient, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#closedS = nowS(clock);
  }

  /** The totals as they are now. Rejects with a StoreError when the store does not answer. */
  async totals(): Promise<SettledTotals> {
    const now = nowS(this.#clock);
    await this.#learnNames({ fromS: this.#closedS, toS: FAR_S });
    if (now - this.#closedS > OPEN_S_MAX) {
      const toS = now - SETTLED_AFTER_S;
      this.#closed = combine(this.#closed, await this.#read({ fromS: this.#closedS, toS }), add);
      this.#closedS = toS;
    }
    const open = await this.#read({ fromS: this.#closedS, toS: FAR_S });
    this.#shown = combine(this.#shown, combine(this.#closed, open, add), Math.max);
    return this.#shown;
  }

  /** Names keep their place once they have one: else what they counted would move to `other` and back. */
  async #learnNames(window: ReceivedWindow): Promise<void> {
    for (const [known, table] of [
      [this.#runNames, "runs"],
      [this.#agents, "run_agents"],
    ] as const) {
      if (known.size >= NAMES_MAX) continue;
      for (const name of await frequentNames(this.#store, DEFAULT_PROJECT, table, window, NAMES_MAX)) {
        if (known.size < NAMES_MAX) known.add(name);
      }
    }
  }

  async #read(window: ReceivedWindow): Promise<SettledTotals> {
    const [runs, agents, messages] = await Promise.all([
      runTotals(this.#store, DEFAULT_PROJECT, window, [...this.#runNames], DURATION_BOUNDS_S, OTHER),
      agentTotals(this.#store, DEFAULT_PROJECT, window, [...this.#agents], OTHER),
      messageTotals(this.#store, DEFAULT_PROJECT, window),
    ]);
    return { runs, agents, messages };
  }
}

type Combine = (a: number, b: number) => number;
const add: Combine = (a, b) => a + b;

/** Both totals as one, number by number; what only one of them has is combined with 0. */
function combine(a: SettledTotals, b: SettledTotals, by: Combine): SettledTotals {
  return {
    runs: joined(
      a.runs,
      b.runs,
      ({ name, status }) => `${name}\0${status}`,
      (one, other) => {
        const { name, status } = (one ?? other) as RunTotals;
        return {
          ...{ name, status },
          count: by(one?.count ?? 0, other?.count ?? 0),
          seconds: by(one?.seconds ?? 0, other?.seconds ?? 0),
          atMost: DURATION_BOUNDS_S.map((_, i) => by(one?.atMost[i] ?? 0, other?.atMost[i] ?? 0)),
        };
      },
    ),
    agents: joined(
      a.agents,
      b.agents,
      ({ agent }) => agent,
      (one, other) => ({
        agent: ((one ?? other) as AgentTotals).agent,
        sums: Object.fromEntries(
          AGENT_TOTALS.map((name) => [name, by(one?.sums[name] ?? 0, other?.sums[name] ?? 0)]),
        ) as unknown as AgentTotals["sums"],
      }),
    ),
    messages: {
      messages: by(a.messages.messages, b.messages.messages),
      tokens: by(a.messages.tokens, b.messages.tokens),
    },
  };
}

function joined<T>(
  a: readonly T[],
  b: readonly T[],
  keyOf: (one: T) => string,
  join: (one: T | undefined, other: T | undefined) => T,
): T[] {
  const left = new Map(a.map((one) => [keyOf(one), one]));
  const right = new Map(b.map((one) => [keyOf(one), one]));
  return [...new Set([...left.keys(), ...right.keys()])].map((key) => join(left.get(key), right.get(key)));
}

function nowS(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1000);
}
