import { formatCounted } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { type AgentDetail, agentNow } from "../../state/agent.ts";
import { AgentStateMark } from "../../widgets/agent-state.tsx";
import { Ago } from "../../widgets/ago.tsx";
import { Lasting } from "../../widgets/lasting.tsx";

const SHOWN_MAX = 6;

/** What it does at this moment, in each run that goes on. */
export function AgentNow({ detail: { lastSeenAt } }: { readonly detail: AgentDetail }) {
  const all = agentNow.value;
  if (all.length === 0) {
    return (
      <p class="agent-now muted" role="status">
        Not at work now
        {lastSeenAt !== undefined && (
          <>
            , last seen <Ago instant={lastSeenAt} />
          </>
        )}
        .
      </p>
    );
  }
  return (
    <section class="agent-now" aria-label="At work now">
      <h2 class="unseen">At work now</h2>
      <ul>
        {all.slice(0, SHOWN_MAX).map(({ runId, runName, name, state, since, openSpans }) => {
          const span = openSpans.at(-1);
          const at = span === undefined ? "" : `?span=${encodeURIComponent(span.id)}`;
          return (
            <li key={runId} data-state={state}>
              <AgentStateMark name={name} state={state} />
              <span class="number muted">
                <Lasting since={since} />
              </span>
              <span class="foreign cut">{visibleLine(span?.name ?? "", 120)}</span>
              <a class="foreign cut" href={pathOf`/runs/${runId}` + at}>
                {visibleLine(runName, 120) || runId}
              </a>
            </li>
          );
        })}
      </ul>
      {all.length > SHOWN_MAX && <p class="muted">and in {formatCounted(all.length - SHOWN_MAX, "more run")}</p>}
    </section>
  );
}
