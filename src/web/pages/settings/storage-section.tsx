import type { DroppedDay, Storage, StoredDay, StoredTable } from "../../../model/server-shapes.ts";
import { now } from "../../base/clock.ts";
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatExactCount,
  formatShare,
} from "../../base/format.ts";
import { serverStatus } from "../../state/server-status.ts";
import { storage } from "../../state/server-storage.ts";
import { Ago } from "../../widgets/ago.tsx";
import { Figure } from "../../widgets/figure.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { SettingsTable } from "./settings-table.tsx";

const DAY_MS = 86_400_000;
const REASONS = { age: "older than the retention", disk: "the disk was full" } as const;

/** What is kept, for how long, and what it takes. */
export function StorageSection() {
  return (
    <div class="settings-body">
      <Loaded from={storage}>{(loaded) => <StorageView loaded={loaded} />}</Loaded>
    </div>
  );
}

function StorageView({ loaded }: { readonly loaded: Storage }) {
  const { keepMs, bytes, bytesAllowed, bytesMax, volume, days, tables, dropped } = loaded;
  const journal = serverStatus.data.value?.journal;
  return (
    <>
      <dl class="figures">
        <Figure label="Kept for" tip="By the day of receipt: --retention">
          {formatKept(keepMs)}
        </Figure>
        <Figure label="Stored" tip="On disk, compressed, all tables">
          {formatBytes(bytes)}
        </Figure>
        <Figure label="It may take" tip="--max-disk, and at most 80 % of the volume with everything else on it">
          {formatBytes(bytesAllowed)}
          {bytesAllowed < bytesMax && <span class="muted"> of {formatBytes(bytesMax)}</span>}
        </Figure>
        {volume !== undefined && (
          <Figure label="Free on the volume">
            {formatBytes(volume.freeBytes)} <span class="muted">of {formatBytes(volume.bytes)}</span>
          </Figure>
        )}
        {journal !== undefined && (
          <Figure label="Waits in the journal" tip="Acknowledged and on disk, and not in the store yet">
            {formatBytes(journal.bytes)}
          </Figure>
        )}
      </dl>
      <Bar
        share={bytes / Math.max(1, bytesAllowed)}
        label={`${formatShare(bytes / Math.max(1, bytesAllowed))} of what it may take`}
      />
      <p class="muted">
        Whole days are dropped, the oldest first: when they are older than <code>--retention</code> (
        <code>TALEA_RETENTION</code>), or while the store takes more than <code>--max-disk</code> (
        <code>TALEA_MAX_DISK</code>). To change it, start the server with another value. Boards, views and keys are kept
        for ever.
      </p>
      <Days days={days} />
      <Tables tables={tables} />
      <Dropped dropped={dropped} />
    </>
  );
}

function formatKept(keepMs: number): string {
  return keepMs % DAY_MS === 0 ? formatCounted(keepMs / DAY_MS, "day") : formatDuration(keepMs);
}

function Days({ days }: { readonly days: readonly StoredDay[] }) {
  if (days.length === 0) return <p class="muted">Nothing is stored yet.</p>;
  const largest = Math.max(...days.map(({ bytes }) => bytes), 1);
  return (
    <SettingsTable
      title="By day"
      heads={[
        "Day (UTC)",
        { title: "On disk", kind: "number" },
        { title: "Share", kind: "unseen" },
        { title: "Rows", kind: "number" },
        "Goes",
      ]}
    >
      {days.map(({ day, bytes, rows, expiresAt }, i) => (
        <tr key={day}>
          <td>{day}</td>
          <td class="number">{formatBytes(bytes)}</td>
          <td class="settings-bar-cell">
            <Bar share={bytes / largest} />
          </td>
          <td class="number">{formatCount(rows)}</td>
          <td>
            {inDays(expiresAt)}
            {i === 0 && days.length > 1 && <span class="muted"> (the first to go)</span>}
          </td>
        </tr>
      ))}
    </SettingsTable>
  );
}

function inDays(expiresAt: string): string {
  const days = Math.ceil((Date.parse(expiresAt) - now.value) / DAY_MS);
  if (days <= 0) return "now";
  return days === 1 ? "within a day" : `in ${days} days`;
}

function Tables({ tables }: { readonly tables: readonly StoredTable[] }) {
  const shown = tables.filter(({ rows }) => rows > 0);
  const largest = Math.max(...shown.map(({ bytes }) => bytes), 1);
  return (
    <SettingsTable
      title="By table"
      heads={[
        "Table",
        { title: "On disk", kind: "number" },
        { title: "Share", kind: "unseen" },
        { title: "Rows", kind: "number" },
        "What it holds",
      ]}
    >
      {shown.map(({ name, bytes, rows, doc }) => (
        <tr key={name}>
          <td>
            <code>{name}</code>
          </td>
          <td class="number">{formatBytes(bytes)}</td>
          <td class="settings-bar-cell">
            <Bar share={bytes / largest} />
          </td>
          <td class="number">{formatExactCount(rows)}</td>
          <td class="muted">{doc}</td>
        </tr>
      ))}
    </SettingsTable>
  );
}

function Dropped({ dropped }: { readonly dropped: readonly DroppedDay[] }) {
  if (dropped.length === 0) return <p class="muted">No day was dropped yet.</p>;
  return (
    <SettingsTable
      title="Dropped lately"
      heads={["Day (UTC)", { title: "On disk", kind: "number" }, "Dropped", "Because"]}
    >
      {dropped.map(({ day, bytes, droppedAt, reason }) => (
        <tr key={day}>
          <td>{day}</td>
          <td class="number">{formatBytes(bytes)}</td>
          <td>
            <Ago instant={droppedAt} />
          </td>
          <td class="muted">{reason === undefined ? "" : REASONS[reason]}</td>
        </tr>
      ))}
    </SettingsTable>
  );
}

function Bar({ share, label }: { readonly share: number; readonly label?: string }) {
  return (
    <span
      class="duration-bar"
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      <i style={{ width: `${Math.min(1, share) * 100}%` }} class={share >= 1 && label !== undefined ? "failed" : ""} />
    </span>
  );
}
