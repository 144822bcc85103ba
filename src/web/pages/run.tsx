import "./run.css";
import { useEffect } from "preact/hooks";
import { actionsByName } from "../base/command-table.ts";
import { useCommands } from "../base/commands.ts";
import { setQuery } from "../base/router.ts";
import { isNumber, storedSetting } from "../base/stored-setting.ts";
import { visibleLine } from "../base/visible-text.ts";
import { type OpenRun, openRun, type RunTab, runTab, showRun } from "../state/open-run.ts";
import { loadFailures } from "../state/run-failures.ts";
import { FailureNotice, Waiting } from "../widgets/notices.tsx";
import { SplitPane } from "../widgets/split-pane.tsx";
import { Tabs } from "../widgets/tabs.tsx";
import type { Page } from "./page.ts";
import { LiveStrip } from "./run/live-strip.tsx";
import { RunHeader } from "./run/run-header.tsx";
import { RUN_VIEW_COMMANDS } from "./run/run-keys.ts";
import { RunPrint } from "./run/run-print.tsx";
import { RunTime } from "./run/run-time.tsx";
import { RunToolButtons, RunTools } from "./run/run-tools.tsx";
import { RUN_VIEWS } from "./run/run-views.tsx";
import { SpanPanel } from "./run/span-panel.tsx";
import { TimelineToolbar } from "./run/timeline-toolbar.tsx";
import { TimelineView } from "./run/timeline-view.tsx";

const PANEL_MIN = 320;
const panelWidth = storedSetting("run.panel", 440, isNumber);

export const runPage: Page = {
  paths: ["/runs/:id"],
  title: ({ id = "" }) => visibleLine(openRun.value?.figures.value?.name ?? id, 80),
  load: ({ id = "" }) => showRun(id),
  View: RunView,
  Print: RunPrint,
};

function RunView() {
  const run = openRun.value;
  if (run === undefined) return <Waiting />;
  // A new run is another page: nothing of the last one's parts may stay.
  return <RunParts key={run.id} run={run} />;
}

function showView(tab: RunTab): void {
  setQuery({ view: tab === "timeline" ? undefined : tab }, "step");
}

function RunParts({ run }: { readonly run: OpenRun }) {
  useCommands(RUN_VIEW_COMMANDS, () => actionsByName(RUN_VIEW_COMMANDS, showView));
  // Not as soon as the figures tell: while the spans of a large run are read, nothing else is to be.
  const errorCount = run.detail.data.value?.errorCount ?? 0;
  useEffect(loadFailures, [errorCount]);
  const failure = run.detail.failure.value ?? run.skeleton.failure.value;
  const figures = run.figures.value;
  const View = (RUN_VIEWS.find(({ id }) => id === runTab.value) ?? RUN_VIEWS[0])?.View ?? TimelineView;
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
        onSelect={showView}
        tabs={RUN_VIEWS.map(({ id, title, count, countTip }) => ({
          ...{ id, title, countTip },
          count: figures === undefined ? undefined : count?.(figures),
        }))}
      >
        <RunTime run={run} />
        {runTab.value === "timeline" && <TimelineToolbar run={run} />}
        <RunToolButtons run={run} />
      </Tabs>
      <SplitPane
        width={panelWidth}
        min={PANEL_MIN}
        label="Width of the details"
        side={hasPanel ? <SpanPanel run={run} /> : undefined}
      >
        <View run={run} />
      </SplitPane>
      <RunTools run={run} />
    </div>
  );
}
