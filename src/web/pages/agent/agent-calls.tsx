import type { KeyMetrics } from "../../../model/key-metrics-shapes.ts";
import { formatCount, formatDuration, formatMoney, formatShare, UNKNOWN } from "../../base/format.ts";
import { place } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { agentModels, agentTools } from "../../state/agent.ts";
import { type CallGroup, callGroups } from "../../state/agent-calls.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { Loaded } from "../../widgets/notices.tsx";

const SHOWN_MAX = 8;
const WORDS = {
  model: { title: "Models", none: "No model calls of it ended in this window.", from: agentModels },
  tool: { title: "Tools", none: "No tool calls of it ended in this window.", from: agentTools },
} as const;

interface AgentCallsProps {
  readonly kind: keyof typeof WORDS;
  readonly name: string;
}

/** The models or the tools that it calls: how often, how long, at what price, and how often in vain. */
export function AgentCalls({ kind, name }: AgentCallsProps) {
  const { title, none, from } = WORDS[kind];
  return (
    <section class="agent-panel" aria-label={title}>
      <h2>{title}</h2>
      <Loaded from={from}>
        {(answer: KeyMetrics) => {
          const groups = callGroups(answer);
          return groups.length === 0 ? <p class="muted">{none}</p> : <CallTable {...{ kind, name, groups }} />;
        }}
      </Loaded>
    </section>
  );
}

function CallTable({ kind, name, groups }: AgentCallsProps & { readonly groups: readonly CallGroup[] }) {
  const most = Math.max(...groups.map(({ calls }) => calls));
  const isModel = kind === "model";
  return (
    <>
      <table class="agent-table">
        <thead>
          <tr>
            <th>{isModel ? "Model" : "Tool"}</th>
            <th class="number">Calls</th>
            <td class="agent-call-bar" />
            <th class="number">p50</th>
            <th class="number">p90</th>
            <th class="number">Errors</th>
            {isModel && <th class="number">Tokens</th>}
            {isModel && <th class="number">Cost</th>}
          </tr>
        </thead>
        <tbody>
          {groups.slice(0, SHOWN_MAX).map((group) => (
            <tr key={group.name}>
              <th scope="row">
                <a
                  class="foreign cut"
                  href={inWindowHref("/search", place.value.query, { agent: name, [kind]: group.name })}
                >
                  {visibleLine(group.name, 80)}
                </a>
              </th>
              <td class="number">{formatCount(group.calls)}</td>
              <td class="agent-call-bar">
                <span class="duration-bar" aria-hidden="true">
                  <i style={{ width: `${(group.calls / most) * 100}%` }} />
                </span>
              </td>
              <td class="number">{formatDuration(group.p50)}</td>
              <td class="number">{formatDuration(group.p90)}</td>
              <td class={`number ${(group.errorRate ?? 0) > 0 ? "failed" : "muted"}`}>
                {(group.errorRate ?? 0) > 0 ? formatShare(group.errorRate) : UNKNOWN}
              </td>
              {isModel && <td class="number">{formatCount(group.tokens)}</td>}
              {isModel && <td class="number">{formatMoney(group.usd)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {groups.length > SHOWN_MAX && <p class="muted agent-more">and {groups.length - SHOWN_MAX} more</p>}
    </>
  );
}
