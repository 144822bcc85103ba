import type { ComponentChildren } from "preact";
import type { RunEvent } from "../../../model/shapes.ts";
import { formatInstantExact } from "../../base/format.ts";
import { place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { JsonTree } from "../../widgets/json-tree.tsx";
import { LongText } from "../../widgets/long-text.tsx";
import { EventAgents, isFailure, LevelMark, runOfEventHref } from "./event-parts.tsx";

const TREE_LEVELS = 3;

/** Everything that an event says. */
export function EventPanel({ event }: { readonly event: RunEvent }) {
  const { type, message, data, runId, derived } = event;
  return (
    <section class="event-panel" aria-label="The event">
      <header class="event-panel-head">
        <h2 class={isFailure(event) ? "foreign cut failed" : "foreign cut"}>{visibleLine(type, 120)}</h2>
        <span class="chip">{derived ? "derived from its span" : "sent"}</span>
        <span class="grow" />
        <CopyButton text={() => JSON.stringify(event, undefined, 2)} label="Copy as JSON" />
        <button
          type="button"
          class="button quiet small"
          aria-label="Close the details"
          data-tip="Close (Esc)"
          onClick={() => setQuery({ selected: undefined }, "quiet")}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="event-panel-body">
        {runId !== undefined && (
          <p class="event-ways">
            <a class="button" href={runOfEventHref(event, runId)}>
              <Icon name="outside" /> {event.spanId === undefined ? "Open in its run" : "Open its span"}
            </a>
            <Narrow name="run" value={runId} title="Only this run" />
            <Narrow name="type" value={type} title="Only this type" />
          </p>
        )}
        <EventFields event={event} />
        {message !== undefined && (
          <div class="event-said">
            <h3>Message</h3>
            <LongText text={message} first={1000} isCode />
          </div>
        )}
        {data !== undefined && (
          <div class="event-said">
            <h3>Data</h3>
            <JsonTree value={data} open={TREE_LEVELS} />
          </div>
        )}
      </div>
    </section>
  );
}

function Narrow({ name, value, title }: { readonly name: string; readonly value: string; readonly title: string }) {
  const isChosen = place.value.query.get(name)?.includes(value) ?? false;
  if (isChosen) return null;
  return (
    <button type="button" class="button" onClick={() => setQuery({ [name]: value }, "step")}>
      <Icon name="filter" /> {title}
    </button>
  );
}

const IDS = [
  { name: "Run", of: ({ runId }: RunEvent) => runId },
  { name: "Span", of: ({ spanId }: RunEvent) => spanId },
  { name: "Parent", of: ({ parentSpanId }: RunEvent) => parentSpanId },
  { name: "Trace", of: ({ traceId }: RunEvent) => traceId },
  { name: "Id", of: ({ id }: RunEvent) => id },
  { name: "Offset", of: ({ offset }: RunEvent) => offset },
] as const;

function EventFields({ event }: { readonly event: RunEvent }) {
  const { time, level, agentId, agentInstance, to, service } = event;
  return (
    <dl class="event-fields">
      <Field name="Time">{formatInstantExact(time)}</Field>
      {level !== undefined && (
        <Field name="Level">
          <LevelMark event={event} />
        </Field>
      )}
      {(agentId ?? to) !== undefined && (
        <Field name="Agent">
          <EventAgents event={event} />
        </Field>
      )}
      {agentInstance !== undefined && <Field name="Instance">{visibleLine(agentInstance)}</Field>}
      {service !== undefined && <Field name="Service">{visibleLine(service)}</Field>}
      {IDS.map(({ name, of }) => {
        const id = of(event);
        if (id === undefined) return null;
        return (
          <Field key={name} name={name}>
            <code class="foreign">{visibleLine(id)}</code>
            <CopyButton text={() => id} label={`Copy: ${name.toLowerCase()}`} />
          </Field>
        );
      })}
    </dl>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd class="foreign">{children}</dd>
    </>
  );
}
