import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { nowEachSecond } from "../../base/clock.ts";
import { formatCount, formatCounted } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { drawStrip, type StripScene } from "../../plots/draw-strip.ts";
import { Plot } from "../../plots/plot.tsx";
import { inks } from "../../state/inks.ts";
import { mostActive } from "../../state/live-agents.ts";
import { AGENTS_MAX, agentsOfRun, runningRuns, STRIP_MS, stripOf } from "../../state/now.ts";
import { stateIn, stripIn } from "../../state/running-places.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { AgentStateMark } from "../../widgets/agent-state.tsx";
import { StatusBadge } from "../../widgets/status-badge.tsx";
import { RunCost, RunDuration } from "../runs/run-columns.tsx";

/** A run that goes on: what it has come to, and what each of its agents did over the last minutes. */
export function RunningRun({ id }: { readonly id: string }) {
  const place = useComputed(() => runningRuns.value.find((one) => one.run.id === id)).value;
  if (place === undefined) return null;
  const { run, overAtMs } = place;
  const agents = agentsOfRun(id);
  const shown = mostActive(agents, AGENTS_MAX);
  return (
    <article class={overAtMs === undefined ? "running-run" : "running-run over"} aria-label={visibleLine(run.name, 80)}>
      <header>
        <span class="running-status">
          <StatusBadge status={run.status} />
        </span>
        <a class="run-name foreign cut" href={pathOf`/runs/${id}`}>
          {visibleLine(run.name) || id}
        </a>
        {agents.length > shown.length && (
          <span class="muted">+{formatCounted(agents.length - shown.length, "agent")}</span>
        )}
        <span class="grow" />
        <span class="failed">{run.errorCount > 0 && formatCounted(run.errorCount, "error")}</span>
        <span class="muted running-figures">
          <RunDuration run={run} /> · {formatCounted(run.spanCount, "span")} ·{" "}
          {formatCount(run.tokens.input + run.tokens.output)} tokens · <RunCost run={run} />
        </span>
      </header>
      {shown.map(({ name, state }) => (
        <div key={name} class="running-agent" data-agent={name} data-state={stateIn(place, state)}>
          <AgentName name={name} isLink />
          <StateStrip runId={id} agent={name} />
          <AgentStateMark name={name} state={stateIn(place, state)} />
        </div>
      ))}
    </article>
  );
}

/** What an agent did over the last minutes; its word stands beside it. */
function StateStrip({ runId, agent }: { readonly runId: string; readonly agent: string }) {
  const scene = useRef(
    useComputed<StripScene>(() => {
      const place = runningRuns.value.find(({ run }) => run.id === runId);
      const known = stripOf(runId, agent);
      const strip = place === undefined ? known : stripIn(place, known);
      return { ...{ strip, agent, inks: inks.value, nowMs: nowEachSecond(), windowMs: STRIP_MS } };
    }),
  ).current;
  return (
    <div class="state-strip">
      <Plot scene={scene} draw={drawStrip} />
    </div>
  );
}
