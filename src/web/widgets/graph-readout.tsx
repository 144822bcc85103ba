import { formatCount, formatMoney, formatShare } from "../base/format.ts";
import { type AgentGraph, findLink, type GraphNode } from "../plots/agent-graph.ts";
import { AgentName } from "./agent-name.tsx";
import { AgentStateMark } from "./agent-state.tsx";
import { EdgeFigures } from "./edge-figures.tsx";
import type { GraphHover } from "./graph-stage.ts";
import { Readout } from "./readout.tsx";

interface GraphReadoutProps {
  readonly graph: AgentGraph;
  readonly hover: GraphHover | undefined;
}

/** What the pointer is over, in words and figures. */
export function GraphReadout({ graph, hover }: GraphReadoutProps) {
  if (hover === undefined) return null;
  const { pick, x, y } = hover;
  if (pick.type === "node") {
    const node = graph.nodes.find(({ name }) => name === pick.name);
    return node === undefined ? null : (
      <Readout x={x} y={y}>
        <NodeBody node={node} />
      </Readout>
    );
  }
  const link = findLink(graph, pick.from, pick.to);
  return link === undefined ? null : (
    <Readout x={x} y={y}>
      <EdgeFigures edge={link.there} />
      {link.back !== undefined && <EdgeFigures edge={link.back} />}
    </Readout>
  );
}

function NodeBody({ node: { name, state, utilization, tokens, usd, errorRate } }: { readonly node: GraphNode }) {
  return (
    <>
      <p class="readout-line">
        <AgentName name={name} />
        {state !== undefined && <AgentStateMark name={name} state={state} />}
      </p>
      <dl>
        {utilization !== undefined && (
          <>
            <dt>Busy</dt>
            <dd>{formatShare(utilization)}</dd>
          </>
        )}
        {tokens !== undefined && (
          <>
            <dt>Tokens</dt>
            <dd>{formatCount(tokens)}</dd>
          </>
        )}
        {usd !== undefined && (
          <>
            <dt>Cost</dt>
            <dd>{formatMoney(usd)}</dd>
          </>
        )}
        {errorRate !== undefined && errorRate > 0 && (
          <>
            <dt>Failed</dt>
            <dd class="failed">{formatShare(errorRate)} of its tasks</dd>
          </>
        )}
      </dl>
    </>
  );
}
