import { now } from "../base/clock.ts";
import { formatAgo, formatInstantExact } from "../base/format.ts";

/** An instant, relative to now; exact on hover. */
export function Ago({ instant }: { readonly instant: string }) {
  return (
    <time dateTime={instant} data-tip={formatInstantExact(instant)}>
      {formatAgo(instant, now.value)}
    </time>
  );
}
