import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatOffset,
  formatShare,
} from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { USER } from "../../plots/sequence-messages.ts";
import { type MessageRow, tokensOf, transitOf } from "../../plots/sequence-rows.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Readout } from "../../widgets/readout.tsx";
import type { SequenceFrame } from "./sequence-frame.ts";

/** What the pointer is over, in words and figures. */
export function SequenceReadout({ frame: { sequence, hover } }: { readonly frame: SequenceFrame }) {
  const at = hover.value;
  const row = at === undefined ? undefined : sequence.rows.value[at.row];
  if (at === undefined || row?.type !== "message") return null;
  return (
    <Readout x={at.x} y={at.y}>
      {at.isOnRounds && row.rounds !== undefined ? <RoundsBody row={row} /> : <MessageBody row={row} />}
    </Readout>
  );
}

function RoundsBody({ row: { rounds } }: { readonly row: MessageRow }) {
  if (rounds === undefined) return null;
  return (
    <>
      <p class="readout-name">The same round {formatCounted(rounds.count, "time")} in a row</p>
      <p class="muted">{rounds.isFolded ? "Click to show each message" : "Click to show one round only"}</p>
    </>
  );
}

function MessageBody({ row }: { readonly row: MessageRow }) {
  const { message, atMs, isFailed } = row.first;
  const tokens = tokensOf(row);
  const transit = transitOf(row);
  return (
    <>
      {message.preview !== undefined && (
        <p class="readout-name">
          <span class="foreign">{visibleLine(message.preview, 160)}</span>
        </p>
      )}
      <p class="readout-line">
        <Party name={message.from} />
        <Icon name="right" size={12} />
        <Party name={message.to} />
        {isFailed && <span class="failed">failed</span>}
      </p>
      <dl>
        <dt>Kind</dt>
        <dd>
          {message.kind}
          {row.all.length > 1 && `, ${row.all.length} times`}
        </dd>
        <dt>Sent at</dt>
        <dd>{formatOffset(atMs)}</dd>
        {transit !== undefined && (
          <>
            <dt>Transit</dt>
            <dd>
              {formatDuration(transit)}
              {row.all.length > 1 && " (median)"}
            </dd>
          </>
        )}
        {tokens !== undefined && (
          <>
            <dt>Tokens</dt>
            <dd>
              {message.tokensEstimated ? "≈ " : ""}
              {formatCount(tokens)}
            </dd>
          </>
        )}
        {message.bytes !== undefined && row.all.length === 1 && (
          <>
            <dt>Size</dt>
            <dd>{formatBytes(message.bytes)}</dd>
          </>
        )}
        <dt>Evidence</dt>
        <dd>
          {message.evidence} · {formatShare(message.confidence)}
        </dd>
      </dl>
    </>
  );
}

function Party({ name }: { readonly name: string }) {
  return name === USER ? <span class="muted">user</span> : <AgentName name={name} />;
}
