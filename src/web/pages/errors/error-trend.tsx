import type { ErrorWindow } from "../../../model/error-shapes.ts";
import { formatCount, formatCounted } from "../../base/format.ts";
import { trendBars, trendInstant } from "../../plots/trend-bars.ts";
import { TrendAxis } from "../../widgets/trend-axis.tsx";

interface ErrorTrendProps {
  readonly trend: readonly number[];
  readonly window: ErrorWindow;
}

const LABELS = 5;

/** Errors over the window as bars, with what each step amounts to. */
export function ErrorTrend({ trend, window: { since, until, stepMs } }: ErrorTrendProps) {
  const [sinceMs, untilMs] = [Date.parse(since), Date.parse(until)];
  const bars = trendBars(trend, sinceMs, stepMs);
  const highest = Math.max(...trend);
  const all = trend.reduce((sum, count) => sum + count, 0);
  const instant = (ms: number) => trendInstant(ms, Math.min(untilMs - sinceMs, stepMs * 20));
  return (
    <figure class="error-trend">
      <div
        class="error-bars"
        role="img"
        aria-label={`${formatCounted(all, "error")} in ${trend.length} steps of time, at most ${highest} in one`}
      >
        {bars.map(({ count, share, fromMs, toMs }) => (
          <span
            key={fromMs}
            class="error-bar"
            data-tip={`${formatCounted(count, "error")}\n${instant(fromMs)} – ${instant(toMs)}`}
          >
            {count > 0 && <i style={{ height: `${Math.max(3, share * 100)}%` }} />}
          </span>
        ))}
        <span class="error-highest muted number">{highest > 0 && `${formatCount(highest)} at most`}</span>
      </div>
      <TrendAxis sinceMs={sinceMs} untilMs={untilMs} most={LABELS} />
    </figure>
  );
}
