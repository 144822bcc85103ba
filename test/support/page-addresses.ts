// Addresses of every page and of every view of a run, for tests of what holds everywhere. The pages' own sources say which
// there are: a page or a view without a line here is found by `missingAddresses`.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Of test/fixtures: the run that the addresses name. */
export const TEAM_CAPTURE = "openinference-langgraph-js/langgraph-multi-agent.otlp.json";

const ALL_TIME = "since=2026-01-01T00:00:00Z";
const TEAM = "/runs/185d56b1c011ce877dd2e34b07d1df74";
const FAILED = "2f37709becf20ee9";
const PAGES_FOLDER = fileURLToPath(new URL("../../src/web/pages/", import.meta.url));

const sql = (text: string, more = "") => `/sql?${more}q=${encodeURIComponent(text)}`;

/** Of a server that holds the capture. */
export const PAGE_ADDRESSES = {
  now: `/now?${ALL_TIME}`,
  runs: `/runs?${ALL_TIME}`,
  "a run's timeline": `${TEAM}?span=0f864d90ec3ea0f8`,
  "a run's sequence": `${TEAM}?view=sequence`,
  "a run's graph": `${TEAM}?view=graph`,
  "a run's graph as a matrix": `${TEAM}?view=graph&as=matrix`,
  "a run's conversation": `${TEAM}?view=conversation`,
  "a run's events": `${TEAM}?view=events`,
  "a run compared, nothing chosen": `${TEAM}?view=compare`,
  "a run compared": `${TEAM}?view=compare&with=185d56b1c011ce877dd2e34b07d1df74&same=shown`,
  "a run's messages": `${TEAM}?view=messages`,
  "a run's agents": `${TEAM}?view=agents`,
  "a run, what if": `${TEAM}?whatif=agent:math_expert&factor=0.25`,
  "a run played back": `${TEAM}?at=100&playback=1`,
  "a run that is not there": `/runs/${"0".repeat(32)}`,
  agents: `/agents?${ALL_TIME}`,
  "agents over time": `/agents?${ALL_TIME}&view=heatmap`,
  "an agent": `/agents/supervisor?${ALL_TIME}`,
  "an agent's runs": `/agents/supervisor?${ALL_TIME}&list=runs`,
  communication: `/communication?${ALL_TIME}`,
  "messages of two agents": `/communication?${ALL_TIME}&selected=${encodeURIComponent('["supervisor","research_expert"]')}`,
  search: `/search?${ALL_TIME}&kind=llm`,
  errors: `/errors?${ALL_TIME}`,
  "one kind of error": `/errors/${FAILED}?${ALL_TIME}`,
  events: `/events?${ALL_TIME}`,
  "the live tail": "/events?tail=1",
  boards: "/boards",
  "a board": `/boards/fleet?${ALL_TIME}`,
  "a board of one agent": `/boards/agent?${ALL_TIME}`,
  metrics: `/explore?${ALL_TIME}`,
  "a heatmap of the metrics": `/explore?figure=task_completion_time&draw=heatmap&${ALL_TIME}&step=1d`,
  SQL: "/sql",
  "a result of SQL": sql("SELECT agent, name, attributes, trace_id FROM spans", "row=1&table=runs&"),
  "a chart of SQL": sql("SELECT kind, count() AS n FROM spans GROUP BY kind", "view=chart&"),
  "settings: connect": "/settings",
  "settings: keys": "/settings/keys",
  "settings: storage": "/settings/storage",
  "settings: health": "/settings/health",
  "no page": "/there/is/none",
} as const satisfies Readonly<Record<string, string>>;

/** Routes of pages and views of a run that no address shows. */
export function missingAddresses(): string[] {
  const addresses = Object.values(PAGE_ADDRESSES).map((address) => new URL(address, "http://talea.test"));
  const isShown = (route: string) => {
    const pattern = new RegExp(`^${route.replace(/:\w+/g, "[^/]+")}$`);
    return addresses.some(({ pathname }) => pattern.test(pathname));
  };
  const isViewShown = (id: string) =>
    addresses.some(
      ({ pathname, searchParams }) => pathname === TEAM && (searchParams.get("view") ?? "timeline") === id,
    );
  const routes = pageRoutes().filter((route) => !isShown(route));
  const views = runViews().filter((id) => !isViewShown(id));
  return [...routes, ...views.map((id) => `the run's ${id}`)];
}

/** The first path of each page of the registry; read as text, for the pages themselves need a browser. */
export function pageRoutes(): string[] {
  const registry = readFileSync(`${PAGES_FOLDER}registry.ts`, "utf8");
  const list = registry.slice(registry.indexOf("readonly Page[] = ["));
  const names = [...list.matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name as string);
  const sources = readdirSync(PAGES_FOLDER)
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(PAGES_FOLDER + file, "utf8"));
  return names.map((name) => {
    const found = sources
      .map((source) => new RegExp(`export const ${name}\\b[\\s\\S]*?paths: \\["([^"]+)"`).exec(source)?.[1])
      .find((route) => route !== undefined);
    if (found === undefined) throw new Error(`Where ${name} is declared its path is not found`);
    return found;
  });
}

function runViews(): string[] {
  const source = readFileSync(`${PAGES_FOLDER}run/run-views.tsx`, "utf8");
  return [...source.matchAll(/\bid: "(\w+)"/g)].map(([, id]) => id as string);
}
