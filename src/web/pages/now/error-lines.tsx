import type { ErrorGroup } from "../../../model/error-shapes.ts";
import { formatCount, formatCounted } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { place } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { Ago } from "../../widgets/ago.tsx";
import { Sparkline } from "../../widgets/sparkline.tsx";

/** Kinds of errors, a line each: what, how it went over the window, how often. */
export function ErrorLines({ groups }: { readonly groups: readonly ErrorGroup[] }) {
  if (groups.length === 0) return <p class="muted now-empty">Nothing failed in this window.</p>;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets that a list without bullets is one
    <ul role="list">
      {groups.map(({ fingerprint, type, message, isNew, trend, count, lastSeen }) => (
        <li key={fingerprint}>
          <a class="error-line" href={inWindowHref(pathOf`/errors/${fingerprint}`, place.value.query)}>
            <span class="foreign cut">{visibleLine(message || type || "Failed without a word", 120)}</span>
            <span class="error-line-new">{isNew && "new"}</span>
            <Sparkline
              values={trend}
              label={`${formatCounted(count, "error")} over the window`}
              shape="bars"
              width={72}
              height={16}
              isFailure
            />
            <span class="failed number">{formatCount(count)}</span>
            <span class="muted number">
              <Ago instant={lastSeen} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
