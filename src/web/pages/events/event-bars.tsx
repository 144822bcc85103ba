import { useSignal } from "@preact/signals";
import { formatCount, formatCounted } from "../../base/format.ts";
import { setQuery } from "../../base/router.ts";
import { brushedSteps, EVENT_TONES, type EventBar, eventBars, tonePath } from "../../plots/event-bars.ts";
import { trendInstant } from "../../plots/trend-bars.ts";
import { type EventCounts, eventCounts } from "../../state/events.ts";
import { TrendAxis } from "../../widgets/trend-axis.tsx";

const LABELS = 5;
const TONE_WORDS = { failed: "failed", warned: "with a warning", other: "other" } as const;

/** How many events there are over the window; a stretch that is drawn over becomes the window. Its place is always there. */
export function EventBars() {
  const counts = eventCounts.data.value;
  return (
    <figure class={eventCounts.isLoading.value ? "event-chart dimmed" : "event-chart"}>
      {counts === undefined ? <div class="event-bars" /> : <Bars counts={counts} />}
    </figure>
  );
}

interface Brush {
  readonly from: number;
  readonly to: number;
}

function Bars({ counts }: { readonly counts: EventCounts }) {
  const brush = useSignal<Brush | undefined>(undefined);
  const over = useSignal<number | undefined>(undefined);
  const bars = eventBars(counts);
  const { since, until, stepMs } = counts.window;
  const [sinceMs, untilMs] = [Date.parse(since), Date.parse(until)];
  const instant = (step: number) => trendInstant(sinceMs + step * stepMs, Math.min(untilMs - sinceMs, stepMs * 20));
  const shareAt = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    return (event.clientX - left) / Math.max(1, width);
  };
  const take = ({ from, to }: Brush) => {
    const { first, end } = brushedSteps(from, to, bars.length);
    const at = (step: number) => new Date(sinceMs + step * stepMs).toISOString();
    setQuery({ since: at(first), until: at(end), tail: undefined, selected: undefined }, "step");
  };
  const highest = Math.max(0, ...bars.map(({ total }) => total));
  const marked = brush.value && brushedSteps(brush.value.from, brush.value.to, bars.length);
  const hovered = over.value === undefined ? undefined : bars[over.value];
  return (
    <>
      <div
        class="event-bars"
        role="img"
        aria-label={`${formatCounted(counts.total, "event")} in ${bars.length} steps of time, at most ${highest} in one`}
        {...(hovered === undefined ? {} : { "data-tip": tipOf(hovered, over.value ?? 0, instant) })}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          brush.value = { from: shareAt(event), to: shareAt(event) };
        }}
        onPointerMove={(event) => {
          const share = shareAt(event);
          over.value = brushedSteps(share, share, bars.length).first;
          if (brush.peek() !== undefined) brush.value = { from: brush.peek()?.from ?? share, to: share };
        }}
        onPointerUp={() => {
          const drawn = brush.peek();
          brush.value = undefined;
          if (drawn !== undefined) take(drawn);
        }}
        onPointerCancel={() => (brush.value = undefined)}
        onPointerLeave={() => (over.value = undefined)}
      >
        <svg viewBox={`0 0 ${bars.length} 1`} preserveAspectRatio="none" aria-hidden="true">
          {marked && <rect class="event-brush" x={marked.first} y="0" width={marked.end - marked.first} height="1" />}
          {EVENT_TONES.map((tone) => (
            <path key={tone} class={`event-tone ${tone}`} d={tonePath(bars, tone)} />
          ))}
        </svg>
        <span class="event-highest muted number">{highest > 0 && `${formatCount(highest)} at most`}</span>
      </div>
      <TrendAxis sinceMs={sinceMs} untilMs={untilMs} most={LABELS} />
    </>
  );
}

function tipOf({ total, counts }: EventBar, step: number, instant: (step: number) => string): string {
  const parts = EVENT_TONES.filter((tone) => counts[tone] > 0 && tone !== "other").map(
    (tone) => `${formatCount(counts[tone])} ${TONE_WORDS[tone]}`,
  );
  return [formatCounted(total, "event"), ...parts, `${instant(step)} – ${instant(step + 1)}`].join("\n");
}
