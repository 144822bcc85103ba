import type { Edge } from "../../model/shapes.ts";

/** Another agent that it exchanges messages with. */
export interface Peer {
  readonly peer: string;
  readonly sent: Edge | undefined;
  readonly received: Edge | undefined;
  readonly messages: number;
  readonly tokens: number | undefined;
  readonly usd: number | undefined;
}

/** Both directions together, by the other agent; those with most messages first. One that it sends itself counts once. */
export function peersOf(name: string, edges: readonly Edge[]): readonly Peer[] {
  const own = edges.filter(({ from, to }) => from === name || to === name);
  const byPeer = Map.groupBy(own, ({ from, to }) => (from === name ? to : from));
  return [...byPeer]
    .map(([peer, both]) => ({
      peer,
      sent: both.find(({ from }) => from === name),
      received: both.find(({ from }) => from !== name),
      messages: both.reduce((sum, { count }) => sum + count, 0),
      tokens: sumOf(both.map(({ tokens }) => tokens)),
      usd: sumOf(both.map(({ cost }) => cost?.usd)),
    }))
    .sort((a, b) => b.messages - a.messages || (a.peer < b.peer ? -1 : 1));
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}
