import { useComputed } from "@preact/signals";
import { formatCounted } from "../../base/format.ts";
import { agentStateAt, openSpansAt } from "../../plots/replay.ts";
import type { Playback } from "../../state/playback.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { AgentStateMark } from "../../widgets/agent-state.tsx";

const AGENTS_MAX = 100;

/** What each agent does at the cursor. */
export function PlaybackAgents({ playback }: { readonly playback: Playback }) {
  const agents = playback.replay.value?.agents ?? [];
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets that a list without bullets is one
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <ul class="playback-agents" role="list" aria-label="What the agents did then" tabIndex={0}>
      {agents.slice(0, AGENTS_MAX).map(({ name }, agent) => (
        <AgentAt key={name} playback={playback} agent={agent} name={name} />
      ))}
      {agents.length > AGENTS_MAX && (
        <li class="muted">and {formatCounted(agents.length - AGENTS_MAX, "more agent")}</li>
      )}
    </ul>
  );
}

interface AgentAtProps {
  readonly playback: Playback;
  readonly agent: number;
  readonly name: string;
}

/** Drawn anew only when it changes, not with every frame. */
function AgentAt({ playback, agent, name }: AgentAtProps) {
  const state = useComputed(() => {
    const replay = playback.replay.value;
    return replay === undefined ? undefined : agentStateAt(replay, agent, playback.at.value);
  }).value;
  const open = useComputed(() => {
    const replay = playback.replay.value;
    return replay === undefined ? 0 : openSpansAt(replay, agent, playback.at.value);
  }).value;
  return (
    <li data-agent={name} data-state={state ?? "not begun"}>
      <AgentName name={name} />
      {state === undefined ? <span class="muted">not begun</span> : <AgentStateMark name={name} state={state} />}
      <span class="muted">{open > 0 ? `${open} open` : ""}</span>
    </li>
  );
}
