// What was said already. Agents send their whole history with every call, so most of an input was said before: it is new
// only as often as it stands there more often than it was ever said. A person who says "yes" a second time is heard.
//
//   call 1   [sys, user "a"]                      said: "a" once
//            → "b"                                      "b" once
//   call 2   [sys, user "a", "b", user "yes"]     new: "yes"
//   call 3   [sys, … "yes", "c", user "yes"]      new: the second "yes"

import { headOf, type Scene } from "./turn.ts";

export class Said {
  readonly #scene: Scene;
  readonly #times = new Map<string, number>();
  /** System prompts are said once to each agent. */
  readonly #instructed = new Set<string>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Something was said that is no repetition, whatever was said before. */
  say(hash: string): void {
    this.#times.set(hash, (this.#times.get(hash) ?? 0) + 1);
  }

  /** The parts of a list that are new. From then on they have been said. */
  takeNew(agent: string, hashes: readonly string[]): string[] {
    const here = new Map<string, number>();
    const fresh = hashes.filter((hash) => {
      if (isInstruction(this.#scene, hash)) return this.#instruct(`${agent}\0${hash}`);
      const times = (here.get(hash) ?? 0) + 1;
      here.set(hash, times);
      return times > (this.#times.get(hash) ?? 0);
    });
    for (const [hash, times] of here) this.#times.set(hash, Math.max(times, this.#times.get(hash) ?? 0));
    return fresh;
  }

  #instruct(key: string): boolean {
    if (this.#instructed.has(key)) return false;
    this.#instructed.add(key);
    return true;
  }
}

/** System prompts, and what else a request says besides its messages. */
export function isInstruction(scene: Scene, hash: string): boolean {
  const { role, type } = headOf(scene, hash);
  return role === "system" || (role === "" && type === "json");
}
