import { agentPage } from "./agent.ts";
import { agentsPage } from "./agents.ts";
import { boardPage, boardsPage } from "./boards.ts";
import { communicationPage } from "./communication.tsx";
import { errorPage, errorsPage } from "./errors.ts";
import { eventsPage } from "./events.ts";
import { explorePage } from "./explore.ts";
import { nowPage } from "./now.tsx";
import type { Page } from "./page.ts";
import { runPage } from "./run.tsx";
import { runsPage } from "./runs.tsx";
import { searchPage } from "./search.tsx";
import { settingsPage } from "./settings.ts";
import { sqlPage } from "./sql.ts";

/** All pages; a new page is one line here. */
export const PAGES: readonly Page[] = [
  nowPage,
  runsPage,
  runPage,
  agentsPage,
  agentPage,
  communicationPage,
  errorsPage,
  errorPage,
  eventsPage,
  explorePage,
  boardsPage,
  boardPage,
  searchPage,
  sqlPage,
  settingsPage,
];
