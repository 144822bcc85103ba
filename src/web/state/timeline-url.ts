// The timeline's state in the URL: `span`, `panel=closed`, `zoom=start,end`, `fold`, `plumbing=1`, `path=1`, `row`, `at`,
// `playback=1`, `gaps=folded` or `gaps=open`,
// `arrows=shown` or `arrows=hidden`, `repeats`.

import { batch, effect } from "@preact/signals";
import { matchPath, type QueryChanges, queryValue } from "../base/place.ts";
import { arrival, place, setQuery } from "../base/router.ts";
import { decodeFolds, decodeRepeats, encodeFolds, encodeRepeats } from "../plots/folds.ts";
import type { SpanColumns } from "../plots/skeleton.ts";
import { decodeViewport, encodeViewport } from "../plots/viewport.ts";
import type { Timeline } from "./timeline.ts";

/** Keeps the URL of a run and its timeline the same until the answered function is called. */
export function bindTimeline(timeline: Timeline, runId: string): () => void {
  let columns: SpanColumns | undefined;
  // A link leads to another run before this one is put away.
  const isShown = () => matchPath("/runs/:id", place.peek().path)?.["id"] === runId;
  const stopReading = effect(() => {
    void arrival.value;
    columns = undefined;
    if (isShown()) readAtOnce(timeline);
  });
  const stopFolds = effect(() => {
    void arrival.value;
    const next = timeline.built.value?.columns;
    if (next === undefined || next === columns) return;
    // Folds are kept by rows, and a run that grew has others: they go through their names of the URL.
    const text =
      columns === undefined ? queryValue(place.peek().query, "fold") : encodeFolds(timeline.folds.peek(), columns);
    const series =
      columns === undefined
        ? queryValue(place.peek().query, "repeats")
        : encodeRepeats(timeline.foldedRepeats.peek(), columns);
    columns = next;
    batch(() => {
      timeline.folds.value = decodeFolds(text, next);
      timeline.foldedRepeats.value = decodeRepeats(series, next);
    });
  });
  const stopWriting = effect(() => {
    const changes = changesOf(timeline);
    // All is read whatever becomes of it: an effect hears only of what it has read.
    const [folds, series, next] = [timeline.folds.value, timeline.foldedRepeats.value, timeline.built.value?.columns];
    if (columns === undefined || next !== columns || !isShown()) return;
    setQuery({ ...changes, fold: encodeFolds(folds, columns), repeats: encodeRepeats(series, columns) }, "quiet");
  });
  return () => {
    stopReading();
    stopFolds();
    stopWriting();
  };
}

const ARROWS: ReadonlyMap<string, boolean> = new Map([
  ["shown", true],
  ["hidden", false],
]);

function wordFor(words: ReadonlyMap<string, boolean>, wanted: boolean | undefined): string | undefined {
  return [...words].find(([, means]) => means === wanted)?.[0];
}

const GAPS: ReadonlyMap<string, boolean> = new Map([
  ["folded", true],
  ["open", false],
]);

/** All but folds and series, which need the run's ids. */
function readAtOnce(timeline: Timeline): void {
  const { query } = place.peek();
  const value = (name: string) => queryValue(query, name);
  batch(() => {
    timeline.selected.value = value("span");
    timeline.isPanelOpen.value = value("panel") !== "closed";
    timeline.zoom.value = decodeViewport(value("zoom"));
    timeline.showHidden.value = value("plumbing") === "1";
    timeline.isPathShown.value = value("path") === "1";
    timeline.wantsArrows.value = ARROWS.get(value("arrows") ?? "");
    timeline.wantsGapsFolded.value = GAPS.get(value("gaps") ?? "");
    const at = Number(value("at") ?? Number.NaN);
    timeline.isPlaybackOpen.value = value("playback") === "1";
    timeline.cursorMs.value = at >= 0 && Number.isFinite(at) ? at : timeline.isPlaybackOpen.peek() ? 0 : undefined;
    const row = Number(value("row") ?? 0);
    timeline.topLine.value = Number.isSafeInteger(row) && row > 0 ? row : 0;
  });
}

function changesOf(timeline: Timeline): QueryChanges {
  const row = timeline.topLine.value;
  return {
    span: timeline.selected.value,
    panel: timeline.isPanelOpen.value ? undefined : "closed",
    zoom: encodeViewport(timeline.zoom.value),
    plumbing: timeline.showHidden.value ? "1" : undefined,
    path: timeline.isPathShown.value ? "1" : undefined,
    gaps: wordFor(GAPS, timeline.wantsGapsFolded.value),
    arrows: wordFor(ARROWS, timeline.wantsArrows.value),
    row: row === 0 ? undefined : String(row),
    playback: timeline.isPlaybackOpen.value ? "1" : undefined,
    // Browsers take only so many changes: while it plays, the URL waits.
    ...(timeline.isCursorMoving.value ? {} : { at: encodeInstant(timeline.cursorMs.value) }),
  };
}

/** To the nanosecond. */
function encodeInstant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : String(Number(ms.toFixed(6)));
}
