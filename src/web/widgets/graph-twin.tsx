// biome-ignore-all lint/a11y/useFocusableInteractive: the twin only speaks; keys work on the whole page
import { formatCounted, formatDuration, formatMoney, formatShare } from "../base/format.ts";
import { visibleLine } from "../base/visible-text.ts";
import { type AgentGraph, findLink, type GraphLink, type GraphNode, type GraphPick } from "../plots/agent-graph.ts";

interface GraphTwinProps {
  readonly graph: AgentGraph;
  readonly selected: GraphPick | undefined;
  readonly label: string;
}

const LINKS_MAX = 20;

/** The agents of a graph as a list, and what is selected as a sentence: what the canvas shows, for screen readers. */
export function GraphTwin({ graph, selected, label }: GraphTwinProps) {
  const chosen = selected?.type === "node" ? selected.name : undefined;
  return (
    <div class="unseen">
      <div role="listbox" aria-label={label}>
        {graph.nodes.map((node) => (
          <div key={node.name} role="option" aria-selected={node.name === chosen}>
            {nodeSentence(node)}
          </div>
        ))}
      </div>
      <p aria-live="polite">{selected === undefined ? "Nothing is selected." : pickSentence(graph, selected)}</p>
    </div>
  );
}

function pickSentence(graph: AgentGraph, pick: GraphPick): string {
  if (pick.type === "link") {
    const link = findLink(graph, pick.from, pick.to);
    return link === undefined ? "" : linkSentence(link);
  }
  const links = graph.links.filter(({ from, to }) => from === pick.name || to === pick.name);
  const node = graph.nodes.find(({ name }) => name === pick.name);
  const rest = links.length > LINKS_MAX ? [`and ${formatCounted(links.length - LINKS_MAX, "more line")}`] : [];
  return [...(node ? [nodeSentence(node)] : []), ...links.slice(0, LINKS_MAX).map(linkSentence), ...rest].join("; ");
}

/** `boss, own work, 62 % busy, 510 tokens, $0.02`. */
function nodeSentence({ name, state, utilization, tokens, usd, errorRate }: GraphNode): string {
  return [
    visibleLine(name, 80),
    ...(state === undefined ? [] : [state]),
    ...(utilization === undefined ? [] : [`${formatShare(utilization)} busy`]),
    ...(tokens === undefined ? [] : [formatCounted(tokens, "token")]),
    ...(usd === undefined ? [] : [formatMoney(usd)]),
    ...(errorRate === undefined || errorRate === 0 ? [] : [`${formatShare(errorRate)} of its tasks failed`]),
  ].join(", ");
}

/** `boss to writer, 14 messages, 14 answers, 340 tokens, $0.001, 5 ms on their way`. */
function linkSentence({ from, to, there, back }: GraphLink): string {
  const tokens = (there.tokens ?? 0) + (back?.tokens ?? 0);
  return [
    `${visibleLine(from, 60)} to ${visibleLine(to, 60)}`,
    formatCounted(there.count, "message"),
    ...(back === undefined ? [] : [formatCounted(back.count, "answer")]),
    ...(there.tokens === undefined ? [] : [formatCounted(tokens, "token")]),
    ...(there.cost?.usd === undefined ? [] : [formatMoney(there.cost.usd + (back?.cost?.usd ?? 0))]),
    ...(there.transitMs === undefined ? [] : [`${formatDuration(there.transitMs.p50)} on their way`]),
  ].join(", ");
}
