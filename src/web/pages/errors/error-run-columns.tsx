import type { ErrorRun } from "../../../model/error-shapes.ts";
import { formatCount, UNKNOWN } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Ago } from "../../widgets/ago.tsx";
import type { Column } from "../../widgets/table.tsx";

/** The run, opened at the span that failed. */
export function hrefOfErrorRun({ runId, spanId }: ErrorRun): string {
  return pathOf`/runs/${runId}` + (spanId === undefined ? "" : `?span=${spanId}`);
}

export function errorRunColumns(): Column<ErrorRun>[] {
  return [
    {
      id: "run",
      title: "Run",
      width: "minmax(220px, 3fr)",
      render: (run) => (
        <a class="run-name foreign" href={hrefOfErrorRun(run)} tabIndex={-1}>
          {visibleLine(run.runName ?? run.runId)}
        </a>
      ),
    },
    {
      id: "agent",
      title: "Agent",
      width: "minmax(120px, 1fr)",
      render: ({ agent }) => (agent === undefined ? <span class="muted">{UNKNOWN}</span> : <AgentName name={agent} />),
    },
    {
      id: "count",
      title: "Errors",
      width: "60px",
      isNumber: true,
      hint: "Of this kind, that the agent met there",
      render: ({ count }) => formatCount(count),
    },
    {
      id: "outcome",
      title: "Outcome",
      width: "88px",
      hint: "What became of it in the spans around",
      render: ({ swallowed }) =>
        swallowed ? (
          <span data-tip="The span around it did not fail">swallowed</span>
        ) : (
          <span class="failed" data-tip="What is around it failed, too">
            passed on
          </span>
        ),
    },
    { id: "at", title: "When", width: "76px", render: ({ at }) => <Ago instant={at} /> },
  ];
}
