import type { Edge } from "../../../model/shapes.ts";
import { formatCount, formatCounted, formatDuration, formatMoney, UNKNOWN } from "../../base/format.ts";
import { place } from "../../base/router.ts";
import { agentEdges } from "../../state/agent.ts";
import { peersOf } from "../../state/agent-peers.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Loaded } from "../../widgets/notices.tsx";

const PEERS_MAX = 10;

/** Who it talks to: what it sends and what it gets, those with most messages first. */
export function AgentPeers({ name }: { readonly name: string }) {
  return (
    <section class="agent-panel" aria-label="Talks to">
      <h2>Talks to</h2>
      <Loaded from={agentEdges}>{({ edges }) => <PeerTable name={name} edges={edges} />}</Loaded>
    </section>
  );
}

function PeerTable({ name, edges }: { readonly name: string; readonly edges: readonly Edge[] }) {
  const peers = peersOf(name, edges);
  if (peers.length === 0) return <p class="muted">No messages from or to it in this window.</p>;
  return (
    <>
      <table class="agent-table">
        <thead>
          <tr>
            <th>Agent</th>
            <th class="number">Sent</th>
            <th class="number">Received</th>
            <th class="number" data-tip="Read and written of the messages by both, estimated">
              Tokens
            </th>
            <th class="number">Cost</th>
            <th class="number" data-tip="From sending to the receiver's first own work: p50 there, p50 back">
              Way
            </th>
          </tr>
        </thead>
        <tbody>
          {peers.slice(0, PEERS_MAX).map(({ peer, sent, received, tokens, usd }) => (
            <tr key={peer}>
              <th scope="row">
                <AgentName name={peer} isLink />
              </th>
              <td class="number">
                <EdgeLink edge={sent} />
              </td>
              <td class="number">
                <EdgeLink edge={received} />
              </td>
              <td class="number">{tokens === undefined ? UNKNOWN : formatCount(tokens)}</td>
              <td class="number">{formatMoney(usd)}</td>
              <td class="number">
                {formatDuration(sent?.transitMs?.p50)} <span class="muted">/</span>{" "}
                {formatDuration(received?.transitMs?.p50)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <a class="agent-more" href={inWindowHref("/communication", place.value.query, { agent: name })}>
        {peers.length > PEERS_MAX ? `All ${formatCounted(peers.length, "agent")}` : "As a matrix or a graph"}
      </a>
    </>
  );
}

/** Messages of one edge, leading to them. */
function EdgeLink({ edge }: { readonly edge: Edge | undefined }) {
  if (edge === undefined || edge.count === 0) return <span class="muted">{UNKNOWN}</span>;
  const selected = JSON.stringify([edge.from, edge.to]);
  return (
    <a class="link" href={inWindowHref("/communication", place.value.query, { selected })}>
      {formatCount(edge.count)}
    </a>
  );
}
