import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { RunPath } from "../../../analysis/run-analysis.ts";
import { formatDuration } from "../../base/format.ts";
import { drawPathStrip, type PathStripScene } from "../../plots/draw-path-strip.ts";
import { pathShares } from "../../plots/path-shares.ts";
import { Plot } from "../../plots/plot.tsx";
import { inks } from "../../state/inks.ts";
import type { WhatIf } from "../../state/what-if.ts";
import { AgentName } from "../../widgets/agent-name.tsx";

const NS_PER_MS = 1e6;
const LINES_MAX = 5;

/** The critical path before and after: as bars in the order of time, and by agent. */
export function WhatIfPaths({ state }: { readonly state: WhatIf }) {
  return (
    <div class="what-if-paths">
      <h2>Critical path by agent</h2>
      <PathStrip state={state} title="measured" path={() => state.measuredPath.value} />
      <PathStrip state={state} title="predicted" path={() => state.predictedPath.value} />
      <PathTable before={state.measuredPath.value} after={state.predictedPath.value} />
    </div>
  );
}

interface PathStripProps {
  readonly state: WhatIf;
  readonly title: string;
  /** Reads a signal. */
  readonly path: () => RunPath | undefined;
}

function PathStrip({ state, title, path }: PathStripProps) {
  const scene = useMemo(
    () =>
      computed<PathStripScene>(() => ({
        path: path(),
        agents: state.schedule.data.value?.agents ?? [],
        widthNs: Math.max(state.measuredPath.value?.total ?? 0, state.predictedPath.value?.total ?? 0),
        inks: inks.value,
      })),
    [],
  );
  const total = path()?.total;
  return (
    <div class="path-strip">
      <span class="muted">{title}</span>
      <div class="path-strip-bar">
        <Plot scene={scene} draw={drawPathStrip} />
      </div>
      <span class="number">{formatDuration(total === undefined ? undefined : total / NS_PER_MS)}</span>
    </div>
  );
}

function PathTable({ before, after }: { readonly before: RunPath | undefined; readonly after: RunPath | undefined }) {
  if (before === undefined || after === undefined) return null;
  const { lines, rest } = pathShares(before, after, LINES_MAX);
  return (
    <table class="path-shares">
      <thead class="muted">
        <tr>
          <th class="path-shares-agent" scope="col">
            Agent
          </th>
          <td class="number">measured</td>
          <td class="number">predicted</td>
          <td />
        </tr>
      </thead>
      <tbody>
        {lines.map(({ agent, beforeMs, afterMs }) => (
          <tr key={agent ?? ""}>
            <th scope="row" class="path-shares-agent">
              {agent === undefined ? <span class="muted">nobody</span> : <AgentName name={agent} />}
            </th>
            <td class="number">{formatDuration(beforeMs)}</td>
            <td class="number">{formatDuration(afterMs)}</td>
            <td class="number muted">{changeOf(afterMs - beforeMs)}</td>
          </tr>
        ))}
        {rest.count > 0 && (
          <tr>
            <th scope="row" class="path-shares-agent muted">
              {rest.count} more
            </th>
            <td class="number">{formatDuration(rest.beforeMs)}</td>
            <td class="number">{formatDuration(rest.afterMs)}</td>
            <td class="number muted">{changeOf(rest.afterMs - rest.beforeMs)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function changeOf(ms: number): string {
  if (Math.abs(ms) < 0.0005) return "";
  return `${ms > 0 ? "+" : "−"}${formatDuration(Math.abs(ms))}`;
}
