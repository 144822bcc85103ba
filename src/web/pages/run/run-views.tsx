import "../../widgets/markdown.css";
import "./compare.css";
import "./conversation.css";
import "./graph.css";
import "./sequence.css";
import type { ComponentType } from "preact";
import type { OpenRun, RunDetail, RunTab } from "../../state/open-run.ts";
import { lazyView } from "../../widgets/lazy.tsx";
import { AgentsTab } from "./agents-tab.tsx";
import { EventsTab } from "./events-tab.tsx";
import { MessagesTab } from "./messages-tab.tsx";
import { TimelineView } from "./timeline-view.tsx";

/** A view of the open run. All share its selection, zoom and time cursor: `run.timeline`. */
export interface RunView {
  readonly id: RunTab;
  readonly title: string;
  /** Shows it. */
  readonly key: string;
  readonly View: ComponentType<{ readonly run: OpenRun }>;
  readonly count?: (detail: RunDetail) => number;
}

/** All views, in the order of their tabs; a new one is a line here and its id in RUN_TABS. */
export const RUN_VIEWS: readonly RunView[] = [
  { id: "timeline", title: "Timeline", key: "1", View: TimelineView },
  {
    id: "sequence",
    title: "Sequence",
    key: "2",
    View: lazyView(async () => (await import("./sequence-view.tsx")).SequenceView),
  },
  {
    id: "graph",
    title: "Graph",
    key: "3",
    View: lazyView(async () => (await import("./graph-view.tsx")).GraphView),
  },
  {
    id: "conversation",
    title: "Conversation",
    key: "4",
    View: lazyView(async () => (await import("./conversation-view.tsx")).ConversationView),
  },
  { id: "events", title: "Events", key: "5", View: EventsTab },
  {
    id: "compare",
    title: "Compare",
    key: "6",
    View: lazyView(async () => (await import("./compare-view.tsx")).CompareView),
  },
  { id: "messages", title: "Messages", key: "7", View: MessagesTab, count: ({ messageCount }) => messageCount },
  { id: "agents", title: "Agents", key: "8", View: AgentsTab, count: ({ agents }) => agents.length },
];
