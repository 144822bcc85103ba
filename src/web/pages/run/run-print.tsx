import "./run-print.css";
import { formatCounted, formatDuration } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { type OpenRun, openRun, type RunDetail } from "../../state/open-run.ts";
import { failingSpans } from "../../state/run-failures.ts";
import type { FoundSpan } from "../../state/search.ts";
import { StatusBadge } from "../../widgets/status-badge.tsx";
import { agentColumns } from "../agent-columns.tsx";
import { PrintedTimeline } from "./printed-timeline.tsx";
import { RunFigures } from "./run-header.tsx";

/** Columns that fit on paper. */
const PRINTED = new Set([
  "name",
  "utilization",
  "tasks",
  "p50",
  "p90",
  "errors",
  "calls",
  "tokens",
  "cost",
  "messages",
]);
const columns = agentColumns({ isFleet: false }).filter(({ id }) => PRINTED.has(id));

/** The open run on paper: what its page shows in several views, one after the other. */
export function RunPrint() {
  const run = openRun.value;
  const detail = run?.facts.value;
  if (run === undefined || detail === undefined) return null;
  return (
    <div class="print-run">
      <header>
        <h1 class="foreign">{visibleLine(detail.name) || run.id}</h1>
        <p class="print-facts">
          <StatusBadge status={detail.status} />
          {new Date(detail.startedAt).toISOString()} · {run.id}
        </p>
        <p class="muted">{`${location.origin}${location.pathname}${location.search}`}</p>
      </header>
      <RunFigures figures={detail} />
      {detail.findings.length > 0 && (
        <section>
          <h2>Findings</h2>
          <ul>
            {detail.findings.map(({ id, message }, i) => (
              <li key={`${id} ${i}`} class="foreign">
                {visibleLine(message)}
              </li>
            ))}
          </ul>
        </section>
      )}
      <PrintedTimeline run={run} />
      <PrintedAgents detail={detail} />
      <PrintedFailures run={run} detail={detail} />
    </div>
  );
}

function PrintedAgents({ detail }: { readonly detail: RunDetail }) {
  if (detail.agentDetails.length === 0) return null;
  return (
    <section>
      <h2>Agents</h2>
      <table class="print-table">
        <thead>
          <tr>
            {columns.map(({ id, title, isNumber }) => (
              <th key={id} class={isNumber ? "number" : ""}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {detail.agentDetails.map((agent) => (
            <tr key={agent.name}>
              {columns.map(({ id, isNumber, render }) => (
                <td key={id} class={isNumber ? "number" : ""}>
                  {render(agent)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function PrintedFailures({ run, detail }: { readonly run: OpenRun; readonly detail: RunDetail }) {
  if (detail.errorCount === 0) return null;
  const spans = failingSpans.value;
  return (
    <section>
      <h2>
        {formatCounted(detail.errorCount, "span")} failed{spans.length < detail.errorCount && `, ${spans.length} shown`}
      </h2>
      <ul>
        {spans.map((span) => (
          <li key={span.id}>
            <strong class="foreign">{visibleLine(span.name, 200)}</strong>{" "}
            <span class="muted">
              {span.kind}
              {span.agent !== undefined && ` of ${visibleLine(span.agent, 80)}`} · {formatDuration(span.durationMs)} ·{" "}
              {`/runs/${run.id}?span=${span.id}`}
            </span>
            <p class="failed foreign">{failureWords(span)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function failureWords({ errorType, statusMessage }: FoundSpan): string {
  const words = [errorType, statusMessage?.split("\n")[0]].filter((text) => text !== undefined && text !== "");
  return visibleLine(words.join(": "), 1000) || "The span says no more than that it failed.";
}
