import "../../widgets/markdown.css";
import "./compare.css";
import "./conversation.css";
import "./graph.css";
import "./sequence.css";
import type { ComponentType } from "preact";
import type { Run } from "../../../model/shapes.ts";
import type { OpenRun, RunTab } from "../../state/open-run.ts";
import { lazyView } from "../../widgets/lazy.tsx";
import { AgentsTab } from "./agents-tab.tsx";
import { EventsTab } from "./events-tab.tsx";
import { MessagesTab } from "./messages-tab.tsx";
import { TimelineView } from "./timeline-view.tsx";

/** A view of the open run. All share its selection, zoom and time cursor: `run.timeline`. */
export interface RunView {
  readonly id: RunTab;
  readonly title: string;
  readonly View: ComponentType<{ readonly run: OpenRun }>;
  readonly count?: (run: Run) => number;
  /** What is counted, where the view shows more than that. */
  readonly countTip?: string;
}

/** All views, in the order of their tabs; a new one is a line here, its id in RUN_TABS and its key in run-keys.ts. */
export const RUN_VIEWS: readonly RunView[] = [
  { id: "timeline", title: "Timeline", View: TimelineView },
  {
    id: "sequence",
    title: "Sequence",
    View: lazyView(async () => (await import("./sequence-view.tsx")).SequenceView),
  },
  {
    id: "graph",
    title: "Graph",
    View: lazyView(async () => (await import("./graph-view.tsx")).GraphView),
  },
  {
    id: "conversation",
    title: "Conversation",
    View: lazyView(async () => (await import("./conversation-view.tsx")).ConversationView),
  },
  { id: "events", title: "Events", View: EventsTab },
  {
    id: "compare",
    title: "Compare",
    View: lazyView(async () => (await import("./compare-view.tsx")).CompareView),
  },
  {
    ...{ id: "messages", title: "Messages", View: MessagesTab, count: ({ messageCount }) => messageCount },
    countTip: "Between agents; messages from and to the user are listed, and not counted",
  },
  { id: "agents", title: "Agents", View: AgentsTab, count: ({ agents }) => agents.length },
];
