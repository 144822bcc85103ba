import { matchesType } from "../model/event-types.ts";
import type { StreamFilter } from "../model/stream.ts";
import { EVENT_LEVELS } from "../model/vocabulary.ts";
import type { StreamEvent } from "./stream-event.ts";

/** The traces and names that make up a run, as far as they are known; grows while the run goes on. */
export interface RunScope {
  readonly traceIds: Set<string>;
  readonly runIds: Set<string>;
}

/** What a subscription to events lets through. */
export class EventFilter {
  readonly types: readonly string[];
  readonly agent: string | undefined;
  readonly levelMin: number;
  /** Undefined: events of every run. */
  readonly scope: RunScope | undefined;

  constructor({ types, agent, level }: StreamFilter, scope: RunScope | undefined) {
    this.types = types ?? [];
    this.agent = agent;
    this.levelMin = level === undefined ? 0 : EVENT_LEVELS.indexOf(level);
    this.scope = scope;
  }

  matches({ event, namedRun }: StreamEvent): boolean {
    if (this.agent !== undefined && event.agent !== this.agent) return false;
    if (this.levelMin > 0 && this.levelMin > EVENT_LEVELS.indexOf(event.level ?? "unset")) return false;
    return matchesType(event.type, this.types) && this.isInScope(event.traceId, namedRun);
  }

  /** An event that names its run belongs to it, any other to the run of its trace. */
  isInScope(traceId: string, namedRun: string): boolean {
    if (this.scope === undefined) return true;
    return namedRun === "" ? this.scope.traceIds.has(traceId) : this.scope.runIds.has(namedRun);
  }

  /** Whether any of the types may pass: derived events have no level. */
  mayPassDerived(types: readonly string[]): boolean {
    return this.levelMin === 0 && types.some((type) => matchesType(type, this.types));
  }
}
