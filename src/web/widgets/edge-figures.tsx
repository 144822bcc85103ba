import type { Edge } from "../../model/shapes.ts";
import { formatBytes, formatCount, formatDuration, formatMoney } from "../base/format.ts";
import { AgentName } from "./agent-name.tsx";
import { Icon } from "./icon.tsx";

/** Everything that is known of what one agent sends to another; stands in a readout or a card. */
export function EdgeFigures({ edge }: { readonly edge: Edge }) {
  const { from, to, count, kinds, tokens, tokensEstimated, cost, bytes, transitMs } = edge;
  const kindTexts = Object.entries(kinds).map(([kind, number]) => `${formatCount(number)} ${kind}`);
  return (
    <div class="edge-figures">
      <p class="readout-line">
        <AgentName name={from} />
        <Icon name="right" size={12} />
        <AgentName name={to} />
      </p>
      <dl>
        <dt>Messages</dt>
        <dd>{count === 0 ? (tokens === undefined ? "none" : "none, but its words are read") : kindTexts.join(", ")}</dd>
        {tokens !== undefined && (
          <>
            <dt>Tokens</dt>
            <dd>
              {tokensEstimated ? "≈ " : ""}
              {formatCount(tokens)}
            </dd>
          </>
        )}
        {cost?.usd !== undefined && (
          <>
            <dt>Cost</dt>
            <dd>{formatMoney(cost.usd)}</dd>
          </>
        )}
        {bytes !== undefined && (
          <>
            <dt>Size</dt>
            <dd>{formatBytes(bytes)}</dd>
          </>
        )}
        {transitMs !== undefined && (
          <>
            <dt>Transit</dt>
            <dd>
              {formatDuration(transitMs.p50)} · p95 {formatDuration(transitMs.p95)}
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}
