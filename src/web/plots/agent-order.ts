// The order of agents side by side: the user first, then so that arrows between them are short.

import { USER } from "./sequence-messages.ts";

interface Directed {
  readonly from: string;
  readonly to: string;
}

const PASSES_MAX = 24;

/**
 * Agents of messages in the order of time. Those that are `known` keep their order and new ones come after them;
 * without any, neighbours change places for as long as that makes arrows shorter.
 */
export function orderAgents(messages: readonly Directed[], known: readonly string[] = []): string[] {
  const appeared = new Set<string>();
  for (const { from, to } of messages) appeared.add(from).add(to);
  const hasUser = appeared.delete(USER);
  const kept = known.filter((name) => appeared.has(name));
  const order = kept.length > 0 ? [...new Set([...kept, ...appeared])] : [...appeared];
  const all = hasUser ? [USER, ...order] : order;
  if (kept.length === 0) shorten(all, messages, hasUser ? 1 : 0);
  return all;
}

/** Swaps neighbours from `first` on while the sum of all arrows' lengths falls. */
function shorten(order: string[], messages: readonly Directed[], first: number): void {
  const places = new Map(order.map((name, i) => [name, i]));
  const weights = pairWeights(messages);
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    let hasChanged = false;
    for (let i = first; i + 1 < order.length; i++) {
      const [left, right] = [order[i] as string, order[i + 1] as string];
      // Whoever moves right comes nearer to those on the right, and farther from those on the left.
      if (pull(left, right, weights, places) - pull(right, left, weights, places) <= 0) continue;
      order[i] = right;
      order[i + 1] = left;
      places.set(right, i).set(left, i + 1);
      hasChanged = true;
    }
    if (!hasChanged) return;
  }
}

/** How much heavier the arrows on the right of an agent are than those on its left; to `other` none counts. */
function pull(
  agent: string,
  other: string,
  weights: ReadonlyMap<string, ReadonlyMap<string, number>>,
  places: ReadonlyMap<string, number>,
): number {
  const own = places.get(agent) as number;
  let sum = 0;
  for (const [name, weight] of weights.get(agent) ?? []) {
    if (name !== other) sum += (places.get(name) as number) > own ? weight : -weight;
  }
  return sum;
}

/** Messages between two agents, whichever way, from both. */
function pairWeights(messages: readonly Directed[]): ReadonlyMap<string, Map<string, number>> {
  const weights = new Map<string, Map<string, number>>();
  const add = (from: string, to: string) => {
    const own = weights.get(from) ?? new Map<string, number>();
    own.set(to, (own.get(to) ?? 0) + 1);
    weights.set(from, own);
  };
  for (const { from, to } of messages) {
    if (from === to) continue;
    add(from, to);
    add(to, from);
  }
  return weights;
}
