import "./trend-axis.css";
import { trendLabels } from "../plots/trend-bars.ts";

interface TrendAxisProps {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** How many labels there may be. */
  readonly most: number;
}

/** Nearer to an end a label stands beside its place rather than around it. */
const NEAR_END = 0.03;

/** Round times below or above a drawing that is as wide. */
export function TrendAxis({ sinceMs, untilMs, most }: TrendAxisProps) {
  return (
    <span class="trend-axis muted" aria-hidden="true">
      {trendLabels(sinceMs, untilMs, most).map(({ share, text }) => (
        <span
          key={text}
          class={share < NEAR_END ? "first" : share > 1 - NEAR_END ? "last" : undefined}
          style={{ left: `${share * 100}%` }}
        >
          {text}
        </span>
      ))}
    </span>
  );
}
