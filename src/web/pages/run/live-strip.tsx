import "./live-strip.css";
import { useComputed, useSignal } from "@preact/signals";
import type { LiveAgent } from "../../../model/stream.ts";
import { formatCounted } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { mostActive } from "../../state/live-agents.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { AgentStateMark } from "../../widgets/agent-state.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Lasting } from "../../widgets/lasting.tsx";

const LINES_MAX = 100;

/**
 * What each agent of a run that goes on does now. Of one that ended before the eyes of the reader a line is left in the
 * same place, until the reader takes it away: what is read below does not move by itself.
 */
export function LiveStrip({ run }: { readonly run: OpenRun }) {
  const isOpen = run.isOpen.value;
  const agents = run.liveAgents.all.value;
  const isHidden = useSignal(false);
  if (isOpen === undefined) return null;
  if (!isOpen) {
    if (agents.length === 0 || isHidden.value) return null;
    return (
      <p class="live-strip-over muted">
        The run has ended: its {formatCounted(agents.length, "agent")} {agents.length === 1 ? "is" : "are"} done
        <button
          type="button"
          class="button quiet small"
          onClick={() => {
            isHidden.value = true;
          }}
        >
          Hide
        </button>
      </p>
    );
  }
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets that a list without bullets is one
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <ul class="live-strip" role="list" aria-label="What the agents do now" tabIndex={0}>
      {mostActive(agents, LINES_MAX).map(({ name }) => (
        <LiveAgentLine key={name} run={run} name={name} />
      ))}
      {agents.length > LINES_MAX && (
        <li class="live-agent muted">and {formatCounted(agents.length - LINES_MAX, "more agent")}</li>
      )}
    </ul>
  );
}

function LiveAgentLine({ run, name }: { readonly run: OpenRun; readonly name: string }) {
  const agent = useComputed(() => run.liveAgents.all.value.find((one) => one.name === name)).value;
  if (agent === undefined) return null;
  const span = agent.openSpans.at(-1);
  return (
    <li class="live-agent" data-agent={name} data-state={agent.state}>
      <AgentName name={name} isLink />
      <AgentStateMark name={name} state={agent.state} />
      <span class="live-agent-since muted">
        {agent.state !== "done" && <Lasting since={span?.startedAt ?? agent.since} />}
      </span>
      <WhatItDoes run={run} span={span} />
    </li>
  );
}

/** The innermost of what is open; a click selects it. */
function WhatItDoes({
  run,
  span,
}: {
  readonly run: OpenRun;
  readonly span: LiveAgent["openSpans"][number] | undefined;
}) {
  if (span === undefined) return <span />;
  return (
    <button type="button" class="live-agent-span" onClick={() => run.timeline.selectSpan(span.id)}>
      <Icon name={span.kind} />
      <span class="foreign cut">{visibleLine(span.name, 200)}</span>
    </button>
  );
}
