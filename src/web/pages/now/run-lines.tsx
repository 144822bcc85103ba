import type { Run } from "../../../model/shapes.ts";
import { formatCounted } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { Ago } from "../../widgets/ago.tsx";
import { StatusBadge } from "../../widgets/status-badge.tsx";
import { RunDuration } from "../runs/run-columns.tsx";

interface RunLinesProps {
  readonly runs: readonly Run[];
  /** Stands there without runs. */
  readonly none: string;
  readonly isTroubled?: boolean;
}

/** A few runs, a line each. */
export function RunLines({ runs, none, isTroubled = false }: RunLinesProps) {
  if (runs.length === 0) return <p class="muted now-empty">{none}</p>;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets that a list without bullets is one
    <ul class="run-lines" role="list">
      {runs.map((run) => (
        <li key={run.id}>
          <a class="run-line" href={pathOf`/runs/${run.id}`}>
            <StatusBadge status={run.status} />
            <span class="foreign cut">{visibleLine(run.name) || run.id}</span>
            {isTroubled && run.errorCount > 0 && <span class="failed">{formatCounted(run.errorCount, "error")}</span>}
            <span class="muted run-line-number">
              <RunDuration run={run} />
            </span>
            <span class="muted run-line-number">
              <Ago instant={run.startedAt} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
