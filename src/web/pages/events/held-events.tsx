import { formatCounted } from "../../base/format.ts";
import { eventHeldCount, goOn, isHeld, isTailOn } from "../../state/events.ts";
import { Icon } from "../../widgets/icon.tsx";

/** What came since the reader left the top, or that nothing did; leads there. Over the rows, so that they stay. */
export function HeldEvents() {
  if (!isTailOn.value || !isHeld.value) return null;
  const count = eventHeldCount.value;
  return (
    <button type="button" class="held" onClick={goOn}>
      <Icon name={count === 0 ? "pause" : "up"} size={12} />
      {count === 0 ? "Paused" : formatCounted(count, "new event")}
      <kbd class="event-held-key">Space</kbd>
    </button>
  );
}
