import { EVENT_LEVELS } from "../../../model/vocabulary.ts";
import { formatCount } from "../../base/format.ts";
import { place, setQuery } from "../../base/router.ts";
import { agentFacet, eventCounts, eventsPerSecond, isHeld, isTailOn, toggleTail } from "../../state/events.ts";
import { FacetMenu } from "../../widgets/facet-menu.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";
import { ViewsMenu } from "../views-menu.tsx";
import { EVENT_SEARCH } from "./event-keys.ts";

/** What is looked for, and whether it is followed. */
export function EventsBar() {
  const { query } = place.value;
  const counts = eventCounts.data.value;
  const facets = [
    { name: "type", title: "Type", values: counts?.types.map(({ type, count }) => ({ value: type, count })) ?? [] },
    { name: "level", title: "Level", values: levelValues() },
    { name: "agent", title: "Agent", values: agentFacet.value },
  ];
  return (
    <header class="page-bar">
      <h1>Events</h1>
      <SearchField command={EVENT_SEARCH} placeholder="Text in types, messages, data" />
      {facets.map(({ name, title, values }) => (
        <FacetMenu
          key={name}
          title={title}
          values={values}
          selected={query.get(name) ?? []}
          onChange={(chosen) => setQuery({ [name]: chosen }, "step")}
        />
      ))}
      <span class="grow" />
      <TailButton />
      <ViewsMenu />
      <TimeRange />
    </header>
  );
}

function levelValues(): { readonly value: string; readonly count: number }[] {
  const levels = eventCounts.data.value?.levels ?? {};
  return EVENT_LEVELS.toReversed().flatMap((level) => {
    const count = levels[level]?.reduce((sum, one) => sum + one, 0) ?? 0;
    return count === 0 ? [] : [{ value: level, count }];
  });
}

function TailButton() {
  const isOn = isTailOn.value;
  const state = !isOn ? "off" : isHeld.value ? "paused" : "on";
  return (
    <button
      type="button"
      class={`button event-tail ${state}`}
      aria-pressed={isOn}
      data-tip={isOn ? "Stop following (l); Space pauses and goes on" : "Follow what happens now (l)"}
      onClick={toggleTail}
    >
      {state === "paused" ? <Icon name="pause" size={12} /> : <i aria-hidden="true" />}
      Live tail
      {isOn && <span class="event-rate">{`${formatCount(eventsPerSecond.value ?? 0)}/s`}</span>}
    </button>
  );
}
