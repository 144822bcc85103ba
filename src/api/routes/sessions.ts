import { Type } from "typebox";
import { formatInstant, parseInstant } from "../../base/time.ts";
import { costShape, present } from "../../jobs/runs/present.ts";
import { LIMITS } from "../../model/limits.ts";
import { page, Run, Session } from "../../model/shapes.ts";
import type { Row } from "../../store/native/block-reader.ts";
import { settledSessions } from "../../store/queries/sessions.ts";
import { found } from "../error-answers.ts";
import { decodeCursor, encodeCursor, pageParameters } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { passesFilter, readRunFilter, runFilterParameters } from "../runs/run-filter.ts";
import { RunList } from "../runs/run-list.ts";

const { session: _session, ...sessionFilters } = runFilterParameters;

const listSessions = route({
  url: "/api/v1/sessions",
  summary: "Sessions, the one that was heard of last first",
  tag: "Sessions",
  query: Type.Object({ ...sessionFilters, ...pageParameters }),
  answer: page("sessions", Session),
  errors: ["bad_request", "cursor_invalid"],
  handle: async ({ parts, project, query }) => {
    const filter = readRunFilter(query, parts.clock.nowMs());
    const limit = query.limit ?? LIMITS.pageSize;
    const cursor = decodeCursor(query.cursor, "last", "id");
    const [rows, fresh] = await Promise.all([
      settledSessions(parts.store, project, filter, limit + 1, cursor),
      cursor === undefined ? new RunList(parts).unsettled(project) : [],
    ]);
    const open = fresh.map(({ run }) => run).filter((run) => run.session !== undefined && passesFilter(run, filter));
    const sessions = mergeOpenRuns(rows.map(presentStoredSession), open);
    const last = sessions.length > limit ? sessions[limit - 1] : undefined;
    const nextCursor = last && encodeCursor({ last: String(parseInstant(last.lastAt)), id: last.id });
    return { sessions: sessions.slice(0, limit), ...present({ nextCursor }) };
  },
});

const oneSession = route({
  url: "/api/v1/sessions/:id",
  summary: "One session with its runs, oldest first",
  tag: "Sessions",
  params: Type.Object({ id: Type.String() }),
  answer: Type.Object({ ...Session.properties, runList: Type.Array(Run) }),
  errors: ["session_not_found"],
  handle: async ({ parts, project, params, request }) => {
    const query = { session: [params.id], since: "1970-01-02T00:00:00Z", all: true };
    const filter = readRunFilter(query, parts.clock.nowMs());
    const sort = { field: "startedAt", descending: false } as const;
    const { runs } = await new RunList(parts).page(project, filter, sort, LIMITS.pageSizeMax, undefined);
    const [session] = mergeOpenRuns([], runs);
    return { ...found(session, "session_not_found", request), runList: runs };
  },
});

/** Sessions: several runs of one conversation. */
export const SESSION_ROUTES: readonly Route[] = [listSessions, oneSession];

function presentStoredSession(row: Row): Session {
  const number = (name: string) => Number(row[name]);
  return {
    id: row["session"] as string,
    runs: number("runs"),
    startedAt: formatInstant(BigInt(row["first_at"] as bigint)),
    lastAt: formatInstant(BigInt(row["last_at"] as bigint)),
    ...present({ user: row["last_user"] as string }),
    agents: row["all_agents"] as string[],
    tokens: {
      input: number("total_tokens_input"),
      output: number("total_tokens_output"),
      cacheRead: number("total_tokens_cache_read"),
      cacheWrite: number("total_tokens_cache_write"),
      reasoning: number("total_tokens_reasoning"),
    },
    cost: costShape(number("total_cost_nano"), number("total_priced") > 0, number("total_unpriced_calls")),
    errorCount: number("total_error_count"),
  };
}

/** Adds runs that are not settled to their sessions; the session that was heard of last comes first. */
function mergeOpenRuns(settled: readonly Session[], open: readonly Run[]): Session[] {
  const sessions = new Map(settled.map((session) => [session.id, session]));
  for (const run of open) {
    const id = run.session as string;
    const known = sessions.get(id);
    sessions.set(id, known === undefined ? sessionOf(id, run) : withRun(known, run));
  }
  return [...sessions.values()].sort((a, b) => (a.lastAt < b.lastAt ? 1 : a.lastAt > b.lastAt ? -1 : 0));
}

function sessionOf(id: string, run: Run): Session {
  return {
    ...{ id, runs: 1, startedAt: run.startedAt, lastAt: run.endedAt ?? run.startedAt },
    ...present({ user: run.user }),
    ...{ agents: run.agents, tokens: run.tokens, cost: run.cost, errorCount: run.errorCount },
  };
}

function withRun(session: Session, run: Run): Session {
  const added = sessionOf(session.id, run);
  const usd = (session.cost.usd ?? 0) + (run.cost.usd ?? 0);
  return {
    ...session,
    runs: session.runs + 1,
    startedAt: session.startedAt < added.startedAt ? session.startedAt : added.startedAt,
    lastAt: session.lastAt > added.lastAt ? session.lastAt : added.lastAt,
    agents: [...new Set([...session.agents, ...run.agents])],
    tokens: {
      input: session.tokens.input + run.tokens.input,
      output: session.tokens.output + run.tokens.output,
      cacheRead: session.tokens.cacheRead + run.tokens.cacheRead,
      cacheWrite: session.tokens.cacheWrite + run.tokens.cacheWrite,
      reasoning: session.tokens.reasoning + run.tokens.reasoning,
    },
    cost: {
      ...(session.cost.usd === undefined && run.cost.usd === undefined ? {} : { usd }),
      unpricedCalls: session.cost.unpricedCalls + run.cost.unpricedCalls,
    },
    errorCount: session.errorCount + run.errorCount,
  };
}
