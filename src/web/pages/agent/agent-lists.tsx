import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { AgentTask } from "../../../model/agent-task-shapes.ts";
import { formatCounted, formatDuration } from "../../base/format.ts";
import { pathOf, queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { agent, agentList, agentTasks } from "../../state/agent.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { Ago } from "../../widgets/ago.tsx";
import { Lasting } from "../../widgets/lasting.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { StatusBadge } from "../../widgets/status-badge.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Tabs } from "../../widgets/tabs.tsx";
import { runColumns } from "../runs/run-columns.tsx";

const ROW_PX = 24;
const ROWS_MIN = 4;

/** The tasks that it did last, or its runs. */
export function AgentLists() {
  const list = agentList.value;
  const name = agent.data.value?.name ?? "";
  return (
    <section class="agent-lists" aria-label="Tasks and runs">
      <Tabs
        label="Tasks or runs"
        tabs={[
          { id: "tasks", title: "Latest tasks" },
          { id: "runs", title: "Recent runs" },
        ]}
        selected={list}
        onSelect={(id) => setQuery({ list: id === "tasks" ? undefined : id, selected: undefined }, "step")}
      >
        <span class="grow" />
        <a class="agent-all" href={inWindowHref("/runs", place.value.query, { agent: name })}>
          All its runs
        </a>
      </Tabs>
      {list === "tasks" ? <TaskList /> : <RunsList />}
    </section>
  );
}

/** As high as its rows: the page scrolls, not the table. */
function heightOf(rows: number): string {
  return `${(Math.max(ROWS_MIN, rows) + 1) * ROW_PX + 2}px`;
}

function TaskList() {
  const rows = useComputed(() => agentTasks.data.value?.tasks ?? []);
  const longest = useComputed(() => rows.value.reduce((max, { durationMs = 0 }) => Math.max(max, durationMs), 1));
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useRef(taskColumns(longest)).current;
  return (
    <Loaded from={agentTasks}>
      {({ tasks, runsLeftOut }) => (
        <>
          {tasks.length === 0 ? (
            <p class="muted agent-none">No task of it is in the newest runs of this window.</p>
          ) : (
            <div class="agent-list" style={{ height: heightOf(tasks.length) }}>
              <Table
                label="Latest tasks"
                columns={columns}
                rows={rows}
                keyOf={({ spanId }) => spanId}
                selected={selected}
                onSelect={(id) => setQuery({ selected: id }, "quiet")}
                hrefOf={hrefOfTask}
              />
            </div>
          )}
          {runsLeftOut !== undefined && (
            <p class="muted agent-none">
              {formatCounted(runsLeftOut, "very large run")} not looked through: their own pages have their tasks.
            </p>
          )}
        </>
      )}
    </Loaded>
  );
}

function hrefOfTask({ runId, spanId }: AgentTask): string {
  return `${pathOf`/runs/${runId}`}?span=${encodeURIComponent(spanId)}`;
}

const OUTCOMES = { completed: "completed", failed: "failed", open: "running" } as const;

function taskColumns(longest: { readonly value: number }): Column<AgentTask>[] {
  return [
    {
      id: "outcome",
      title: "Outcome",
      width: "88px",
      render: ({ outcome }) => <StatusBadge status={OUTCOMES[outcome]} />,
    },
    {
      id: "name",
      title: "Task",
      width: "minmax(160px, 1fr)",
      render: (task) => (
        <a class="run-name foreign" href={hrefOfTask(task)} tabIndex={-1}>
          {visibleLine(task.name, 160)}
        </a>
      ),
    },
    { id: "startedAt", title: "Started", width: "72px", render: ({ startedAt }) => <Ago instant={startedAt} /> },
    {
      id: "duration",
      title: "Duration",
      width: "72px",
      isNumber: true,
      render: ({ durationMs, startedAt }) =>
        durationMs === undefined ? <Lasting since={startedAt} /> : formatDuration(durationMs),
    },
    {
      id: "bar",
      title: "",
      width: "72px",
      render: ({ durationMs = 0, outcome }) => (
        <span class="duration-bar" aria-hidden="true">
          <i
            class={outcome === "failed" ? "failed" : ""}
            style={{ width: `${Math.max(1, (durationMs / longest.value) * 100)}%` }}
          />
        </span>
      ),
    },
    {
      id: "run",
      title: "Run",
      width: "minmax(160px, 1fr)",
      render: ({ runId, runName }) => (
        <a class="foreign" href={pathOf`/runs/${runId}`} tabIndex={-1}>
          {visibleLine(runName, 120) || runId}
        </a>
      ),
    },
    {
      id: "error",
      title: "Error",
      width: "minmax(160px, 2fr)",
      render: ({ error }) => error !== undefined && <span class="failed foreign">{visibleLine(error, 200)}</span>,
    },
  ];
}

function RunsList() {
  const rows = useComputed(() => agent.data.value?.recentRuns ?? []);
  const longest = useComputed(() => rows.value.reduce((max, { durationMs }) => Math.max(max, durationMs), 0));
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useRef(runColumns(longest)).current;
  if (rows.value.length === 0) return <p class="muted agent-none">It took part in no run that began in this window.</p>;
  return (
    <div class="agent-list" style={{ height: heightOf(rows.value.length) }}>
      <Table
        label="Recent runs"
        columns={columns}
        rows={rows}
        keyOf={(run) => run.id}
        selected={selected}
        onSelect={(id) => setQuery({ selected: id }, "quiet")}
        hrefOf={(run) => pathOf`/runs/${run.id}`}
      />
    </div>
  );
}
