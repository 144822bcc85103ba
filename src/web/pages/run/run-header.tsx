import { useSignal } from "@preact/signals";
import type { Finding, Run } from "../../../model/shapes.ts";
import { formatCount, formatCounted, formatExactCount, formatInstantExact, formatShare } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { findingKey, showFinding, shownFinding } from "../../state/run-finding.ts";
import { Ago } from "../../widgets/ago.tsx";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { Figure } from "../../widgets/figure.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { StatusBadge } from "../../widgets/status-badge.tsx";
import { RunCost, RunDuration } from "../runs/run-columns.tsx";

const FINDINGS_FIRST = 2;
/** All of a smaller run comes so soon after its figures that no room is kept, whatever else the machine does. */
const LATE_SPANS_MIN = 10_000;

/** What the run was, how it went, what it took, and what is worth a look. */
export function RunHeader({ run }: { readonly run: OpenRun }) {
  const figures = run.figures.value;
  return (
    <header class={figures === undefined ? "run-header loading" : "run-header"}>
      <div class="run-title">
        <a class="muted" href="/runs">
          Runs
        </a>
        <span class="muted" aria-hidden="true">
          /
        </span>
        <h1 class="cut foreign">{figures === undefined ? run.id : visibleLine(figures.name) || run.id}</h1>
        {figures !== undefined && <StatusBadge status={figures.status} />}
        <span class="grow" />
        {figures !== undefined && <RunFacts figures={figures} />}
        <CopyButton text={() => run.id} label="Copy the run's id" />
      </div>
      {figures !== undefined && <RunFigures figures={figures} />}
      {figures !== undefined && <Findings run={run} findings={run.facts.value?.findings} />}
    </header>
  );
}

/** What it took, in figures. */
export function RunFigures({ figures: run }: { readonly figures: Run }) {
  const { tokens, figures } = run;
  return (
    <dl class="figures">
      <Figure label="Duration">
        <RunDuration run={run} />
      </Figure>
      <Figure label="Started" tip={formatInstantExact(run.startedAt)}>
        <Ago instant={run.startedAt} />
      </Figure>
      <Figure label="Agents">{formatCount(run.agents.length)}</Figure>
      <Figure label="Spans">{formatCount(run.spanCount)}</Figure>
      <Figure label="Errors" isFailure={run.errorCount > 0}>
        {formatCount(run.errorCount)}
      </Figure>
      <Figure
        label="Tokens in → out"
        tip={`${formatExactCount(tokens.input)} in, of them ${formatExactCount(tokens.cacheRead)} read from and ${formatExactCount(tokens.cacheWrite)} written to a cache\n${formatExactCount(tokens.output)} out, of them ${formatExactCount(tokens.reasoning)} for reasoning`}
      >
        {formatCount(tokens.input)} → {formatCount(tokens.output)}
      </Figure>
      <Figure label="Cost">
        <RunCost run={run} />
      </Figure>
      <Figure label="Model and tool calls">
        {formatCount(run.llmCalls)} + {formatCount(run.toolCalls)}
      </Figure>
      <Figure label="Utilization" tip="Σ busy ÷ Σ present over the run's agents">
        {formatShare(figures?.utilization)}
      </Figure>
      <Figure label="Communication" tip="Transfers between agents on the critical path ÷ wall time">
        {formatShare(figures?.communicationShareOfTime)}
      </Figure>
    </dl>
  );
}

function RunFacts({ figures }: { readonly figures: Run }) {
  const { session, user, tags, service } = figures;
  const facts = [
    { title: "Service", value: service, href: `/runs?service=${encodeURIComponent(service)}` },
    ...(session === undefined
      ? []
      : [{ title: "Session", value: session, href: `/runs?session=${encodeURIComponent(session)}` }]),
    ...(user === undefined ? [] : [{ title: "User", value: user, href: `/runs?user=${encodeURIComponent(user)}` }]),
    ...tags.slice(0, 6).map((tag) => ({ title: "Tag", value: tag, href: `/runs?tag=${encodeURIComponent(tag)}` })),
  ];
  return (
    <div class="run-facts">
      {facts
        .filter(({ value }) => value !== "")
        .map(({ title, value, href }) => (
          <a key={`${title} ${value}`} class="chip" href={href} data-tip={`Runs of this ${title.toLowerCase()}`}>
            <span class="muted">{title}</span>
            <span class="foreign cut">{visibleLine(value, 28)}</span>
          </a>
        ))}
      {tags.length > 6 && <span class="muted">+{tags.length - 6}</span>}
    </div>
  );
}

/**
 * Of a run that goes on they come and go: only their number is shown, in a line that is always there, so that nothing
 * below moves; also when it ends before the eyes of the reader. Of a large run they come long after its figures: their
 * room is kept.
 */
function Findings({ run, findings }: { readonly run: OpenRun; readonly findings: readonly Finding[] | undefined }) {
  const isOpen = useSignal(false);
  const goesOn = run.isOpen.value === true;
  const first = run.isSeenLive.value ? 0 : FINDINGS_FIRST;
  const isLate = first > 0 && (run.summary.data.value?.spanCount ?? 0) >= LATE_SPANS_MIN;
  if (findings === undefined) return isLate ? <FindingsToCome /> : null;
  if (findings.length === 0 && first > 0 && !isLate) return null;
  const shown = isOpen.value ? findings : findings.slice(0, first);
  const more = findings.length > first && (
    <button
      type="button"
      class="button quiet small"
      aria-expanded={isOpen.value}
      onClick={() => {
        isOpen.value = !isOpen.value;
      }}
    >
      {first === 0 && <Icon name="hint" />}
      {isOpen.value
        ? "Show fewer"
        : first === 0
          ? `${formatCounted(findings.length, "finding")}${goesOn ? " so far" : ""}`
          : formatCounted(findings.length - first, "more finding")}
    </button>
  );
  return (
    <ul class={isLate ? "findings steady" : "findings"}>
      {shown.length === 0 && <li>{more || <p class="finding">{goesOn ? "No findings so far" : "No findings"}</p>}</li>}
      {shown.map((finding, i) => (
        <li key={`${finding.id} ${i}`}>
          <FindingLine run={run} finding={finding} />
          {i === shown.length - 1 && more}
        </li>
      ))}
    </ul>
  );
}

function FindingsToCome() {
  return (
    <ul class="findings steady">
      <li>
        <p class="finding muted">Looking for findings …</p>
      </li>
    </ul>
  );
}

/** A click marks all spans that a finding is about, and goes through them. */
function FindingLine({ run, finding }: { readonly run: OpenRun; readonly finding: Finding }) {
  const at = useSignal(0);
  const findings = run.detail.data.value?.findings ?? [];
  const isShown = shownFinding(findings) === finding;
  const content = (
    <>
      <Icon name="hint" />
      <span class="foreign cut">{visibleLine(finding.message)}</span>
      {finding.spanIds.length > 1 && <span class="muted">{finding.spanIds.length} spans</span>}
    </>
  );
  if (finding.spanIds.length === 0) return <p class="finding">{content}</p>;
  return (
    <>
      <button
        type="button"
        class="finding"
        aria-pressed={isShown}
        onClick={() => {
          showFinding(findingKey(findings, finding));
          const spanId = finding.spanIds[at.peek() % finding.spanIds.length];
          at.value++;
          if (spanId !== undefined && run.timeline.selectSpan(spanId)) run.timeline.isPanelOpen.value = true;
        }}
      >
        {content}
      </button>
      {isShown && (
        <button
          type="button"
          class="button quiet small"
          aria-label="Mark none of its spans"
          data-tip="Mark none of its spans"
          onClick={() => showFinding(undefined)}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </>
  );
}
