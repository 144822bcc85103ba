import type { ReadonlySignal } from "@preact/signals";
import type { Edge } from "../../../model/shapes.ts";
import { formatBytes, formatCount, formatDuration, formatMoney } from "../../base/format.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import type { Column } from "../../widgets/table.tsx";

export function edgeKey({ from, to }: Edge): string {
  return JSON.stringify([from, to]);
}

/** The runs that either of them took part in. */
export function runsOfEdge({ from, to }: Pick<Edge, "from" | "to">): string {
  return `/runs?agent=${encodeURIComponent(from)}&agent=${encodeURIComponent(to)}`;
}

/** Columns of edges over a window. `most`: the most messages of an edge, for the bars. */
export function edgeColumns(most: ReadonlySignal<number>): Column<Edge>[] {
  return [
    { id: "from", title: "From", width: "minmax(120px, 1fr)", render: ({ from }) => <AgentName name={from} isLink /> },
    { id: "to", title: "To", width: "minmax(120px, 1fr)", render: ({ to }) => <AgentName name={to} isLink /> },
    { id: "count", title: "Messages", width: "72px", isNumber: true, render: ({ count }) => formatCount(count) },
    { id: "bar", title: "", width: "96px", render: ({ count }) => <CountBar count={count} most={most} /> },
    {
      id: "kinds",
      title: "Kinds",
      width: "minmax(140px, 1fr)",
      render: ({ kinds }) => (
        <span class="muted">
          {Object.entries(kinds)
            .map(([kind, count]) => `${formatCount(count)} ${kind}`)
            .join(" · ")}
        </span>
      ),
    },
    {
      id: "tokens",
      title: "Tokens",
      width: "72px",
      isNumber: true,
      hint: "Read and written of the messages by both, estimated",
      render: ({ tokens }) => formatCount(tokens),
    },
    { id: "cost", title: "Cost", width: "72px", isNumber: true, render: ({ cost }) => formatMoney(cost?.usd) },
    { id: "bytes", title: "Size", width: "72px", isNumber: true, render: ({ bytes }) => formatBytes(bytes) },
    {
      id: "p50",
      title: "Way p50",
      width: "72px",
      isNumber: true,
      hint: "From sending to the receiver's first own work",
      render: ({ transitMs }) => formatDuration(transitMs?.p50),
    },
    {
      id: "p95",
      title: "p95",
      width: "72px",
      isNumber: true,
      render: ({ transitMs }) => formatDuration(transitMs?.p95),
    },
  ];
}

function CountBar({ count, most }: { readonly count: number; readonly most: ReadonlySignal<number> }) {
  return (
    <span class="duration-bar" aria-hidden="true">
      <i style={{ width: `${Math.max(1, (count / most.value) * 100)}%` }} />
    </span>
  );
}
