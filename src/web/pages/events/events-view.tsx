import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ActionsOf } from "../../base/command-table.ts";
import { useCommands } from "../../base/commands.ts";
import { formatCount, formatCounted } from "../../base/format.ts";
import { setQuery } from "../../base/router.ts";
import { isNumber, storedSetting } from "../../base/stored-setting.ts";
import { EVENT_FILTERS } from "../../state/event-query.ts";
import {
  eventAtOffset,
  eventCounts,
  eventPages,
  eventRows,
  eventsLetGo,
  goOn,
  hasMoreEvents,
  holdOrGoOn,
  isAtTop,
  isHeld,
  isTailOn,
  loadEvents,
  loadMoreEvents,
  selectedEvent,
  toggleTail,
} from "../../state/events.ts";
import { FilterChips } from "../../widgets/filter-chips.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { SplitPane } from "../../widgets/split-pane.tsx";
import { Table } from "../../widgets/table.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { EventBars } from "./event-bars.tsx";
import { eventColumns } from "./event-columns.tsx";
import { EVENT_COMMANDS } from "./event-keys.ts";
import { EventPanel } from "./event-panel.tsx";
import { EventsBar } from "./events-bar.tsx";
import { HeldEvents } from "./held-events.tsx";
import { NoEvents } from "./no-events.tsx";

export const eventsView: PageBody = { load: loadEvents, View: EventsView };

const PANEL_PX = 420;
const PANEL_PX_MIN = 280;
const panelWidth = storedSetting("events.panel", PANEL_PX, isNumber);

function EventsView() {
  useCommands(EVENT_COMMANDS, actions);
  return (
    <div class="page">
      <EventsBar />
      <FilterChips filters={EVENT_FILTERS} onClear={clearFilters} />
      <EventBars />
      <Loaded from={eventPages}>{() => <Events />}</Loaded>
      <Foot />
    </div>
  );
}

function Events() {
  const columns = useRef(eventColumns()).current;
  const isEmpty = useComputed(() => eventRows.value.length === 0);
  const offset = selectedEvent.value;
  const event = offset === undefined ? undefined : eventAtOffset(offset);
  if (isEmpty.value) return <NoEvents />;
  return (
    <SplitPane
      width={panelWidth}
      min={PANEL_PX_MIN}
      label="Width of the details"
      side={event && <EventPanel key={event.offset} event={event} />}
    >
      <div class="event-list">
        <Table
          label="Events"
          columns={columns}
          rows={eventRows}
          keyOf={({ offset: key }) => key}
          selected={selectedEvent}
          onSelect={(key) => setQuery({ selected: key }, "quiet")}
          onOpen={() => undefined}
          onEnd={() => void loadMoreEvents()}
          isAtStart={isAtTop}
        />
        <HeldEvents />
      </div>
    </SplitPane>
  );
}

function Foot() {
  const shown = eventRows.value.length;
  return (
    <footer class="page-foot muted">
      {shown > 0 && footText(shown)}
      <span class="unseen" role="status">
        {isTailOn.value && (isHeld.value ? "The live tail is paused" : "The live tail goes on")}
      </span>
    </footer>
  );
}

/** One text, of which nothing moves when a number in it grows. */
function footText(shown: number): string {
  const all = eventCounts.data.value?.total;
  const letGo = eventsLetGo.value;
  return [
    `${formatCounted(shown, "event")} here`,
    all === undefined ? "" : ` of ${formatCount(all)} in this window of time`,
    hasMoreEvents.value ? ", more below" : "",
    letGo === 0 ? "" : ` · ${formatCounted(letGo, "older one")} let go: scroll down to load them again`,
  ].join("");
}

function actions(): ActionsOf<typeof EVENT_COMMANDS> {
  return {
    tail: toggleTail,
    pause: () => {
      if (isTailOn.peek()) holdOrGoOn();
    },
    close: () => {
      if (isAtTop.peek() && isTailOn.peek()) goOn();
      else setQuery({ selected: undefined }, "quiet");
    },
    clear: clearFilters,
  };
}

function clearFilters(): void {
  const names = [...EVENT_FILTERS.map(({ name }) => name), "q"];
  setQuery(Object.fromEntries(names.map((name) => [name, undefined])), "step");
}
