// A run's schedule as it is sent to the page, and back: the page then asks it the questions of what-if while a slider
// moves, by the code of this folder, and gets to the nanosecond what the server would answer.

import { toHex } from "../base/hex.ts";
import { formatInstant } from "../base/time.ts";
import { type ColumnType, decodeColumns, encodeColumns } from "../base/typed-columns.ts";
import type { RunSchedule } from "../model/schedule-shapes.ts";
import { PATH_KINDS } from "./run-analysis.ts";
import { completeSchedule, type ScheduleLink } from "./schedule.ts";
import type { Handovers, ScheduledRun } from "./scheduled-run.ts";

type Columns = RunSchedule["columns"];

const TYPES = {
  id: "id8",
  agent: "i32",
  tool: "i32",
  model: "i32",
  work: "u8",
  shownAs: "i32",
  start: "f64",
  end: "f64",
  parent: "i32",
  outlives: "u8",
  chainFrom: "i32",
  chain: "i32",
  linkFrom: "i32",
  linkTo: "i32",
  linkTransit: "f64",
  linkSpawned: "u8",
  handoverFrom: "i32",
  handoverTo: "i32",
  handoverAt: "f64",
  handoverRow: "i32",
} as const satisfies Readonly<Record<keyof Columns, ColumnType>>;

type Answer = Omit<RunSchedule, "columns"> & {
  readonly columns: Readonly<Record<keyof Columns, ArrayLike<number> | readonly string[]>>;
};

export function encodeSchedule(runId: string, t0Ns: bigint, run: ScheduledRun): Uint8Array {
  return encodeColumns(answerOf(runId, t0Ns, run), TYPES);
}

export function scheduleJson(runId: string, t0Ns: bigint, run: ScheduledRun): Uint8Array {
  const { columns, ...rest } = answerOf(runId, t0Ns, run);
  const lists = Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Array.from<number | string>(values)]),
  );
  return new TextEncoder().encode(JSON.stringify({ ...rest, columns: lists }));
}

const SPAN_ID = /^[0-9a-f]{16}$/;

function answerOf(runId: string, t0Ns: bigint, run: ScheduledRun): Answer {
  const { schedule, handovers, agents, tools, models } = run;
  const { count, spanIds, start, end, parent, outlives, chainFrom, chain, links } = schedule;
  return {
    ...{ runId, t0: formatInstant(t0Ns), count, kinds: [...PATH_KINDS] },
    ...{ agents: [...agents], tools: [...tools], models: [...models] },
    otherIds: spanIds.flatMap((id, row): [number, string][] => (SPAN_ID.test(id) ? [] : [[row, id]])),
    columns: {
      ...{ id: spanIds, agent: run.agent, tool: run.tool, model: run.model, work: run.work, shownAs: run.shownAs },
      ...{ start, end, parent, outlives, chainFrom, chain },
      linkFrom: links.map(({ from }) => from),
      linkTo: links.map(({ to }) => to),
      linkTransit: links.map(({ transit }) => transit),
      linkSpawned: links.map(({ spawned }) => (spawned ? 1 : 0)),
      ...{ handoverFrom: handovers.from, handoverTo: handovers.to },
      ...{ handoverAt: handovers.at, handoverRow: handovers.row },
    },
  };
}

/** The columns as they are read back, by the types of TYPES. */
type ReadColumns = {
  readonly [Name in keyof typeof TYPES]: {
    readonly f64: Float64Array;
    readonly i32: Int32Array;
    readonly u8: Uint8Array;
    readonly id8: Uint8Array;
  }[(typeof TYPES)[Name]];
};

/** What `encodeSchedule` made bytes of. Throws when the buffer is something else or is cut off. */
export function decodeSchedule(buffer: ArrayBuffer): ScheduledRun {
  const { columns, count, otherIds, agents, tools, models } = decodeColumns<Omit<RunSchedule, "columns">>(buffer);
  const read = columns as unknown as ReadColumns;
  const { start, end, parent, outlives, chainFrom, chain } = read;
  const { agent, tool, model, work, shownAs } = read;
  const spanIds = Array.from({ length: count }, (_, row) => toHex(read.id, 8 * row, 8 * row + 8));
  for (const [row, id] of otherIds) spanIds[row] = id;
  const intervals = { start, end, parent, outlives };
  const schedule = completeSchedule({ count, spanIds, links: linksOf(read), ...intervals, chainFrom, chain });
  return { ...{ schedule, agents, tools, models, agent, tool, model, work, shownAs }, handovers: handoversOf(read) };
}

function linksOf({ linkFrom, linkTo, linkTransit, linkSpawned }: ReadColumns): ScheduleLink[] {
  return Array.from(linkFrom, (from, i) => ({
    ...{ from, to: linkTo[i] as number, transit: linkTransit[i] as number, spawned: linkSpawned[i] === 1 },
  }));
}

function handoversOf({ handoverFrom, handoverTo, handoverAt, handoverRow }: ReadColumns): Handovers {
  return { from: handoverFrom, to: handoverTo, at: handoverAt, row: handoverRow };
}
