import { place, setQuery } from "../../base/router.ts";
import { areEventsNarrowed } from "../../state/event-query.ts";
import { isTailOn } from "../../state/events.ts";
import { EmptyState } from "../../widgets/notices.tsx";

/** Says why there is nothing, and how to get something. */
export function NoEvents() {
  if (isTailOn.value) {
    return (
      <EmptyState title="Waiting for events">
        <p>What passes the filters appears here as it happens.</p>
      </EmptyState>
    );
  }
  if (areEventsNarrowed(place.value.query)) {
    return (
      <EmptyState title="No event passes these filters">
        <p>Take a filter away (Shift+X clears all of them), or look further back.</p>
        <LookBack />
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing happened in this window of time">
      <p>
        Events come from spans (an agent started, a tool failed), from log records, and from programs that send them:
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keys */}
      <pre class="event-snippet" tabIndex={0}>
        {`curl ${location.origin}/api/v1/events -H 'content-type: application/json' \\
  -d '{"runId": "first", "type": "log", "level": "info", "message": "hello"}'`}
      </pre>
      <LookBack />
    </EmptyState>
  );
}

function LookBack() {
  return (
    <p>
      <button type="button" class="button" onClick={() => setQuery({ since: "-30d", until: undefined }, "step")}>
        Look at the last 30 days
      </button>
    </p>
  );
}
