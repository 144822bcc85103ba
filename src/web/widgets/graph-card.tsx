import "./graph-card.css";
import type { ComponentChildren } from "preact";
import { type AgentGraph, findLink, type GraphLink, type GraphPick } from "../plots/agent-graph.ts";
import { type EdgeMeasure, formatMeasure, measureOfLink } from "../plots/edge-measures.ts";
import { AgentName } from "./agent-name.tsx";
import { AgentStateMark } from "./agent-state.tsx";
import { EdgeFigures } from "./edge-figures.tsx";
import { Icon } from "./icon.tsx";

const LINKS_MAX = 30;

interface GraphCardProps {
  readonly graph: AgentGraph;
  readonly measure: EdgeMeasure;
  readonly pick: GraphPick | undefined;
  readonly onSelect: (pick: GraphPick | undefined) => void;
  /** Where what is chosen leads: buttons and links. */
  readonly actions: (pick: GraphPick) => ComponentChildren;
}

/** What is chosen in a graph or a matrix: an agent with whom it speaks to, or the figures of two. */
export function GraphCard({ pick, actions, ...props }: GraphCardProps) {
  if (pick === undefined) return null;
  return (
    <aside class="graph-card" aria-label="Chosen agents">
      <button
        type="button"
        class="button quiet small graph-card-close"
        aria-label="Select nothing"
        data-tip="Select nothing (Esc)"
        onClick={() => props.onSelect(undefined)}
      >
        <Icon name="close" />
      </button>
      {pick.type === "node" ? <AgentCard {...props} name={pick.name} /> : <LinkCard graph={props.graph} pick={pick} />}
      <div class="graph-card-actions">{actions(pick)}</div>
    </aside>
  );
}

type CardProps = Omit<GraphCardProps, "pick" | "actions">;

function AgentCard({ name, ...props }: CardProps & { readonly name: string }) {
  const { nodes, links } = props.graph;
  const node = nodes.find((one) => one.name === name);
  return (
    <>
      <p class="graph-card-title">
        <AgentName name={name} isLink />
        {node?.state !== undefined && <AgentStateMark name={name} state={node.state} />}
      </p>
      <LinkList {...props} title="Sends to" links={links.filter(({ from }) => from === name)} end="to" />
      <LinkList {...props} title="Is addressed by" links={links.filter(({ to }) => to === name)} end="from" />
    </>
  );
}

interface LinkListProps extends CardProps {
  readonly title: string;
  readonly links: readonly GraphLink[];
  /** The end that is named. */
  readonly end: "from" | "to";
}

function LinkList({ measure, title, links, end, onSelect }: LinkListProps) {
  if (links.length === 0) return null;
  const sorted = links.toSorted((a, b) => (measureOfLink(b, measure) ?? 0) - (measureOfLink(a, measure) ?? 0));
  return (
    <>
      <h2>{title}</h2>
      <ul class="graph-card-links">
        {sorted.slice(0, LINKS_MAX).map((link) => (
          <li key={link.key}>
            <button type="button" onClick={() => onSelect({ type: "link", from: link.from, to: link.to })}>
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

interface LinkCardProps {
  readonly graph: AgentGraph;
  readonly pick: Extract<GraphPick, { type: "link" }>;
}

function LinkCard({ graph, pick }: LinkCardProps) {
  const link = findLink(graph, pick.from, pick.to);
  if (link !== undefined) {
    return (
      <>
        <EdgeFigures edge={link.there} />
        {link.back !== undefined && <EdgeFigures edge={link.back} />}
      </>
    );
  }
  return (
    <>
      <p class="graph-card-title">
        <AgentName name={pick.from} />
        <Icon name="right" size={12} />
        <AgentName name={pick.to} />
      </p>
      <p class="muted">Nothing was sent this way.</p>
    </>
  );
}
