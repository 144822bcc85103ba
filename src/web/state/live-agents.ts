import { type ReadonlySignal, signal } from "@preact/signals";
import type { LiveAgent } from "../../model/stream.ts";
import { stream } from "../base/page-stream.ts";

/** What the agents of one run do now. */
export class LiveAgents {
  readonly #runId: string;
  readonly #agents = signal<readonly LiveAgent[]>([]);

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** In the order in which they were first told of, so that lines keep their places. */
  get all(): ReadonlySignal<readonly LiveAgent[]> {
    return this.#agents;
  }

  /** Keeps them current until the answered function is called. */
  follow(): () => void {
    const take = (items: readonly LiveAgent[], isAll: boolean) => {
      this.#agents.value = withAgents(this.#agents.peek(), items, isAll);
    };
    return stream.followState(
      "agents",
      { runId: this.#runId },
      { onSnapshot: (items) => take(items, true), onUpdate: (items) => take(items, false) },
    );
  }
}

/** The list with agents that changed; with `isAll` those that are not told of are gone. Same agents keep their objects. */
export function withAgents(
  agents: readonly LiveAgent[],
  items: readonly LiveAgent[],
  isAll: boolean,
): readonly LiveAgent[] {
  const changed = new Map(items.map((item) => [item.name, item]));
  const known = new Set(agents.map(({ name }) => name));
  const stay = isAll ? agents.filter(({ name }) => changed.has(name)) : agents;
  return [
    ...stay.map((agent) => newer(agent, changed.get(agent.name))),
    ...items.filter(({ name }) => !known.has(name)),
  ];
}

function newer(agent: LiveAgent, item: LiveAgent | undefined): LiveAgent {
  return item === undefined || JSON.stringify(item) === JSON.stringify(agent) ? agent : item;
}

/** At most so many agents in their order: of more, those that are done are left out first. */
export function mostActive(agents: readonly LiveAgent[], max: number): readonly LiveAgent[] {
  if (agents.length <= max) return agents;
  const isDone = ({ state }: LiveAgent) => state === "done";
  const kept = new Set([...agents.filter((agent) => !isDone(agent)), ...agents.filter(isDone)].slice(0, max));
  return agents.filter((agent) => kept.has(agent));
}
