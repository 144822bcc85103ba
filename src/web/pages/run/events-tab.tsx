import { useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { RunEvent } from "../../../model/shapes.ts";
import { formatClock, formatCounted, formatDuration } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { countUntil, windowOf } from "../../plots/instants.ts";
import { eventText } from "../../state/event-text.ts";
import { msInRun, type OpenRun } from "../../state/open-run.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { NothingInWindow } from "./run-time.tsx";

/** The execution history, in the order of time. That of a run that goes on grows at its end. */
export function EventsTab({ run }: { readonly run: OpenRun }) {
  const { events } = run;
  const { timeline } = run;
  const timed = useComputed(() => eventTimes(run, events.rows.value));
  const rows = useComputed(() => {
    const zoom = timeline.zoom.value;
    const [from, to] = zoom === undefined ? [0, timed.value.length] : windowOf(timed.value, zoom);
    return events.rows.value.slice(from, to);
  });
  const mark = useComputed(() => {
    const cursorMs = timeline.cursorMs.value;
    if (cursorMs === undefined) return undefined;
    const from = timeline.zoom.value === undefined ? 0 : windowOf(timed.value, timeline.zoom.value)[0];
    return Math.min(Math.max(countUntil(timed.value, cursorMs) - from, 0), rows.value.length);
  });
  const selected = useComputed(() => {
    const span = timeline.selected.value;
    return span === undefined ? undefined : rows.value.find(({ spanId }) => spanId === span)?.offset;
  });
  useReadingOn(run);
  const columns = useRef(eventColumns(run)).current;
  useSignalEffect(() => {
    if (events.isAtEnd.value) events.showHeld();
  });
  const select = ({ spanId }: RunEvent) => {
    if (spanId !== undefined) run.timeline.selectSpan(spanId);
  };
  return (
    <Loaded from={events}>
      {() => (
        <>
          {events.leftOut.value > 0 && (
            <p class="tab-note muted">The first {formatCounted(events.leftOut.value, "event")} are not kept here</p>
          )}
          <Table
            label="Events of the run"
            columns={columns}
            rows={rows}
            keyOf={({ offset }) => offset}
            selected={selected}
            mark={mark}
            isRelated={({ spanId }) => spanId !== undefined && spanId === timeline.selected.value}
            revealWishes={timeline.revealWishes}
            onSelect={(offset) => {
              const event = rows.peek().find((row) => row.offset === offset);
              if (event !== undefined) select(event);
            }}
            onOpen={(event) => {
              select(event);
              run.timeline.isPanelOpen.value = true;
            }}
            onEnd={() => void events.loadMore()}
            {...(events.isFollowed ? { isAtEnd: events.isAtEnd } : {})}
          />
          {rows.value.length === 0 && !events.isLoadingMore.value && <NothingInWindow run={run} noun="event" />}
          <NewEvents events={events} />
        </>
      )}
    </Loaded>
  );
}

/** Reads as far as what all views share reaches: the selected span, the end of the window, the time cursor. */
function useReadingOn(run: OpenRun): void {
  const { events, timeline } = run;
  useSignalEffect(() => {
    const span = timeline.selected.value;
    const untilMs = Math.max(timeline.zoom.value?.endMs ?? 0, timeline.cursorMs.value ?? 0);
    if (events.data.value === undefined) return;
    const isThere = span === undefined || events.rows.peek().some(({ spanId }) => spanId === span);
    if (!isThere) void events.loadUntil(({ spanId }) => spanId === span);
    else if (untilMs > 0) void events.loadUntil(({ time }) => msInRun(run, time) > untilMs);
  });
}

/** What came since the reader left the end; leads there. */
function NewEvents({ events }: { readonly events: OpenRun["events"] }) {
  const count = events.heldCount.value;
  if (count === 0) return null;
  return (
    <button
      type="button"
      class="held at-end"
      onClick={() => {
        events.isAtEnd.value = true;
      }}
    >
      {formatCounted(count, "new event")} <Icon name="down" size={12} />
    </button>
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
      render: (event) => <span class="foreign">{visibleLine(eventText(event))}</span>,
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

/** In ms after the run's first span; in order, as events are. */
function eventTimes(run: OpenRun, events: readonly RunEvent[]): Float64Array {
  return Float64Array.from(events, ({ time }) => msInRun(run, time));
}
