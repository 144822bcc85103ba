import type { RunEvent } from "../../../model/shapes.ts";
import { formatClock, formatInstantExact } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { eventText } from "../../state/event-text.ts";
import type { Column } from "../../widgets/table.tsx";
import { EventAgents, isFailure, LevelMark, runOfEventHref } from "./event-parts.tsx";

export function eventColumns(): Column<RunEvent>[] {
  return [
    { id: "time", title: "Time", width: "148px", phoneWidth: "84px", render: ({ time }) => <EventTime time={time} /> },
    { id: "level", title: "Level", width: "44px", render: (event) => <LevelMark event={event} /> },
    {
      id: "type",
      title: "Type",
      width: "minmax(104px, 168px)",
      phoneWidth: "108px",
      render: (event) => (
        <span class={isFailure(event) ? "foreign failed" : "foreign"}>{visibleLine(event.type, 80)}</span>
      ),
    },
    {
      id: "agent",
      title: "Agent",
      width: "minmax(96px, 200px)",
      hint: "Who it is about, and whom it goes to",
      render: (event) => <EventAgents event={event} />,
    },
    {
      id: "content",
      title: "Message and data",
      width: "minmax(140px, 1fr)",
      phoneWidth: "minmax(0, 1fr)",
      phoneTitle: "Message",
      render: (event) => <span class="foreign">{visibleLine(eventText(event))}</span>,
    },
    {
      id: "run",
      title: "Run",
      width: "88px",
      render: (event) => {
        const { runId } = event;
        if (runId === undefined) return <span class="muted">none</span>;
        return (
          <a class="event-run foreign" href={runOfEventHref(event, runId)} data-tip={visibleLine(runId, 120)}>
            {visibleLine(runId, 60)}
          </a>
        );
      },
    },
    {
      id: "origin",
      title: "Origin",
      width: "48px",
      hint: "Derived events are computed from spans; sent ones came from the program",
      render: ({ derived }) => <span class="muted">{derived ? "derived" : "sent"}</span>,
    },
  ];
}

/** The clock is read, the day rarely. */
function EventTime({ time }: { readonly time: string }) {
  const at = Date.parse(time);
  return (
    <time dateTime={time} class="event-time">
      <span class="event-day muted">{formatInstantExact(time).slice(5, 10)} </span>
      {formatClock(at)}
    </time>
  );
}
