import { nowEachSecond } from "../base/clock.ts";
import { formatElapsed } from "../base/format.ts";

/** How long something has been going on, second by second. */
export function Lasting({ since }: { readonly since: string }) {
  return <>{formatElapsed(nowEachSecond() - Date.parse(since))}</>;
}
