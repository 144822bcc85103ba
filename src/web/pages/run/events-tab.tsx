import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { RunEvent } from "../../../model/shapes.ts";
import { formatClock, formatDuration } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { type Column, Table } from "../../widgets/table.tsx";

/** The execution history, in the order of time. */
export function EventsTab({ run }: { readonly run: OpenRun }) {
  const rows = useComputed(() => run.events.data.value?.events ?? []);
  const selected = useComputed(() => {
    const span = run.timeline.selected.value;
    return span === undefined ? undefined : rows.value.find(({ spanId }) => spanId === span)?.offset;
  });
  const columns = useRef(eventColumns(run)).current;
  const select = ({ spanId }: RunEvent) => {
    if (spanId !== undefined) run.timeline.selectSpan(spanId);
  };
  return (
    <Loaded from={run.events}>
      {() => (
        <Table
          label="Events of the run"
          noun="event"
          columns={columns}
          rows={rows}
          keyOf={({ offset }) => offset}
          selected={selected}
          onSelect={(offset) => {
            const event = rows.peek().find((row) => row.offset === offset);
            if (event !== undefined) select(event);
          }}
          onOpen={(event) => {
            select(event);
            run.timeline.isPanelOpen.value = true;
          }}
          onEnd={() => void run.loadMoreEvents()}
        />
      )}
    </Loaded>
  );
}

function eventColumns(run: OpenRun): Column<RunEvent>[] {
  const startMs = () => Date.parse(run.detail.data.peek()?.startedAt ?? "");
  return [
    {
      id: "after",
      title: "At",
      width: "72px",
      isNumber: true,
      hint: "After the run's start",
      render: ({ time }) => formatDuration(Math.max(0, Date.parse(time) - startMs())),
    },
    {
      id: "time",
      title: "Time",
      width: "92px",
      render: ({ time }) => <span class="muted">{formatClock(Date.parse(time))}</span>,
    },
    {
      id: "type",
      title: "Type",
      width: "148px",
      render: ({ type }) => (
        <span class={type.endsWith(".failed") ? "foreign failed" : "foreign"}>{visibleLine(type, 80)}</span>
      ),
    },
    {
      id: "agent",
      title: "Agent",
      width: "minmax(100px, 180px)",
      render: ({ agentId }) => (agentId === undefined ? "" : <AgentName name={agentId} />),
    },
    {
      id: "content",
      title: "Content",
      width: "minmax(200px, 1fr)",
      render: (event) => <span class="foreign">{visibleLine(contentOf(event))}</span>,
    },
    {
      id: "origin",
      title: "Origin",
      width: "72px",
      hint: "Derived events are computed from spans; sent ones came from the program",
      render: ({ derived }) => <span class="muted">{derived ? "derived" : "sent"}</span>,
    },
  ];
}

function contentOf({ message, data = {} }: RunEvent): string {
  const { name, ...rest } = data;
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return [...(message === undefined ? [] : [message]), ...(typeof name === "string" ? [name] : []), ...fields].join(
    "  ",
  );
}
