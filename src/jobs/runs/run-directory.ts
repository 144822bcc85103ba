// Which traces and ids make up a run. Statements about traces lie in the store and, the newest, in memory; they are
// followed from the id that was asked for until nothing new is found.

import { namesTrace, RunResolution } from "../../analysis/run-resolution.ts";
import { isTraceId } from "../../model/ids.ts";
import type { StoreClient } from "../../store/client.ts";
import { type RunTrace, runTraces } from "../../store/queries/run-traces.ts";

/** A run as it is put together now. */
export interface RunReference {
  readonly project: string;
  /** Its id today; another id that was asked for may be an older one. */
  readonly id: string;
  readonly traceIds: readonly string[];
  /** The ids by which events name it: its own, and those that lead to no other run. */
  readonly runIds: readonly string[];
  /** Other ids that senders gave to its traces: a mistake worth a finding. */
  readonly otherIds: readonly string[];
  /** Other runs that a trace of it may have been part of, before something stronger was said of it. */
  readonly formerRuns: readonly string[];
}

/** What was said lately and may not be in the store yet. */
export interface RecentStatements {
  statements(traceIds: Iterable<string>, runIds: Iterable<string>): RunTrace[];
}

/** What people deleted. */
export interface DeletedRecords {
  without(reference: RunReference): RunReference;
}

/** Chains of links are followed this far: a run of runs of runs … is no use to anybody. */
const ROUNDS_MAX = 8;

export class RunDirectory {
  readonly #store: StoreClient;
  readonly #recent: RecentStatements;
  readonly #deleted: DeletedRecords;

  constructor(store: StoreClient, recent: RecentStatements, deleted: DeletedRecords) {
    this.#store = store;
    this.#recent = recent;
    this.#deleted = deleted;
  }

  /** The run that an id stands for: its own, one that it had once, or a trace's. It may have no records at all. */
  async find(project: string, id: string): Promise<RunReference> {
    const [reference] = await this.ofIds(project, [id]);
    return reference as RunReference;
  }

  /** The runs that some ids stand for, each once. */
  async ofIds(project: string, ids: readonly string[]): Promise<RunReference[]> {
    const { resolution, statements } = await this.#resolve(project, new Set(ids.filter(isTraceId)), new Set(ids));
    const askedFor = Map.groupBy(ids, (id) => resolution.find(id) ?? id);
    return [...askedFor].map(([runId, asked]) =>
      this.#deleted.without(reference(project, runId, resolution, statements, asked)),
    );
  }

  /** The runs of some traces, each once. */
  async ofTraces(project: string, traceIds: readonly string[]): Promise<RunReference[]> {
    const { resolution, statements } = await this.#resolve(project, new Set(traceIds), new Set());
    const runs = new Set(traceIds.map((traceId) => resolution.runOf(traceId)));
    return [...runs].map((runId) => this.#deleted.without(reference(project, runId, resolution, statements, [])));
  }

  async #resolve(
    project: string,
    traces: Set<string>,
    ids: Set<string>,
  ): Promise<{ resolution: RunResolution; statements: readonly RunTrace[] }> {
    const statements = new Map<string, RunTrace>();
    let newTraces = [...traces];
    let newIds = [...new Set([...ids, ...traces])];
    for (let round = 0; round < ROUNDS_MAX && newTraces.length + newIds.length > 0; round++) {
      const stored = await runTraces(this.#store, project, { traceIds: newTraces, runIds: newIds });
      const found = [...stored, ...this.#recent.statements(newTraces, newIds)];
      const known = { traces: new Set(traces), ids: new Set(ids) };
      for (const statement of found) {
        statements.set(`${statement.traceId} ${statement.rule} ${statement.offset}`, statement);
        traces.add(statement.traceId);
        if (namesTrace(statement.rule)) traces.add(statement.runId);
        else ids.add(statement.runId);
      }
      newTraces = [...traces].filter((trace) => !known.traces.has(trace));
      newIds = [...ids, ...newTraces].filter((id) => !known.ids.has(id));
    }
    const all = [...statements.values()];
    return { resolution: new RunResolution(all, traces), statements: all };
  }
}

function reference(
  project: string,
  id: string,
  resolution: RunResolution,
  statements: readonly RunTrace[],
  askedFor: readonly string[],
): RunReference {
  const traceIds = resolution.tracesOf(id);
  const own = new Set(traceIds);
  const runIds = new Set([id, ...askedFor]);
  const formerRuns = new Set<string>();
  for (const { traceId, rule, runId: said } of statements) {
    if (!own.has(traceId)) continue;
    const run = namesTrace(rule) ? resolution.runOf(said) : (resolution.find(said) ?? id);
    if (run !== id) formerRuns.add(run);
    else if (!namesTrace(rule)) runIds.add(said);
  }
  const otherIds = resolution.otherExplicitIds(id);
  return { project, id, traceIds, runIds: [...runIds], otherIds, formerRuns: [...formerRuns] };
}
