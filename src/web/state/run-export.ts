// Runs taken elsewhere: what is loaded goes to the clipboard, all that pass the filters into a file.

import { computed, signal } from "@preact/signals";
import type { Run } from "../../model/shapes.ts";
import { ApiFailure } from "../base/api.ts";
import { formatCounted, formatExactCount } from "../base/format.ts";
import { place } from "../base/router.ts";
import { apiRunQuery } from "./run-query.ts";
import { fetchRunPage, runRows } from "./runs.ts";
import { csvHead, csvRows, runsAsCsv, runsAsJson } from "./runs-text.ts";

export type ExportFormat = "json" | "csv";

const FORMAT_NAMES = { json: "JSON", csv: "CSV" } as const;
const MEDIA_TYPES = { json: "application/json", csv: "text/csv;charset=utf-8" } as const;
const DOWNLOAD_PAGE_ROWS = 1000;
const DOWNLOAD_ROWS_MAX = 50_000;
const NOTE_SHOWN_MS = 6000;

/** What was done, or is being done. */
export const exportNote = signal<string | undefined>(undefined);
const running = signal<AbortController | undefined>(undefined);
export const isDownloading = computed(() => running.value !== undefined);
let noteTimer: ReturnType<typeof setTimeout> | undefined;

function note(text: string, stays = false): void {
  clearTimeout(noteTimer);
  exportNote.value = text;
  if (stays) return;
  noteTimer = setTimeout(() => {
    exportNote.value = undefined;
  }, NOTE_SHOWN_MS);
}

/** The loaded runs with these ids; all of them when there are none. */
export function loadedRuns(ids: readonly string[]): readonly Run[] {
  return ids.length === 0 ? runRows.value : runRows.value.filter(({ id }) => ids.includes(id));
}

/** Puts runs into the clipboard. */
export async function copyRuns(runs: readonly Run[], format: ExportFormat): Promise<void> {
  const text = format === "json" ? runsAsJson(runs) : runsAsCsv(runs);
  try {
    await navigator.clipboard.writeText(text);
    note(`Copied ${formatCounted(runs.length, "run")} as ${FORMAT_NAMES[format]}`);
  } catch {
    // Without TLS, or when the reader said no.
    note("The browser does not let this page copy: download instead.");
  }
}

/** Collects all runs that pass the filters, page by page, and offers them as a file. */
export async function downloadRuns(format: ExportFormat): Promise<void> {
  if (running.peek() !== undefined) return;
  const stopper = new AbortController();
  running.value = stopper;
  try {
    const { parts, count, isCut } = await collect(format, stopper.signal);
    offerFile(parts, format);
    const ending = isCut ? ": the file ends there, narrow the filters for the rest" : "";
    note(`Downloaded ${formatCounted(count, "run")} as ${FORMAT_NAMES[format]}${ending}`);
  } catch (error) {
    if (stopper.signal.aborted) note("The download was stopped.");
    else if (error instanceof ApiFailure) note(`The download failed: ${error.message}`);
    else throw error;
  } finally {
    running.value = undefined;
  }
}

export function stopDownload(): void {
  running.peek()?.abort();
}

interface Collected {
  readonly parts: readonly string[];
  readonly count: number;
  readonly isCut: boolean;
}

async function collect(format: ExportFormat, signal: AbortSignal): Promise<Collected> {
  const query = apiRunQuery(place.peek().query);
  const parts: string[] = [format === "csv" ? csvHead() : "["];
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await fetchRunPage(query, { cursor, limit: DOWNLOAD_PAGE_ROWS, signal });
    for (const run of format === "json" ? page.runs : []) {
      parts.push(`${parts.length === 1 ? "\n" : ",\n"}${JSON.stringify(run)}`);
    }
    if (format === "csv") parts.push(csvRows(page.runs));
    count += page.runs.length;
    cursor = page.nextCursor;
    note(`Collecting… ${formatExactCount(count)} runs`, true);
  } while (cursor !== undefined && count < DOWNLOAD_ROWS_MAX);
  if (format === "json") parts.push("\n]\n");
  return { parts, count, isCut: cursor !== undefined };
}

function offerFile(parts: readonly string[], format: ExportFormat): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: MEDIA_TYPES[format] }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `runs-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
