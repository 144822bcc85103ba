import "./run.css";
import { setQuery } from "../base/router.ts";
import { isNumber, storedSetting } from "../base/stored-setting.ts";
import { visibleLine } from "../base/visible-text.ts";
import { type OpenRun, openRun, type RunTab, runTab, showRun } from "../state/open-run.ts";
import { FailureNotice, Waiting } from "../widgets/notices.tsx";
import { SplitPane } from "../widgets/split-pane.tsx";
import { Tabs } from "../widgets/tabs.tsx";
import type { Page } from "./page.ts";
import { AgentsTab } from "./run/agents-tab.tsx";
import { EventsTab } from "./run/events-tab.tsx";
import { LiveStrip } from "./run/live-strip.tsx";
import { MessagesTab } from "./run/messages-tab.tsx";
import { RunHeader } from "./run/run-header.tsx";
import { SpanPanel } from "./run/span-panel.tsx";
import { TimelineToolbar } from "./run/timeline-toolbar.tsx";
import { TimelineView } from "./run/timeline-view.tsx";

const PANEL_MIN = 320;
const panelWidth = storedSetting("run.panel", 440, isNumber);

export const runPage: Page = {
  paths: ["/runs/:id"],
  title: ({ id = "" }) => visibleLine(openRun.value?.detail.data.value?.name ?? id, 80),
  load: ({ id = "" }) => showRun(id),
  View: RunView,
};

function RunView() {
  const run = openRun.value;
  if (run === undefined) return <Waiting />;
  // A new run is another page: nothing of the last one's parts may stay.
  return <RunParts key={run.id} run={run} />;
}

function RunParts({ run }: { readonly run: OpenRun }) {
  const failure = run.detail.failure.value ?? run.skeleton.failure.value;
  const counts = run.facts;
  const hasPanel = run.timeline.selected.value !== undefined && run.timeline.isPanelOpen.value;
  return (
    <div class="page">
      {failure && (
        <FailureNotice
          failure={failure}
          onRetry={() => {
            void run.loadDetail();
            void run.loadSkeleton();
          }}
        />
      )}
      <RunHeader run={run} />
      <LiveStrip run={run} />
      <Tabs<RunTab>
        label="Views of the run"
        selected={runTab.value}
        onSelect={(tab) => setQuery({ view: tab === "timeline" ? undefined : tab }, "step")}
        tabs={[
          { id: "timeline", title: "Timeline" },
          { id: "messages", title: "Messages", count: counts.value?.messageCount },
          { id: "agents", title: "Agents", count: counts.value?.agents.length },
          { id: "events", title: "Events" },
        ]}
      >
        {runTab.value === "timeline" && <TimelineToolbar run={run} />}
      </Tabs>
      <SplitPane
        width={panelWidth}
        min={PANEL_MIN}
        label="Width of the details"
        side={hasPanel ? <SpanPanel run={run} /> : undefined}
      >
        {runTab.value === "timeline" && <TimelineView run={run} />}
        {runTab.value === "messages" && <MessagesTab run={run} />}
        {runTab.value === "agents" && <AgentsTab run={run} />}
        {runTab.value === "events" && <EventsTab run={run} />}
      </SplitPane>
    </div>
  );
}
