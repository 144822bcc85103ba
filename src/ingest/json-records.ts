import type { Clock } from "../base/time.ts";
import type { Accepted } from "../model/shapes.ts";
import type { EventIntake } from "./events.ts";
import type { JsonItem } from "./json-items.ts";
import type { PointIntake } from "./points.ts";
import { RepeatedBodies } from "./repeats.ts";

/**
 * RunEvents and points that come as JSON. A whole body that comes again is told by its bytes, but only when every item
 * has a time or an id of its own: two equal items without either are two facts.
 */
export class JsonRecords {
  readonly #events: EventIntake;
  readonly #points: PointIntake;
  readonly #repeats: RepeatedBodies<Accepted>;

  constructor(events: EventIntake, points: PointIntake, clock: Clock) {
    this.#events = events;
    this.#points = points;
    this.#repeats = new RepeatedBodies(clock);
  }

  events(body: Buffer, items: readonly JsonItem[], project: string): Promise<Accepted> {
    return this.#once("events", body, items, project, () => this.#events.take(items, project));
  }

  points(body: Buffer, items: readonly JsonItem[], project: string): Promise<Accepted> {
    return this.#once("points", body, items, project, () => this.#points.take(items, project));
  }

  async #once(
    kind: string,
    body: Buffer,
    items: readonly JsonItem[],
    project: string,
    take: () => Promise<Accepted>,
  ): Promise<Accepted> {
    if (!items.every(tellsItself)) return await take();
    const { result, isRepeat } = await this.#repeats.once(`${kind}\0${project}\0`, body, take);
    return isRepeat ? { ...result, duplicates: result.accepted } : result;
  }
}

function tellsItself(item: JsonItem): boolean {
  if (!("value" in item) || typeof item.value !== "object" || item.value === null) return false;
  const { id, time, timestamp } = item.value as Record<string, unknown>;
  return id !== undefined || time !== undefined || timestamp !== undefined;
}
