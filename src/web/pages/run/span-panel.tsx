import "./span-panel.css";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Span } from "../../../model/shapes.ts";
import { useCommands } from "../../base/commands.ts";
import { focusMain } from "../../base/focus.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { FailureNotice, Waiting } from "../../widgets/notices.tsx";
import { Section } from "../../widgets/section.tsx";
import { SPAN_PANEL_COMMANDS } from "./run-keys.ts";
import { SpanContent } from "./span-content.tsx";
import { SpanFacts } from "./span-facts.tsx";
import { SpanFailure } from "./span-failure.tsx";
import { SpanAttributes, SpanEvents, SpanLinks, SpanRaw, SpanScores } from "./span-records.tsx";

/** Everything of the selected span. */
export function SpanPanel({ run }: { readonly run: OpenRun }) {
  const { timeline } = run;
  const span = run.span.data.value;
  const failure = run.span.failure.value;
  const panel = useRef<HTMLElement>(null);
  useCommands(SPAN_PANEL_COMMANDS, () => ({
    enter: () => panel.current?.querySelector<HTMLElement>(".span-body")?.focus(),
    close: () => {
      timeline.isPanelOpen.value = false;
    },
  }));
  useLayoutEffect(() => {
    const element = panel.current;
    return () => {
      if (element?.contains(document.activeElement) === true) focusMain();
    };
  }, []);
  const isStale = span !== undefined && span.id !== timeline.selected.value;
  return (
    <section ref={panel} class="span-panel" aria-label="Selected span">
      <header class="span-head">
        {span !== undefined && <SpanTitle span={span} />}
        <span class="grow" />
        {span !== undefined && <CopyButton text={() => span.id} label="Copy the span's id" />}
        <button
          type="button"
          class="button quiet small"
          aria-label="Close the details"
          data-tip="Close (Esc)"
          onClick={() => {
            timeline.isPanelOpen.value = false;
          }}
        >
          <Icon name="close" />
        </button>
      </header>
      {failure && <FailureNotice failure={failure} onRetry={() => run.span.retry()} />}
      {span === undefined && failure === undefined && <Waiting />}
      {span !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <div class={isStale ? "span-body dimmed" : "span-body"} tabIndex={0} key={span.id}>
          <SpanBody run={run} span={span} />
        </div>
      )}
    </section>
  );
}

function SpanTitle({ span }: { readonly span: Span }) {
  return (
    <div class="span-title">
      <span class={span.status === "error" ? "failed" : "muted"}>
        <Icon name={span.kind} size={16} />
      </span>
      <h2 class="foreign" title={visibleLine(span.name, 1000)}>
        {visibleLine(span.name, 200)}
      </h2>
      <span class="muted">{span.kind}</span>
      {span.agent !== undefined && <AgentName name={span.agent} isLink />}
    </div>
  );
}

function SpanBody({ run, span }: { readonly run: OpenRun; readonly span: Span }) {
  const { attributes, resource, events, links, scores } = span;
  return (
    <>
      <SpanFailure span={span} />
      <SpanFacts run={run} span={span} />
      {span.input && (
        <Section title="Input" count={span.input.length}>
          <SpanContent messages={span.input} />
        </Section>
      )}
      {span.output && (
        <Section title="Output" count={span.output.length}>
          <SpanContent messages={span.output} />
        </Section>
      )}
      {scores && (
        <Section title="Scores" count={scores.length}>
          <SpanScores scores={scores} />
        </Section>
      )}
      {links && (
        <Section title="Links" count={links.length}>
          <SpanLinks run={run} links={links} />
        </Section>
      )}
      {events && (
        <Section title="Span events" count={events.length} isClosed>
          <SpanEvents span={span} events={events} />
        </Section>
      )}
      {attributes && (
        <Section title="Attributes" count={Object.keys(attributes).length} isClosed={span.input !== undefined}>
          <SpanAttributes attributes={attributes} />
        </Section>
      )}
      {resource && (
        <Section title="Resource" count={Object.keys(resource).length} isClosed>
          <SpanAttributes attributes={resource} />
        </Section>
      )}
      <Section title="Raw" isClosed>
        <SpanRaw span={span} />
      </Section>
    </>
  );
}
