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

/** Moved as drawn, with no layout of the page: the times of what is live go by. */
function placeOf(share: number): string {
  const ownShare = share < NEAR_END ? 0 : share > 1 - NEAR_END ? 100 : 50;
  return `translateX(calc(${share * 100}cqw - ${ownShare}%))`;
}

/** Round times below or above a drawing that is as wide. */
export function TrendAxis({ sinceMs, untilMs, most }: TrendAxisProps) {
  return (
    <span class="trend-axis muted" aria-hidden="true">
      {trendLabels(sinceMs, untilMs, most).map(({ share, text }) => (
        <span key={text} style={{ transform: placeOf(share) }}>
          {text}
        </span>
      ))}
    </span>
  );
}
