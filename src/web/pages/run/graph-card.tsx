import { findLink, type GraphLink, type GraphPick } from "../../plots/agent-graph.ts";
import { formatMeasure, measureOfLink } from "../../plots/edge-measures.ts";
import type { RunGraph } from "../../state/run-graph.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { AgentStateMark } from "../../widgets/agent-state.tsx";
import { EdgeFigures } from "../../widgets/edge-figures.tsx";
import { Icon } from "../../widgets/icon.tsx";

const LINKS_MAX = 30;

/** What is chosen in the graph, and where it leads. */
export function GraphCard({ graph }: { readonly graph: RunGraph }) {
  const pick = graph.selected.value;
  if (pick === undefined) return null;
  return (
    <aside class="graph-card" aria-label="Chosen in the graph">
      <button
        type="button"
        class="button quiet small graph-card-close"
        aria-label="Select nothing"
        data-tip="Select nothing (Esc)"
        onClick={() => graph.select(undefined)}
      >
        <Icon name="close" />
      </button>
      {pick.type === "node" ? <AgentCard graph={graph} name={pick.name} /> : <LinkCard graph={graph} pick={pick} />}
    </aside>
  );
}

function AgentCard({ graph, name }: { readonly graph: RunGraph; readonly name: string }) {
  const { nodes, links } = graph.graph.value;
  const node = nodes.find((one) => one.name === name);
  return (
    <>
      <p class="graph-card-title">
        <AgentName name={name} isLink />
        {node?.state !== undefined && <AgentStateMark name={name} state={node.state} />}
      </p>
      <LinkList graph={graph} title="Sends to" links={links.filter(({ from }) => from === name)} end="to" />
      <LinkList graph={graph} title="Is addressed by" links={links.filter(({ to }) => to === name)} end="from" />
      <div class="graph-card-actions">
        <button
          type="button"
          class="button small"
          data-tip="In the timeline (Enter)"
          onClick={() => graph.openSpans(name)}
        >
          Its spans
        </button>
        <button type="button" class="button small" onClick={() => graph.openMessages([name])}>
          Its messages
        </button>
      </div>
    </>
  );
}

interface LinkListProps {
  readonly graph: RunGraph;
  readonly title: string;
  readonly links: readonly GraphLink[];
  /** The end that is named. */
  readonly end: "from" | "to";
}

function LinkList({ graph, title, links, end }: LinkListProps) {
  if (links.length === 0) return null;
  const measure = graph.measure.value;
  const sorted = links.toSorted((a, b) => (measureOfLink(b, measure) ?? 0) - (measureOfLink(a, measure) ?? 0));
  return (
    <>
      <h2>{title}</h2>
      <ul class="graph-card-links">
        {sorted.slice(0, LINKS_MAX).map((link) => (
          <li key={link.key}>
            <button type="button" onClick={() => graph.select({ type: "link", from: link.from, to: link.to })}>
              <AgentName name={link[end]} />
              <span class="number">{formatMeasure(measureOfLink(link, measure), measure)}</span>
            </button>
          </li>
        ))}
        {links.length > LINKS_MAX && <li class="muted">and {links.length - LINKS_MAX} more</li>}
      </ul>
    </>
  );
}

type LinkPick = Extract<GraphPick, { type: "link" }>;

function LinkCard({ graph, pick }: { readonly graph: RunGraph; readonly pick: LinkPick }) {
  const link = findLink(graph.graph.value, pick.from, pick.to);
  if (link === undefined) return <p class="muted">Nothing was sent from one to the other.</p>;
  return (
    <>
      <EdgeFigures edge={link.there} />
      {link.back !== undefined && <EdgeFigures edge={link.back} />}
      <div class="graph-card-actions">
        <button
          type="button"
          class="button small"
          data-tip="In the sequence (Enter)"
          onClick={() => graph.openMessages([link.from, link.to])}
        >
          Their messages
        </button>
      </div>
    </>
  );
}
