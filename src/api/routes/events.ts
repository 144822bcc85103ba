import { type Static, Type } from "typebox";
import { present } from "../../base/present.ts";
import { nsFromMs } from "../../base/time.ts";
import { presentEvent } from "../../live/timed-event.ts";
import { formatOffset, isTraceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { page, RunEvent } from "../../model/shapes.ts";
import { EVENT_LEVELS } from "../../model/vocabulary.ts";
import type { EventPlace, EventScope } from "../../store/queries/events.ts";
import type { ApiParts } from "../api-parts.ts";
import { countEvents, eventSteps } from "../events/event-counts.ts";
import { EVENT_ORIGINS, type EventQuestion, searchEvents } from "../events/event-search.ts";
import { readStep } from "../metrics/steps.ts";
import {
  decodeCursor,
  encodeCursor,
  oneOf,
  pageParameters,
  readOffset,
  readWindow,
  text,
  texts,
  windowParameters,
} from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { runsOfTraces } from "../runs/runs-of-traces.ts";

const filterParameters = {
  q: text("Text in types, agents, messages and data"),
  type: texts("Types, also as `tool.*`"),
  agent: texts("Agents"),
  runId: texts("Runs"),
  level: oneOf(EVENT_LEVELS, "Levels; derived events have `unset`"),
  service: texts("Services; derived events have none"),
  origin: oneOf(EVENT_ORIGINS, "`sent` as it came, or `derived` from spans; default `sent`"),
  ...windowParameters,
};

const eventQuery = Type.Object({
  ...filterParameters,
  through: text("An offset: only what was delivered up to it"),
  ...pageParameters,
});

const countQuery = Type.Object({
  ...filterParameters,
  step: text("Length of a step, such as 1m; by default one of about 120"),
});

const Counts = Type.Array(Type.Integer({ minimum: 0 }));
const EventCounts = Type.Object({
  window: Type.Object({
    since: Type.String({ format: "date-time", description: "Where the first step begins" }),
    until: Type.String({ format: "date-time", description: "Where the last step ends" }),
    stepMs: Type.Integer({ minimum: 1 }),
  }),
  total: Type.Integer({ minimum: 0 }),
  levels: Type.Record(Type.String(), Counts, { description: "By level, a number for each step" }),
  failed: Type.Array(Type.Integer({ minimum: 0 }), {
    description: "Of those without a level: whose type says that something failed",
  }),
  types: Type.Array(Type.Object({ type: Type.String(), count: Type.Integer({ minimum: 0 }) }), {
    description: "The most frequent types, also those that `type` leaves out",
  }),
  otherTypes: Type.Integer({ minimum: 0, description: "How many more types there are" }),
});

const events = route({
  url: "/api/v1/events",
  summary: "Search over RunEvents and log records, newest first",
  description:
    "As they were sent; with `origin=sent&origin=derived` also those that spans yield, an event that is both once. " +
    "`through` in the answer says how far it reaches: a subscription to the stream with it as `after` goes on without " +
    "a gap, and further pages with it as `through` without a repeat.",
  tag: "Search",
  query: eventQuery,
  answer: Type.Object({
    ...page("events", RunEvent).properties,
    through: Type.String({ description: "The offset up to which everything was looked at" }),
  }),
  handle: async ({ parts, project, query }) => {
    const { store, loader, clock } = parts;
    const loaded = loader.throughOffset;
    const asked = query.through === undefined ? loaded : readOffset(query.through, "through").number;
    const through = Math.min(asked, loaded);
    const question = await readQuestion(parts, project, query);
    const nowMs = clock.nowMs();
    const found = await searchEvents(
      store,
      project,
      { ...question, filter: { ...question.filter, through } },
      { limit: query.limit ?? LIMITS.pageSize, behind: readCursor(query.cursor), nowNs: nsFromMs(nowMs) },
    );
    const ofTraces = found.events.filter(({ namedRun }) => namedRun === "").map(({ event }) => event.traceId);
    const runOf = await runsOfTraces(parts, project, ofTraces);
    return {
      events: found.events.map(({ event, namedRun }) =>
        presentEvent(event, namedRun === "" ? runOf.get(event.traceId) : namedRun),
      ),
      through: formatOffset(through),
      ...present({ nextCursor: found.next && writeCursor(found.next) }),
    };
  },
});

const counts = route({
  url: "/api/v1/events/counts",
  summary: "How many events a search finds: by step of time and level, and by type",
  description: "Steps are multiples of their length since 1970; the last one has what lies in the future too.",
  tag: "Search",
  query: countQuery,
  answer: EventCounts,
  handle: async ({ parts, project, query }) => {
    const nowMs = parts.clock.nowMs();
    const question = await readQuestion(parts, project, query);
    const stepMs = readStep(query.step, question.window, nowMs);
    const steps = eventSteps(question, stepMs, nowMs);
    const counted = await countEvents(parts.store, project, question, steps);
    const instant = (step: number) => new Date(step * stepMs).toISOString();
    return {
      window: { since: instant(steps.first), until: instant(steps.first + steps.count), stepMs },
      ...counted,
    };
  },
});

/** Search over all events. */
export const EVENT_ROUTES: readonly Route[] = [events, counts];

type FilterQuery = Static<typeof countQuery>;

async function readQuestion(parts: ApiParts, project: string, query: FilterQuery): Promise<EventQuestion> {
  const { agent, runId, level, service, q } = query;
  return {
    window: readWindow(query, parts.clock.nowMs()),
    origins: query.origin ?? ["sent"],
    filter: {
      types: (query.type ?? []).flatMap((list) => list.split(",")),
      ...present({ agent, level, service, text: q === "" ? undefined : q }),
      ...present({ scope: runId && (await scopeOf(parts, project, runId)) }),
    },
  };
}

/** The traces of some runs, and every id that they have or had. */
async function scopeOf({ directory }: ApiParts, project: string, runIds: readonly string[]): Promise<EventScope> {
  const runs = await directory.ofIds(project, runIds);
  return {
    traceIds: runs.flatMap(({ traceIds }) => traceIds).filter(isTraceId),
    runIds: [...new Set([...runIds, ...runs.flatMap((run) => run.runIds)])],
  };
}

function readCursor(cursor: string | undefined): EventPlace | undefined {
  const read = decodeCursor(cursor, "time", "offset", "index");
  return read && { timeNs: BigInt(read.time), offset: Number(read.offset), index: Number(read.index) };
}

function writeCursor({ timeNs, offset, index }: EventPlace): string {
  return encodeCursor({ time: String(timeNs), offset: String(offset), index: String(index) });
}
