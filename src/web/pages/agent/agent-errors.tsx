import type { ErrorGroup } from "../../../model/error-shapes.ts";
import { formatCount, formatCounted } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { place } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { agentErrors } from "../../state/agent.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { Ago } from "../../widgets/ago.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { Sparkline } from "../../widgets/sparkline.tsx";
import { NewMark } from "../errors/error-columns.tsx";

/** The kinds of errors that it met most. */
export function AgentErrors({ name }: { readonly name: string }) {
  return (
    <section class="agent-panel" aria-label="Errors">
      <h2>Errors</h2>
      <Loaded from={agentErrors}>
        {(groups) =>
          groups.length === 0 ? (
            <p class="muted">It met no errors in this window.</p>
          ) : (
            <>
              <ErrorTable groups={groups} name={name} />
              <a class="agent-more" href={inWindowHref("/errors", place.value.query, { agent: name })}>
                All its errors
              </a>
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function ErrorTable({ groups, name }: { readonly groups: readonly ErrorGroup[]; readonly name: string }) {
  return (
    <table class="agent-table">
      <thead>
        <tr>
          <th>Error</th>
          <th>Trend</th>
          <th class="number">Count</th>
          <th class="number">Last seen</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ fingerprint, kinds, type, message, isNew, trend, count, lastSeen }) => (
          <tr key={fingerprint}>
            <th scope="row">
              <a
                class="agent-error"
                href={inWindowHref(pathOf`/errors/${fingerprint}`, place.value.query, { agent: name })}
              >
                <Icon name={kinds[0] ?? "other"} />
                <span class="foreign cut">
                  {visibleLine([type, message].filter((text) => text !== undefined).join(": "), 160) ||
                    "Failed without a word"}
                </span>
                {isNew && <NewMark />}
              </a>
            </th>
            <td>
              <Sparkline
                values={trend}
                label={`${formatCounted(count, "error")} over the window`}
                shape="bars"
                width={80}
                height={16}
                isFailure
              />
            </td>
            <td class="number failed">{formatCount(count)}</td>
            <td class="number">
              <Ago instant={lastSeen} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
