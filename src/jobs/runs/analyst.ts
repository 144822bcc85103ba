// Where runs are analysed: small ones here, large ones in a worker thread, so that the main thread never works on one
// for longer than a blink. Analysed runs are kept for a while; a run is analysed again when a record of it has come,
// and an open one every second, because its figures grow with time.

import { eventSpans } from "../../analysis/event-spans.ts";
import { RUN_TIMINGS, type RunTimings } from "../../analysis/run-analysis.ts";
import { AssertionError } from "../../base/assert.ts";
import type { Clock } from "../../base/time.ts";
import type { RunMedian } from "../../model/comparison-shapes.ts";
import { isTraceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RowsWanted } from "../../store/queries/run-rows.ts";
import { type RunBytes, RunRows } from "../../store/run-input.ts";
import type { GivenRun, HeavyWorker, HeavyWorks } from "../heavy/heavy-work.ts";
import {
  AnalysedRun,
  type Answer,
  answerQuestion,
  type Question,
  type RunContext,
  type RunFacts,
} from "./analysed-run.ts";
import { encodeComparison } from "./present-comparison.ts";
import type { RunDirectory, RunReference } from "./run-directory.ts";
import type { RunReader, TailRange } from "./run-reader.ts";

interface RecentTrace {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly lastSeenMs: number;
  readonly records: number;
}

/** What was taken in lately: how fresh a run is. */
export interface RecentRecords {
  readonly traces: {
    get(traceId: string): RecentTrace | undefined;
  };
  run(runId: string): { firstOffset: number; lastOffset: number; lastSeenMs: number } | undefined;
}

export interface AnalystOptions {
  readonly directory: RunDirectory;
  readonly reader: RunReader;
  readonly recent: RecentRecords;
  readonly worker: HeavyWorker;
  /** Another worker, for what a reader looks at meanwhile: it is never long at anything. */
  readonly outliner: HeavyWorker;
  readonly clock: Clock;
  readonly timings?: RunTimings;
}

interface KnownRun {
  /** Undefined while the worker has it. */
  readonly here: AnalysedRun | undefined;
  readonly key: string;
  /** The traces that it was put together of. */
  readonly traceIds: readonly string[];
  readonly isEmpty: boolean;
  readonly lastOffset: number;
  readonly atMs: number;
  /** How long it is good for while it is open. */
  readonly openAgeMs: number;
  /** Its facts, once somebody asked for them. */
  facts: Promise<RunFacts> | undefined;
  /** Only a new record changes it. False until its facts are known. */
  isFinal: boolean;
}

const SPAN_BYTES_TYPICAL = 250;
const HERE_BYTES_MAX = LIMITS.mainThreadSpans * SPAN_BYTES_TYPICAL;
/** Aligning spans and their texts costs more than analysing them. */
const COMPARED_HERE_MAX = LIMITS.mainThreadSpans / 4;
/** From so many spans on a run is first drawn as it was sent. */
const OUTLINED_SPANS_MIN = 2.5 * LIMITS.mainThreadSpans;
const MANY_BYTES_MAX = 4 * HERE_BYTES_MAX;
/** So many records are about half of that. */
const MANY_RECORDS = 2 * LIMITS.mainThreadSpans;
const OPEN_RUN_AGE_MS = 1_000;
/** A large open run is not read again before this many times the time that reading it took. */
const LARGE_RUN_AGE_FACTOR = 10;
const KNOWN_RUNS_MAX = 4096;
/** Spans of runs that are kept on the main thread: about a kilobyte each. */
const SPANS_HERE_MAX = LIMITS.cachedRunBytes / 1024;

/** A run as it was found, ready to be asked. */
export interface FoundRun {
  readonly reference: RunReference;
  /** Where it may have records that the store does not have yet. */
  readonly tail: TailRange | undefined;
  facts(): Promise<RunFacts>;
  ask<Q extends Question>(question: Q, ...args: Parameters<AnalysedRun[Q]>): Promise<Answer<Q>>;
  /** Asks the run as it was known when the record of an offset was taken in. */
  askAsOf<Q extends Question>(offset: number, question: Q, ...args: Parameters<AnalysedRun[Q]>): Promise<Answer<Q>>;
}

export class Analyst {
  readonly #options: AnalystOptions;
  readonly #known = new Map<string, KnownRun>();
  readonly #under = new Map<string, Promise<KnownRun>>();
  /** First pictures that are being made. */
  readonly #outlines = new Map<string, Promise<void>>();
  /** Runs that are known to be large, by their keys: the worker reads them by itself. */
  readonly #large = new Set<string>();
  #analyses = 0;
  #spansHere = 0;

  constructor(options: AnalystOptions) {
    this.#options = options;
  }

  /** The run that an id stands for, or undefined when no record of it is stored. */
  async find(project: string, id: string): Promise<FoundRun | undefined> {
    // A first picture comes first.
    await this.#outlines.get(keyOf({ project, id }));
    const reference = await this.#options.directory.find(project, id);
    return this.of(reference);
  }

  /** A run that was put together already. */
  async of(reference: RunReference): Promise<FoundRun | undefined> {
    if (reference.traceIds.length + reference.runIds.length === 0) return undefined;
    const known = await this.#analysed(reference);
    if (known.isEmpty) return undefined;
    return {
      reference,
      tail: this.#recentRange(reference),
      facts: () => this.#facts(reference, known),
      ask: async (question, ...args) => this.#ask(reference, known, question, args) as never,
      askAsOf: async (offset, question, ...args) => this.#askAsOf(reference, offset, question, args) as never,
    };
  }

  /**
   * The skeleton of a large run that is not analysed yet, as it was sent: long before the rest of it is read. Undefined
   * for runs that are small or known: those are asked.
   */
  outline(project: string, id: string, format: "json" | "columns"): Promise<Uint8Array | undefined> {
    const key = keyOf({ project, id });
    const made = this.#makeOutline(project, id, format);
    const ended = made.then(ignore, ignore);
    // Known before anything is waited for: a question that came together with this one comes after it.
    this.#outlines.set(key, ended);
    void ended.then(() => this.#outlines.delete(key));
    return made;
  }

  async #makeOutline(project: string, id: string, format: "json" | "columns"): Promise<Uint8Array | undefined> {
    const { directory, reader, outliner } = this.#options;
    const reference = await directory.find(project, id);
    const known = this.#known.get(keyOf(reference));
    if (reference.traceIds.length === 0 || (known !== undefined && this.#isFresh(reference, known))) return undefined;
    const spans = await reader.unloadedSpans(this.#recentRange(reference));
    const wanted = rowsOf(reference);
    const count = (await reader.countSpans(wanted)) + bytesIn(spans) / SPAN_BYTES_TYPICAL;
    if (count < OUTLINED_SPANS_MIN) return undefined;
    this.#noteLarge(reference);
    return outliner.do("outline", { runId: reference.id, spans, wanted, format }, spans);
  }

  #noteLarge(reference: RunReference): void {
    if (this.#large.size >= KNOWN_RUNS_MAX) this.#large.clear();
    this.#large.add(keyOf(reference));
  }

  /**
   * Two runs side by side, as JSON in UTF-8: compared here when both together are small, else in the worker, which then
   * has both.
   */
  async compare(a: RunReference, b: RunReference, median: RunMedian | undefined): Promise<Uint8Array> {
    const [knownA, knownB] = [await this.#analysed(a), await this.#analysed(b)];
    const isSmall = spansHere(knownA) + spansHere(knownB) <= COMPARED_HERE_MAX;
    if (isSmall && knownA.here !== undefined && knownB.here !== undefined) {
      return encodeComparison(knownA.here, knownB.here, median);
    }
    const { worker } = this.#options;
    for (const isForgotten of [false, true]) {
      const [givenA, givenB] = [await this.#given(a, knownA, isForgotten), await this.#given(b, knownB, isForgotten)];
      const answer = await worker.do("compare", { a: givenA, b: givenB, median });
      if (!("forgotten" in answer)) return answer.value;
    }
    throw new AssertionError("runs that are given to the worker cannot be forgotten");
  }

  /** What the worker needs to have a run: its key, unless it let it go. */
  async #given(reference: RunReference, { here, key }: KnownRun, isForgotten: boolean): Promise<GivenRun> {
    if (here === undefined && !isForgotten) return { key };
    const { bytes, context } = await this.#read(reference, undefined);
    return { ...(here === undefined ? { key } : {}), made: { bytes, context } };
  }

  /**
   * The facts of many runs, read some at a time; those that are known and fresh are not read again. In the order of the
   * references, without those that have no records.
   */
  async factsOf(references: readonly RunReference[]): Promise<RunFacts[]> {
    const known = new Map<RunReference, KnownRun>();
    const stale: RunReference[] = [];
    for (const reference of references) {
      if (reference.traceIds.length + reference.runIds.length === 0) continue;
      const before = this.#known.get(keyOf(reference));
      if (before !== undefined && this.#isFresh(reference, before)) known.set(reference, before);
      else stale.push(reference);
    }
    for (const some of this.#readableAtOnce(stale)) {
      const analysed = await this.#analyseMany(some);
      for (const [i, reference] of some.entries()) known.set(reference, analysed[i] as KnownRun);
    }
    const facts: RunFacts[] = [];
    for (const reference of references) {
      const run = known.get(reference);
      if (run !== undefined && !run.isEmpty) facts.push(await this.#facts(reference, run));
    }
    return facts;
  }

  /**
   * Lets go of a run unless all that is to be known of it is known here. To be called before it counts as settled:
   * nothing tells of the newest records of a settled run, and what was read before the run was quiet may say otherwise.
   */
  forgetOutdated(reference: RunReference): void {
    const known = this.#known.get(keyOf(reference));
    if (known === undefined || (known.isFinal && this.#isFresh(reference, known))) return;
    this.#forget(keyOf(reference));
  }

  /** In pieces that are small enough by what was taken in of the runs lately. */
  *#readableAtOnce(references: readonly RunReference[]): Generator<RunReference[]> {
    let some: RunReference[] = [];
    let records = 0;
    for (const reference of references) {
      const own = this.#recentRecords(reference);
      if (some.length > 0 && records + own > MANY_RECORDS) {
        yield some;
        some = [];
        records = 0;
      }
      some.push(reference);
      records += own;
    }
    if (some.length > 0) yield some;
  }

  #recentRecords({ traceIds }: RunReference): number {
    const { traces } = this.#options.recent;
    return traceIds.filter(isTraceId).reduce((sum, id) => sum + (traces.get(id)?.records ?? 1), 1);
  }

  /** Analyses runs by one reading: here, or in the worker when they are larger than they seemed. */
  async #analyseMany(references: readonly RunReference[]): Promise<KnownRun[]> {
    const { reader, worker, clock } = this.#options;
    const { project } = references[0] as RunReference;
    const ranges = references.map((reference) => this.#recentRange(reference));
    const tail = ranges.reduce<TailRange | undefined>(
      (all, range) =>
        range === undefined
          ? all
          : { from: Math.min(all?.from ?? range.from, range.from), to: Math.max(all?.to ?? range.to, range.to) },
      undefined,
    );
    const traceIds = references.flatMap((reference) => reference.traceIds.filter(isTraceId));
    const runIds = references.flatMap((reference) => reference.runIds);
    const bytes = await reader.read({ project, traceIds, runIds }, tail);
    const runs = references.map((reference, i) => ({
      key: `${keyOf(reference)} ${++this.#analyses}`,
      context: this.#context(reference, ranges[i]?.lastSeenMs),
    }));
    let known: KnownRun[];
    if (sizeOf(bytes) <= MANY_BYTES_MAX) {
      const rows = new RunRows(bytes, eventSpans);
      known = runs.map(({ key, context }) => analyseHere(rows, context, key));
    } else {
      const askedMs = clock.nowMs();
      const loaded = await worker.do("loadMany", { bytes, runs });
      known = loaded.map((one, i) => loadedRun(one, runs[i] as (typeof runs)[number], clock.nowMs() - askedMs));
    }
    for (const [i, reference] of references.entries()) this.#remember(keyOf(reference), known[i] as KnownRun);
    return known;
  }

  #context({ id, traceIds, runIds, otherIds }: RunReference, lastSeenMs: number | undefined): RunContext {
    const { clock, timings } = this.#options;
    return { ...{ id, traceIds, runIds, otherIds, lastSeenMs }, nowMs: clock.nowMs(), timings: timings ?? RUN_TIMINGS };
  }

  #facts(reference: RunReference, known: KnownRun): Promise<RunFacts> {
    known.facts ??= this.#ask(reference, known, "facts", []).then((facts) => {
      known.isFinal = (facts as RunFacts).isFinal;
      return facts as RunFacts;
    });
    return known.facts;
  }

  async #ask(reference: RunReference, known: KnownRun, question: Question, args: readonly unknown[]): Promise<unknown> {
    if (known.here !== undefined) return answerQuestion(known.here, question, args);
    const answer = await this.#options.worker.do("ask", { key: known.key, question, args });
    if (!("forgotten" in answer)) return answer.value;
    this.#forget(keyOf(reference));
    const again = await this.#analysed(reference);
    return this.#ask(reference, again, question, args);
  }

  async #askAsOf(
    reference: RunReference,
    throughOffset: number,
    question: Question,
    args: readonly unknown[],
  ): Promise<unknown> {
    const then = await this.#load(reference, throughOffset);
    if (then.here !== undefined) return answerQuestion(then.here, question, args);
    const answer = await this.#options.worker.do("ask", { key: then.key, question, args });
    // Others were analysed in between, so that the worker let it go: it is read again.
    return "forgotten" in answer ? this.#askAsOf(reference, throughOffset, question, args) : answer.value;
  }

  async #analysed(reference: RunReference): Promise<KnownRun> {
    const key = keyOf(reference);
    const known = this.#known.get(key);
    if (known !== undefined && this.#isFresh(reference, known)) return known;
    const under = this.#under.get(key);
    if (under !== undefined) return under;
    const analysing = this.#analyse(reference).finally(() => this.#under.delete(key));
    this.#under.set(key, analysing);
    return analysing;
  }

  #isFresh(reference: RunReference, known: KnownRun): boolean {
    if (!isEqual(reference.traceIds, known.traceIds)) return false;
    const range = this.#recentRange(reference);
    if (range !== undefined && range.to > known.lastOffset) return false;
    return known.isFinal || this.#options.clock.nowMs() - known.atMs < known.openAgeMs;
  }

  async #analyse(reference: RunReference): Promise<KnownRun> {
    const known = await this.#load(reference, undefined);
    this.#remember(keyOf(reference), known);
    return known;
  }

  async #load(reference: RunReference, throughOffset: number | undefined): Promise<KnownRun> {
    const key = `${keyOf(reference)} ${++this.#analyses}`;
    if (this.#large.has(keyOf(reference))) {
      const recent = this.#recentRange(reference);
      const context = { ...this.#context(reference, recent?.lastSeenMs), throughOffset };
      const unloaded = await this.#options.reader.unloaded(recent);
      return this.#loadInWorker({ key, bytes: unloaded, wanted: rowsOf(reference, throughOffset), context });
    }
    const { bytes, context } = await this.#read(reference, throughOffset);
    if (sizeOf(bytes) <= HERE_BYTES_MAX) return analyseHere(new RunRows(bytes, eventSpans), context, key);
    this.#noteLarge(reference);
    return this.#loadInWorker({ key, bytes, context });
  }

  async #read(reference: RunReference, throughOffset: number | undefined): Promise<Required<GivenRun>["made"]> {
    const recent = this.#recentRange(reference);
    const bytes = await this.#options.reader.read(rowsOf(reference, throughOffset), recent);
    const context = { ...this.#context(reference, recent?.lastSeenMs), throughOffset };
    return { bytes, context };
  }

  async #loadInWorker(request: HeavyWorks["load"]["request"]): Promise<KnownRun> {
    const { key, bytes, context } = request;
    const given = [...bytes.spans, ...bytes.events, ...bytes.facts, ...bytes.parts];
    const loaded = await this.#options.worker.do("load", request, given);
    return loadedRun(loaded, { key, context }, this.#options.clock.nowMs() - context.nowMs);
  }

  #recentRange({ traceIds, runIds }: RunReference): (TailRange & { readonly lastSeenMs: number }) | undefined {
    const { recent } = this.#options;
    const entries = [
      ...traceIds.filter(isTraceId).map((id) => recent.traces.get(id)),
      ...runIds.map((id) => recent.run(id)),
    ];
    let range: (TailRange & { readonly lastSeenMs: number }) | undefined;
    for (const entry of entries) {
      if (entry === undefined) continue;
      range = {
        from: Math.min(range?.from ?? entry.firstOffset, entry.firstOffset),
        to: Math.max(range?.to ?? 0, entry.lastOffset),
        lastSeenMs: Math.max(range?.lastSeenMs ?? 0, entry.lastSeenMs),
      };
    }
    return range;
  }

  #remember(key: string, run: KnownRun): void {
    this.#forget(key);
    this.#known.set(key, run);
    this.#spansHere += spansHere(run);
    for (const oldest of this.#known.keys()) {
      if (this.#spansHere <= SPANS_HERE_MAX && this.#known.size <= KNOWN_RUNS_MAX) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const run = this.#known.get(key);
    if (run === undefined) return;
    this.#known.delete(key);
    this.#spansHere -= spansHere(run);
  }
}

function ignore(): void {}

/** A run that the worker has. */
function loadedRun(
  { isEmpty, lastOffset, facts }: { isEmpty: boolean; lastOffset: number; facts?: RunFacts | undefined },
  { key, context }: { key: string; context: RunContext },
  tookMs: number,
): KnownRun {
  return {
    ...{ here: undefined, key, traceIds: context.traceIds, isEmpty, lastOffset, atMs: context.nowMs },
    openAgeMs: Math.max(OPEN_RUN_AGE_MS, LARGE_RUN_AGE_FACTOR * tookMs),
    facts: facts === undefined ? undefined : Promise.resolve(facts),
    isFinal: facts?.isFinal ?? false,
  };
}

/** Events cost as much as spans: in a run of events alone they become its spans. */
function sizeOf({ spans, events }: RunBytes): number {
  return bytesIn(spans) + bytesIn(events);
}

function bytesIn(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** What the store is asked for of a run. */
function rowsOf({ project, traceIds, runIds }: RunReference, throughOffset?: number): RowsWanted {
  const wanted = { project, traceIds: traceIds.filter(isTraceId), runIds };
  return throughOffset === undefined ? wanted : { ...wanted, throughOffset };
}

function spansHere({ here }: KnownRun): number {
  return here?.columns.count ?? 0;
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

function keyOf({ project, id }: Pick<RunReference, "project" | "id">): string {
  return `${project}\0${id}`;
}

function analyseHere(rows: RunRows, context: RunContext, key: string): KnownRun {
  const run = new AnalysedRun(rows, context);
  const { isEmpty, lastOffset } = run;
  return {
    ...{ here: run, key, traceIds: context.traceIds, isEmpty, lastOffset, atMs: context.nowMs },
    ...{ openAgeMs: OPEN_RUN_AGE_MS, facts: undefined, isFinal: false },
  };
}
