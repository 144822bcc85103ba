import { useComputed, useSignal } from "@preact/signals";
import type { Span } from "../../../model/shapes.ts";
import { formatDuration } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { JsonTree } from "../../widgets/json-tree.tsx";
import { LongText } from "../../widgets/long-text.tsx";

const FILTER_FROM = 10;
const ATTRIBUTES_FIRST = 200;

/** Names and values as they were sent. */
export function SpanAttributes({ attributes }: { readonly attributes: Readonly<Record<string, unknown>> }) {
  const wanted = useSignal("");
  const entries = Object.entries(attributes);
  const shown = useComputed(() => {
    const text = wanted.value.toLowerCase();
    return entries.filter(([name, value]) => text === "" || `${name} ${String(value)}`.toLowerCase().includes(text));
  });
  return (
    <>
      {entries.length >= FILTER_FROM && (
        <label class="field attribute-field">
          <Icon name="filter" />
          <input
            aria-label="Filter attributes"
            placeholder="Filter"
            value={wanted.value}
            onInput={(event) => {
              wanted.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      <dl class="attributes">
        {shown.value.slice(0, ATTRIBUTES_FIRST).map(([name, value]) => (
          <Attribute key={name} name={name} value={value} />
        ))}
      </dl>
      {shown.value.length > ATTRIBUTES_FIRST && (
        <p class="muted">
          {shown.value.length - ATTRIBUTES_FIRST} more: narrow them by the filter, or look at the raw span.
        </p>
      )}
    </>
  );
}

function Attribute({ name, value }: { readonly name: string; readonly value: unknown }) {
  return (
    <div class="attribute">
      <dt class="foreign">{visibleLine(name, 200)}</dt>
      <dd>
        {typeof value === "object" && value !== null ? (
          <JsonTree value={value} open={1} />
        ) : (
          <LongText text={String(value)} first={400} isCode />
        )}
      </dd>
      <CopyButton text={() => (typeof value === "string" ? value : JSON.stringify(value))} label="Copy the value" />
    </div>
  );
}

interface SpanEventsProps {
  readonly span: Span;
  readonly events: NonNullable<Span["events"]>;
}

export function SpanEvents({ span, events }: SpanEventsProps) {
  const begun = Date.parse(span.startedAt);
  return (
    <ol class="records">
      {events.map(({ name, at, attributes }, i) => (
        <li key={i}>
          <p class="record-head">
            <span class="muted number">+{formatDuration(Math.max(0, Date.parse(at) - begun))}</span>
            <strong class="foreign">{visibleLine(name, 200)}</strong>
          </p>
          {Object.keys(attributes).length > 0 && <JsonTree value={attributes} open={1} />}
        </li>
      ))}
    </ol>
  );
}

interface SpanLinksProps {
  readonly run: OpenRun;
  readonly links: NonNullable<Span["links"]>;
}

/** Links inside the run lead there. */
export function SpanLinks({ run, links }: SpanLinksProps) {
  return (
    <ol class="records">
      {links.map(({ traceId, spanId, outside, attributes }) => (
        <li key={traceId + spanId}>
          <p class="record-head">
            {outside ? (
              <span class="muted">
                <Icon name="outside" size={12} /> outside of this run
              </span>
            ) : (
              <button type="button" class="button small" onClick={() => run.timeline.selectSpan(spanId)}>
                Go to the span
              </button>
            )}
            <code class="muted">{spanId}</code>
          </p>
          {Object.keys(attributes).length > 0 && <JsonTree value={attributes} open={1} />}
        </li>
      ))}
    </ol>
  );
}

export function SpanScores({ scores }: { readonly scores: NonNullable<Span["scores"]> }) {
  return (
    <ol class="records">
      {scores.map((score, i) => {
        const { name, value, label, explanation } = score;
        return (
          <li key={i}>
            <p class="record-head">
              <strong class="foreign">{visibleLine(String(name ?? "score"), 100)}</strong>
              <span>{visibleLine([value, label].filter((part) => part !== undefined).join(" "), 100)}</span>
            </p>
            {typeof explanation === "string" && <LongText text={explanation} first={400} />}
          </li>
        );
      })}
    </ol>
  );
}

export function SpanRaw({ span }: { readonly span: Span }) {
  return (
    <>
      <CopyButton text={() => JSON.stringify(span, undefined, 2)} label="Copy the span as JSON" />
      <JsonTree value={span} open={1} />
    </>
  );
}
