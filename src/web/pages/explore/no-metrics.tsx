import type { Metric } from "../../../model/shapes.ts";
import { formatCounted } from "../../base/format.ts";
import { formatPlace, withChanges } from "../../base/place.ts";
import { place } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { aboutChanges } from "../../state/question.ts";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { EmptyState } from "../../widgets/notices.tsx";

const SEND = `curl ${location.origin}/api/v1/metrics -H 'content-type: application/json' \\
  -d '{"name": "queue.length", "value": 7, "agentId": "writer", "attributes": {"queue": "drafts"}}'`;

/** Nothing is asked yet: what could be, and how a value is sent. */
export function NoMetrics({ metrics }: { readonly metrics: readonly Metric[] }) {
  return (
    <EmptyState title={metrics.length === 0 ? "No metrics in this window of time" : "Choose a metric"}>
      {metrics.length > 0 && (
        <ul class="explore-list">
          {metrics.map(({ name, kind, points, description }) => (
            <li key={`${name} ${kind}`}>
              <a class="foreign" href={hrefAbout({ metric: name })}>
                {visibleLine(name, 200)}
              </a>{" "}
              <span class="muted">
                {kind}, {formatCounted(points, "point")}
              </span>
              {description !== undefined && <p class="muted foreign">{visibleLine(description, 1000)}</p>}
            </li>
          ))}
        </ul>
      )}
      <p>
        The key figures of runs need no metrics: look at the{" "}
        <a href={hrefAbout({ figure: "throughput" })}>throughput</a> or the{" "}
        <a href={hrefAbout({ figure: "error_rate" })}>error rate</a>.
      </p>
      <p>Metrics of OpenTelemetry arrive at {location.origin}. A single value is sent so:</p>
      <section class="snippet">
        <header>
          <h2>A value</h2>
          <CopyButton text={() => SEND} label="Copy the command" />
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keys */}
        <pre tabIndex={0}>{SEND}</pre>
      </section>
    </EmptyState>
  );
}

function hrefAbout(about: { readonly metric: string } | { readonly figure: string }): string {
  const { query } = place.value;
  return formatPlace({ path: "/explore", query: withChanges(query, aboutChanges(query, about)) });
}
