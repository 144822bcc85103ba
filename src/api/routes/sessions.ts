import { Type } from "typebox";
import { present } from "../../base/present.ts";
import { formatInstant, parseInstant } from "../../base/time.ts";
import { costShape } from "../../jobs/runs/present.ts";
import { LIMITS } from "../../model/limits.ts";
import { page, Run, Session } from "../../model/shapes.ts";
import type { Row } from "../../store/native/block-reader.ts";
import type { RunFilter } from "../../store/queries/runs.ts";
import { type SessionCursor, settledSessions } from "../../store/queries/sessions.ts";
import type { ApiParts } from "../api-parts.ts";
import { found } from "../error-answers.ts";
import { decodeCursor, encodeCursor, pageParameters } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { fullRunFilter, passesFilter, readRunFilter, runFilterParameters } from "../runs/run-filter.ts";
import { RunList } from "../runs/run-list.ts";

const { session: _session, ...sessionFilters } = runFilterParameters;

const listSessions = route({
  url: "/api/v1/sessions",
  summary: "Sessions, the one that was heard of last first",
  tag: "Sessions",
  query: Type.Object({ ...sessionFilters, ...pageParameters }),
  answer: page("sessions", Session),
  handle: async ({ parts, project, query }) => {
    const filter = await fullRunFilter(parts, project, query);
    const limit = query.limit ?? LIMITS.pageSize;
    const cursor = decodeCursor(query.cursor, "last", "id");
    const sessions = await sessionsBehind(parts, project, filter, limit + 1, cursor);
    const last = sessions.length > limit ? sessions[limit - 1] : undefined;
    const nextCursor = last && encodeCursor({ last: String(parseInstant(last.lastAt)), id: last.id });
    return { sessions: sessions.slice(0, limit), ...present({ nextCursor }) };
  },
});

/**
 * Sessions behind a cursor. Those with runs that are not settled are looked up by name and put together here, so that
 * each session comes once, with all its runs, on the page where it belongs.
 */
async function sessionsBehind(
  parts: ApiParts,
  project: string,
  filter: RunFilter,
  limit: number,
  cursor: SessionCursor | undefined,
): Promise<Session[]> {
  const fresh = (await new RunList(parts).unsettled(project)).map(({ run }) => run);
  const exceptRunIds = fresh.map(({ id }) => id);
  const open = fresh.filter((run) => run.session !== undefined && passesFilter(run, filter));
  const names = [...new Set(open.map(({ session }) => session as string))];
  const [others, ofOpen] = await Promise.all([
    settledSessions(parts.store, project, filter, { exceptRunIds, except: names, limit, cursor }),
    names.length === 0
      ? []
      : settledSessions(parts.store, project, filter, { exceptRunIds, only: names, limit: names.length }),
  ]);
  const merged = mergeOpenRuns(ofOpen.map(presentStoredSession), open).filter((one) => isBehind(one, cursor));
  return [...others.map(presentStoredSession), ...merged].sort(lastHeardFirst).slice(0, limit);
}

function isBehind(session: Session, cursor: SessionCursor | undefined): boolean {
  if (cursor === undefined) return true;
  const last = parseInstant(session.lastAt) ?? 0n;
  const border = BigInt(cursor.last);
  return last === border ? session.id < cursor.id : last < border;
}

function lastHeardFirst(a: Session, b: Session): number {
  if (a.lastAt !== b.lastAt) return a.lastAt < b.lastAt ? 1 : -1;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

const oneSession = route({
  url: "/api/v1/sessions/:id",
  summary: "One session with its runs, oldest first",
  description: `\`runList\` has the first ${LIMITS.pageSizeMax} of them; \`/api/v1/runs?session=\` has all, page by page.`,
  tag: "Sessions",
  params: Type.Object({ id: Type.String() }),
  answer: Type.Object({ ...Session.properties, runList: Type.Array(Run) }),
  errors: ["session_not_found"],
  handle: async ({ parts, project, params, request }) => {
    const query = { session: [params.id], since: "1970-01-02T00:00:00Z", all: true };
    const filter = readRunFilter(query, parts.clock.nowMs());
    const sort = { field: "startedAt", descending: false } as const;
    const [[session], { runs }] = await Promise.all([
      sessionsBehind(parts, project, filter, 1, undefined),
      new RunList(parts).page(project, filter, sort, LIMITS.pageSizeMax, undefined),
    ]);
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

/** Adds runs that are not settled to their sessions. */
function mergeOpenRuns(settled: readonly Session[], open: readonly Run[]): Session[] {
  const sessions = new Map(settled.map((session) => [session.id, session]));
  for (const run of open) {
    const id = run.session as string;
    const known = sessions.get(id);
    sessions.set(id, known === undefined ? sessionOf(id, run) : withRun(known, run));
  }
  return [...sessions.values()];
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
