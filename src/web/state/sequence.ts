// What the reader does with a run's sequence of messages. All of it is in the URL: `between` (one agent, or two),
// `rounds` (which are unfolded), `message` (which one of those that share the selected span).

import { computed } from "@preact/signals";
import { SPAN_STATUSES } from "../../model/vocabulary.ts";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { orderAgents } from "../plots/agent-order.ts";
import { isBetween, type SequenceMessage, sequenceMessages, spanOfMessage } from "../plots/sequence-messages.ts";
import { type MessageRow, type SequenceRow, sequenceRows, type Unfolded } from "../plots/sequence-rows.ts";
import { type SpanColumns, spanIdAt } from "../plots/skeleton.ts";
import type { OpenRun } from "./open-run.ts";

const ERROR = SPAN_STATUSES.indexOf("error");
const ALL = "all";

export class Sequence {
  readonly #run: OpenRun;
  /** Columns keep their order while the run grows. */
  #known: readonly string[] = [];
  /** Of no agent, of one, or of two: only their messages are shown. */
  readonly between;
  readonly unfolded;
  readonly #all;
  readonly #order;
  readonly messages;
  readonly rows;
  readonly agents;
  /** How many agents of the run neither send nor receive anything. */
  readonly silentCount;
  readonly hasRounds;
  /** −1: none. */
  readonly selectedRow;

  constructor(run: OpenRun) {
    this.#run = run;
    const { timeline } = run;
    const between = computed(() => JSON.stringify(place.value.query.get("between") ?? []));
    this.between = computed<readonly string[]>(() => (JSON.parse(between.value) as string[]).slice(0, 2));
    const rounds = computed(() => queryValue(place.value.query, "rounds") ?? "");
    this.unfolded = computed<Unfolded>(() => (rounds.value === ALL ? ALL : new Set(rounds.value.split(","))));
    const columns = computed(() => timeline.built.value?.columns);
    const failed = computed(() => failedSpans(columns.value));
    this.#all = computed(() => {
      const t0 = columns.value?.t0 ?? run.detail.data.value?.startedAt ?? "";
      return sequenceMessages(run.messages.data.value?.messages ?? [], t0, failed.value);
    });
    this.#order = computed(() => {
      this.#known = orderAgents(
        this.#all.value.map(({ message }) => message),
        this.#known,
      );
      return this.#known;
    });
    const isShown = (message: SequenceMessage) =>
      isBetween(message, this.between.value) && timeline.isInWindow(message.atMs);
    this.messages = computed(() => this.#all.value.filter(isShown));
    this.rows = computed(() => sequenceRows(this.#all.value, this.unfolded.value, isShown));
    this.agents = computed(() => {
      const shown = new Set(this.messages.value.flatMap(({ message: { from, to } }) => [from, to]));
      return this.#order.value.filter((name) => shown.has(name));
    });
    this.silentCount = computed(() => {
      const speaking = new Set(this.#order.value);
      return (run.facts.value?.agents ?? []).filter((name) => !speaking.has(name)).length;
    });
    this.hasRounds = computed(() => this.rows.value.some((row) => row.type === "message" && row.rounds !== undefined));
    const cursor = computed(() => queryValue(place.value.query, "message"));
    this.selectedRow = computed(() => findRow(this.rows.value, cursor.value, timeline.selected.value));
  }

  /** Selects the row's message and its span, which all views share. */
  select(row: SequenceRow | undefined): void {
    if (row?.type !== "message") return;
    const spanId = spanOfMessage(row.first.message);
    if (spanId === undefined || !this.#run.timeline.selectSpan(spanId)) this.#run.timeline.clearSelection();
    setQuery({ message: row.first.key }, "quiet");
  }

  selectNothing(): void {
    this.#run.timeline.clearSelection();
    setQuery({ message: undefined }, "quiet");
  }

  /** Moves the selection by rows, over pauses. Without one it begins at `from`. */
  move(by: number, from: number): void {
    const rows = this.rows.peek();
    const selected = this.selectedRow.peek();
    const step = by < 0 ? -1 : 1;
    const target = Math.min(Math.max(selected < 0 ? from : selected + by, 0), rows.length - 1);
    for (let at = target; at >= 0 && at < rows.length; at += step) {
      if (rows[at]?.type !== "message") continue;
      this.select(rows[at]);
      return;
    }
  }

  /** The next message that failed, or the one before. */
  moveToFailed(step: 1 | -1): void {
    const rows = this.rows.peek();
    const selected = this.selectedRow.peek();
    for (
      let at = selected < 0 && step < 0 ? rows.length - 1 : selected + step;
      at >= 0 && at < rows.length;
      at += step
    ) {
      const row = rows[at];
      if (row?.type !== "message" || !row.all.some(({ isFailed }) => isFailed)) continue;
      this.select(row);
      return;
    }
  }

  toggleRounds({ rounds }: MessageRow): void {
    if (rounds === undefined) return;
    const unfolded = this.unfolded.peek();
    const keys = unfolded === ALL ? this.#roundKeys() : new Set(unfolded);
    if (!keys.delete(rounds.key)) keys.add(rounds.key);
    setQuery({ rounds: [...keys].filter((key) => key !== "").join(",") || undefined }, "quiet");
  }

  /** All rounds unfolded, or all folded. */
  toggleAllRounds(): void {
    setQuery({ rounds: this.unfolded.peek() === ALL ? undefined : ALL }, "quiet");
  }

  /** Shows only messages of an agent; of two, only those between them. An agent that is chosen already is let go. */
  toggleAgent(name: string): void {
    const chosen = this.between.peek();
    const rest = chosen.filter((other) => other !== name);
    this.showBetween(rest.length < chosen.length ? rest : [...rest.slice(-1), name]);
  }

  showBetween(names: readonly string[]): void {
    setQuery({ between: names }, "step");
  }

  #roundKeys(): Set<string> {
    return new Set(this.rows.peek().flatMap((row) => (row.type === "message" ? (row.rounds?.key ?? []) : [])));
  }
}

function failedSpans(columns: SpanColumns | undefined): ReadonlySet<string> {
  const failed = new Set<string>();
  if (columns === undefined) return failed;
  for (let row = 0; row < columns.count; row++) if (columns.status[row] === ERROR) failed.add(spanIdAt(columns, row));
  return failed;
}

/** The row of the message that was chosen while its span is selected, else the first with the selected span. */
function findRow(rows: readonly SequenceRow[], key: string | undefined, span: string | undefined): number {
  const hasIn = (row: SequenceRow, test: (message: SequenceMessage) => boolean) =>
    row.type === "message" && row.all.some(test);
  const chosen = rows.findIndex((row) =>
    hasIn(row, (one) => one.key === key && (span === undefined || spanOfMessage(one.message) === span)),
  );
  if (chosen >= 0 || span === undefined) return chosen;
  const own = rows.findIndex((row) => hasIn(row, ({ message }) => spanOfMessage(message) === span));
  if (own >= 0) return own;
  return rows.findIndex((row) =>
    hasIn(row, ({ message: { fromSpanId, toSpanId } }) => fromSpanId === span || toSpanId === span),
  );
}
