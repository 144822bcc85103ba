import type { Clock } from "../base/time.ts";
import type { Accepted } from "../model/shapes.ts";
import type { EventRecord } from "./event-writer.ts";
import type { JsonIntake } from "./json-intake.ts";
import type { JsonItem } from "./json-items.ts";
import type { PointRecord } from "./point-writer.ts";
import { RepeatedBodies } from "./repeats.ts";

export interface JsonRecordsOptions {
  readonly events: JsonIntake<EventRecord>;
  readonly points: JsonIntake<PointRecord>;
  readonly clock: Clock;
}

/**
 * RunEvents and points that come as JSON. A whole body that comes again is told by its bytes, but only when every item
 * has a time or an id of its own: two equal items without either are two facts.
 */
export class JsonRecords {
  readonly #options: JsonRecordsOptions;
  readonly #repeats: RepeatedBodies<Accepted>;

  constructor(options: JsonRecordsOptions) {
    this.#options = options;
    this.#repeats = new RepeatedBodies(options.clock);
  }

  /**
   * Resolves when every good event is on disk. The body must stay what it is until then, and be counted by whoever read
   * it. Throws UnreadableBodyError and JournalUnavailableError.
   */
  events(body: Buffer, items: readonly JsonItem[], project: string): Promise<Accepted> {
    return this.#once("events", this.#options.events, body, items, project);
  }

  /** The same for points. */
  points(body: Buffer, items: readonly JsonItem[], project: string): Promise<Accepted> {
    return this.#once("points", this.#options.points, body, items, project);
  }

  async #once<R extends object>(
    kind: string,
    intake: JsonIntake<R>,
    body: Buffer,
    items: readonly JsonItem[],
    project: string,
  ): Promise<Accepted> {
    const read = await intake.read(body, items);
    if (!read.tellThemselves) return await intake.write(read, project);
    const { result, isRepeat } = await this.#repeats.once(`${kind}\0${project}\0`, body, () =>
      intake.write(read, project),
    );
    return isRepeat ? { ...result, duplicates: result.accepted } : result;
  }
}
