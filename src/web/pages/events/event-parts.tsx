import type { RunEvent } from "../../../model/shapes.ts";
import { pathOf } from "../../base/place.ts";
import { AgentName } from "../../widgets/agent-name.tsx";

/** By its level, or where it has none by its type. */
export function isFailure({ level, type }: RunEvent): boolean {
  return level === "error" || level === "fatal" || type.endsWith(".failed");
}

/** Where the event happened: its run, at its span or at its instant. */
export function runOfEventHref({ spanId, time }: RunEvent, runId: string): string {
  const at = spanId === undefined ? `view=events&at=${encodeURIComponent(time)}` : `span=${spanId}`;
  return `${pathOf`/runs/${runId}`}?${at}`;
}

export function LevelMark({ event }: { readonly event: RunEvent }) {
  const { level = "unset" } = event;
  if (level === "unset") return <span class="muted" aria-hidden="true" />;
  return <span class={`event-level ${level}`}>{level}</span>;
}

export function EventAgents({ event: { agentId, to } }: { readonly event: RunEvent }) {
  return (
    <span class="event-agents">
      {agentId !== undefined && <AgentName name={agentId} />}
      {to !== undefined && (
        <>
          <span class="muted">→</span>
          <AgentName name={to} />
        </>
      )}
    </span>
  );
}
