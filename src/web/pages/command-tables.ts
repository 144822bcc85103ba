import type { CommandTable } from "../base/command-table.ts";
import { DIALOG_COMMANDS } from "../widgets/dialog-keys.ts";
import { MATRIX_COMMANDS } from "../widgets/edge-matrix-keys.ts";
import { GRAPH_AGENT_COMMANDS, GRAPH_COMMANDS } from "../widgets/graph-plot-keys.ts";
import { ROW_COMMANDS } from "../widgets/table-keys.ts";
import { TIME_RANGE_COMMANDS } from "../widgets/time-range-keys.ts";
import { AGENT_SEARCH, AGENTS_COMMANDS } from "./agents/agents-keys.ts";
import { BOARD_COMMANDS } from "./boards/board-keys.ts";
import { ERROR_COMMANDS, ERROR_LIST_COMMANDS, ERROR_SEARCH } from "./errors/error-keys.ts";
import { EVENT_COMMANDS, EVENT_SEARCH } from "./events/event-keys.ts";
import { EVERYWHERE_COMMANDS } from "./everywhere-keys.ts";
import { EXPLORE_COMMANDS } from "./explore/explore-keys.ts";
import { COMPARE_CHOICE_COMMANDS, COMPARE_COMMANDS, COMPARE_SPAN_COMMANDS } from "./run/compare-keys.ts";
import { CONVERSATION_COMMANDS } from "./run/conversation-keys.ts";
import {
  PLAYBACK_COMMANDS,
  RUN_TIME_COMMANDS,
  RUN_TOOL_COMMANDS,
  RUN_VIEW_COMMANDS,
  SPAN_PANEL_COMMANDS,
} from "./run/run-keys.ts";
import { SEQUENCE_COMMANDS } from "./run/sequence-keys.ts";
import { TIMELINE_SPAN_COMMANDS, TIMELINE_TIME_COMMANDS } from "./run/timeline-keys.ts";
import { DURATION_COMMANDS, JUMP_COMMANDS, MARK_COMMANDS, RUN_SEARCH, RUNS_COMMANDS } from "./runs/runs-keys.ts";
import { SPAN_SEARCH } from "./search-keys.ts";
import { FRAMEWORK_SEARCH, SETTINGS_COMMANDS } from "./settings/settings-keys.ts";
import { SQL_COMMANDS } from "./sql/sql-keys.ts";
import { VIEWS_MENU_COMMANDS } from "./views-menu-keys.ts";

/** All tables of commands, in the order of the help; a new one is one line here. */
export const COMMAND_TABLES: readonly CommandTable[] = [
  EVERYWHERE_COMMANDS,
  ROW_COMMANDS,
  TIME_RANGE_COMMANDS,
  VIEWS_MENU_COMMANDS,
  DIALOG_COMMANDS,
  RUN_SEARCH,
  RUNS_COMMANDS,
  JUMP_COMMANDS,
  DURATION_COMMANDS,
  MARK_COMMANDS,
  RUN_VIEW_COMMANDS,
  RUN_TOOL_COMMANDS,
  RUN_TIME_COMMANDS,
  PLAYBACK_COMMANDS,
  SPAN_PANEL_COMMANDS,
  TIMELINE_SPAN_COMMANDS,
  TIMELINE_TIME_COMMANDS,
  SEQUENCE_COMMANDS,
  GRAPH_COMMANDS,
  GRAPH_AGENT_COMMANDS,
  MATRIX_COMMANDS,
  CONVERSATION_COMMANDS,
  COMPARE_CHOICE_COMMANDS,
  COMPARE_COMMANDS,
  COMPARE_SPAN_COMMANDS,
  AGENT_SEARCH,
  AGENTS_COMMANDS,
  ERROR_SEARCH,
  ERROR_LIST_COMMANDS,
  ERROR_COMMANDS,
  EVENT_SEARCH,
  EVENT_COMMANDS,
  EXPLORE_COMMANDS,
  BOARD_COMMANDS,
  SPAN_SEARCH,
  SQL_COMMANDS,
  SETTINGS_COMMANDS,
  FRAMEWORK_SEARCH,
];
