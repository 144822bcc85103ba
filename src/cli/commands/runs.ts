import { msFromNs, parseDurationMs, parseInstant } from "../../base/time.ts";
import type { Run } from "../../model/shapes.ts";
import { RUN_STATUSES } from "../../model/vocabulary.ts";
import { CLIENT_OPTIONS, clientOf } from "../client/client-options.ts";
import type { TaleaClient, TaleaRequest } from "../client/talea-client.ts";
import type { Command } from "../command.ts";
import {
  flagOption,
  listOption,
  numberOption,
  type OptionValues,
  parseFlags,
  textOption,
  UsageError,
} from "../options.ts";
import { RunTable } from "../run-table.ts";

const SINCE = "24h";
const OPTIONS = {
  limit: numberOption("N", 20, "At most so many, the newest"),
  status: listOption("STATUS", `Only runs that are ${RUN_STATUSES.join(", ")}; may be given several times`),
  agent: listOption("NAME", "Only runs in which this agent took part"),
  since: textOption("TIME", "Only runs that began since: 2h, 7d, or RFC 3339", { default: SINCE }),
  all: flagOption("Also traces without agents in them"),
  watch: flagOption("Stays and shows what changes; q or Ctrl-C ends it"),
  json: flagOption("As JSON, for programs; with --watch one run a line"),
  ...CLIENT_OPTIONS,
};

const PAGE_MAX = 1000;

/** `talea runs`: what ran lately, as a table; with `--watch` as it happens. */
export const runs: Command = {
  summary: "List the newest runs",
  operands: "",
  options: OPTIONS,
  examples: [
    ["talea runs", "The newest 20 of the last day"],
    ["talea runs --status failed --since 7d", "What failed in a week"],
    ["talea runs --watch", "A table that is up to date"],
    ["talea runs --json | jq '.runs[].cost.usd'", "For programs"],
  ],

  async run(args, context) {
    const values = parseFlags(OPTIONS, args, context.environment);
    const unknown = values.status.find((status) => !RUN_STATUSES.some((known) => known === status));
    if (unknown !== undefined)
      throw new UsageError(`--status must be one of ${RUN_STATUSES.join(", ")}, not ${unknown}`);
    const client = clientOf(values, context);
    const { out, err } = context.terminal;
    if (values.watch) {
      const { watchRuns } = await import("../watch/watch-runs.ts");
      const fetch = (request: PatientRequest) => fetchRuns(client, values, request);
      const { json, limit } = values;
      await watchRuns({ client, terminal: context.terminal, json, limit, fetch, passes: filterOf(values, Date.now()) });
      return 0;
    }
    const found = await fetchRuns(client, values);
    if (values.json) out.line(JSON.stringify({ runs: found }, undefined, 2));
    else if (found.length === 0)
      err.line(
        `No runs since ${values.since} at ${client.url}.${values.since === SINCE ? " --since 30d looks further back." : ""}`,
      );
    else for (const line of new RunTable(out).lines(found, Date.now())) out.line(line);
    return 0;
  },
};

type Values = OptionValues<typeof OPTIONS>;
type PatientRequest = Pick<TaleaRequest, "patienceMs" | "signal">;

/** The newest runs that pass the filters of the command line. */
async function fetchRuns(client: TaleaClient, values: Values, request: PatientRequest = {}): Promise<Run[]> {
  const query = new URLSearchParams({ since: sinceParameter(values.since) });
  for (const status of values.status) query.append("status", status);
  for (const agent of values.agent) query.append("agent", agent);
  if (values.all) query.set("all", "true");
  const found: Run[] = [];
  while (found.length < values.limit) {
    query.set("limit", String(Math.min(PAGE_MAX, values.limit - found.length)));
    const page = await client.json<{ runs: Run[]; nextCursor?: string }>(`/api/v1/runs?${query}`, request);
    found.push(...page.runs);
    if (page.nextCursor === undefined) break;
    query.set("cursor", page.nextCursor);
  }
  return found;
}

/** Whether a run passes the filters of the command line, as the server judges it. */
function filterOf({ status, agent, all, since }: Values, nowMs: number): (run: Run) => boolean {
  const sinceNs = parseInstant(since);
  const sinceMs = sinceNs === undefined ? nowMs - (parseDurationMs(since.replace(/^-/, "")) ?? 0) : msFromNs(sinceNs);
  return (run) =>
    (status.length === 0 || status.includes(run.status)) &&
    (agent.length === 0 || agent.some((name) => run.agents.includes(name))) &&
    (all || run.agentic) &&
    Date.parse(run.startedAt) >= sinceMs;
}

/** `24h` is said without the sign that the API wants before a time before now. */
function sinceParameter(since: string): string {
  return /^\d+(\.\d+)?[a-z]+$/.test(since) ? `-${since}` : since;
}
