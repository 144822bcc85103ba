import { useSignal } from "@preact/signals";
import type { Losses, ShownSetting } from "../../../model/server-shapes.ts";
import type { Status } from "../../../model/shapes.ts";
import { ApiFailure, postJson } from "../../base/api.ts";
import { formatCount, formatDuration, formatExactCount } from "../../base/format.ts";
import { type HealthLine, type HealthState, healthLines, worstOf } from "../../state/health.ts";
import { serverStatus } from "../../state/server-status.ts";
import { Figure } from "../../widgets/figure.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { FailureNotice, Loaded } from "../../widgets/notices.tsx";
import { Section } from "../../widgets/section.tsx";
import { InlineCode } from "./inline-code.tsx";
import { SettingsTable } from "./settings-table.tsx";

const WORDS = { good: "well", look: "worth a look", bad: "not well" } as const satisfies Record<HealthState, string>;
const ICONS = { good: "check", look: "stalled", bad: "failure" } as const satisfies Record<HealthState, string>;
const VERDICTS = {
  good: "The server does well.",
  look: "The server works; something is worth a look.",
  bad: "Something is not well.",
} as const satisfies Record<HealthState, string>;

/** How the server itself does, every two seconds. */
export function HealthSection() {
  return (
    <div class="settings-body">
      <Loaded from={serverStatus}>{(status) => <HealthView status={status} />}</Loaded>
    </div>
  );
}

function HealthView({ status }: { readonly status: Status }) {
  const lines = healthLines(status);
  const worst = worstOf(lines);
  const { version, uptimeMs, rates, running, acknowledged } = status;
  return (
    <>
      <p class={`health-verdict ${worst}`} role="status">
        <Icon name={ICONS[worst]} size={16} />
        {VERDICTS[worst]}
      </p>
      <dl class="figures">
        <Figure label="Version">{version}</Figure>
        <Figure label="Up for">{formatDuration(Math.floor(uptimeMs / 1000) * 1000)}</Figure>
        <Figure label="Spans a second" tip="Over the last ten">
          {formatCount(rates.spansPerS)}
        </Figure>
        <Figure label="Events a second" tip="Over the last ten">
          {formatCount(rates.eventsPerS)}
        </Figure>
        <Figure label="Runs at work">{formatExactCount(running.runs)}</Figure>
        <Figure label="Spans taken in" tip="Of all that is kept">
          {formatCount(acknowledged.spans)}
        </Figure>
      </dl>
      <ul class="health-lines">
        {lines.map((line) => (
          <HealthRow key={line.id} line={line} status={status} />
        ))}
      </ul>
      <LossLists losses={status.losses} duplicates={status.duplicates} />
      <SettingList settings={status.settings} />
      <Section title="Limits" count={Object.keys(status.limits).length} isClosed>
        <dl class="limit-list">
          {Object.entries(status.limits).map(([name, value]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd class="number">{formatExactCount(value)}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  );
}

function HealthRow({ line, status }: { readonly line: HealthLine; readonly status: Status }) {
  const { id, title, value, state, meaning, advice } = line;
  return (
    <li class={`health-line ${state}`}>
      <Icon name={ICONS[state]} />
      <span class="unseen">{WORDS[state]}</span>
      <span class="health-title">{title}</span>
      <span class="health-value">{value}</span>
      <span class="health-meaning">
        <span class="muted">{meaning}</span>
        {advice !== undefined && (
          <span>
            {" "}
            <InlineCode text={advice} />
          </span>
        )}
        {id === "quarantined" && status.journal.quarantined > 0 && <RetryQuarantined status={status} />}
      </span>
    </li>
  );
}

interface Retried {
  readonly retried: number;
  readonly later: number;
  readonly unreadable: number;
}

function RetryQuarantined({ status }: { readonly status: Status }) {
  const answer = useSignal<Retried | ApiFailure | undefined>(undefined);
  if (!status.scopes.includes("admin")) return null;
  const retry = async () => {
    try {
      answer.value = await postJson<Retried>("/quarantine/retry", {});
      await serverStatus.refresh();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      answer.value = error;
    }
  };
  const told = answer.value;
  return (
    <span class="health-retry">
      <button type="button" class="button small" onClick={() => void retry()}>
        Retry
      </button>
      {told instanceof ApiFailure && <FailureNotice failure={told} />}
      {told !== undefined && !(told instanceof ApiFailure) && (
        <span role="status">
          {told.retried} wait for the store again, {told.later} later, {told.unreadable} cannot be read
        </span>
      )}
    </span>
  );
}

function LossLists({ losses, duplicates }: { readonly losses: Losses; readonly duplicates: number }) {
  const lists = [
    { title: "Refused items", counted: losses.rejected },
    { title: "Cut or changed items", counted: losses.changed },
    {
      title: "Refused requests of senders",
      counted: losses.refusedRequests.map(({ reason, count }) => ({ reason: `HTTP ${reason}`, count })),
    },
  ].filter(({ counted }) => counted.length > 0);
  return (
    <section class="health-losses" aria-label="Refused, cut or repeated">
      <h2 class="settings-title">Refused, cut or repeated since the start</h2>
      {lists.length === 0 && duplicates === 0 && <p class="muted">Nothing: everything was taken as it came.</p>}
      {lists.map(({ title, counted }) => (
        <dl key={title} class="loss-list" aria-label={title}>
          {counted.map(({ reason, count }) => (
            <div key={reason}>
              <dt>{title}</dt>
              <dd class="number">{formatExactCount(count)}</dd>
              <dd class="muted foreign">{reason}</dd>
            </div>
          ))}
        </dl>
      ))}
      {duplicates > 0 && (
        <dl class="loss-list">
          <div>
            <dt>Repeats</dt>
            <dd class="number">{formatExactCount(duplicates)}</dd>
            <dd class="muted">
              Records that came again and were counted once: senders repeat what was not answered in time.
            </dd>
          </div>
        </dl>
      )}
    </section>
  );
}

function SettingList({ settings }: { readonly settings: readonly ShownSetting[] | undefined }) {
  if (settings === undefined) {
    return (
      <p class="muted">
        The settings in force are shown to keys with the scope <code>admin</code>.
      </p>
    );
  }
  return (
    <SettingsTable title="Settings in force" heads={["Flag", "Value", "Environment", "What it is"]}>
      {settings.map(({ name, flag, value, environment, isDefault, doc }) => (
        <tr key={name}>
          <td>
            <code>{flag}</code>
          </td>
          <td class={isDefault ? "muted foreign" : "foreign"}>
            {value === "" ? "–" : value}
            {!isDefault && <span class="muted"> (set)</span>}
          </td>
          <td class="muted">
            <code>{environment}</code>
          </td>
          <td class="muted">
            <InlineCode text={doc} />
          </td>
        </tr>
      ))}
    </SettingsTable>
  );
}
