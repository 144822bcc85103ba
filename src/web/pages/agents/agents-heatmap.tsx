import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { KeyMetrics } from "../../../model/key-metrics-shapes.ts";
import { formatInstantExact, formatShare } from "../../base/format.ts";
import { formatPlace, pathOf } from "../../base/place.ts";
import { go } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { drawHeatmap, type HeatScene } from "../../plots/draw-heatmap.ts";
import {
  cellAt,
  type HeatCell,
  type HeatLayout,
  type HeatRow,
  heatLayout,
  movedCell,
  stepIndex,
} from "../../plots/heatmap.ts";
import { Plot } from "../../plots/plot.tsx";
import { agentRows, agentSteps } from "../../state/agents.ts";
import { inks } from "../../state/inks.ts";
import { valuesByStep } from "../../state/key-figure-texts.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { TrendAxis } from "../../widgets/trend-axis.tsx";

const ROW_PX = 24;
const FRAME = { left: 0, top: 0, rowHeight: ROW_PX };
const TIME_LABELS = 7;

/** Utilization, agent × time: a click or Enter leads to the agent in that step. */
export function AgentsHeatmap() {
  return <Loaded from={agentSteps}>{(answer) => <Heatmap answer={answer} />}</Loaded>;
}

/** The agents of the list in its order, as far as anything was measured. */
function rowsOf(answer: KeyMetrics | undefined): HeatRow[] {
  if (answer === undefined) return [];
  const metricOf = new Map(answer.groups.map(({ group = "", metrics: [metric] }) => [group, metric]));
  return agentRows.value.flatMap(({ name }) => {
    const metric = metricOf.get(name);
    const values = metric === undefined ? [] : valuesByStep(metric, answer);
    return values.some((value) => value !== undefined) ? [{ name, values }] : [];
  });
}

function Heatmap({ answer }: { readonly answer: KeyMetrics }) {
  const rows = useComputed(() => rowsOf(agentSteps.data.value));
  const width = useSignal(0);
  const hovered = useSignal<HeatCell | undefined>(undefined);
  const layout = useComputed(() => heatLayout(rows.value, width.value, FRAME));
  const scene = useRef(
    useComputed<HeatScene>(() => ({
      ...{ rows: rows.value, layout: layout.value, hovered: hovered.value, inks: inks.value },
    })),
  ).current;
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    hovered.value = cellAt(layout.peek(), event.clientX - box.left, event.clientY - box.top);
  };
  const open = () => {
    const href = hrefOf(rows.peek(), hovered.peek(), answer, layout.peek());
    if (href !== undefined) go(href);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") open();
    else {
      const moved = movedCell(layout.peek(), hovered.peek(), event.key);
      if (moved === undefined) return;
      hovered.value = moved;
      (event.currentTarget as HTMLElement).querySelectorAll("li")[moved.row]?.scrollIntoView({ block: "nearest" });
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend of its own */}
      <div
        class="heatmap-scroll"
        role="group"
        aria-label="Utilization over time: arrow keys move, Enter opens the agent in that step"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move from cell to cell
        tabIndex={0}
        onKeyDown={press}
      >
        <TimeAxis answer={answer} />
        <div class="heatmap" style={{ height: `${rows.value.length * ROW_PX}px` }}>
          <ul class="heatmap-names" aria-label="Agents">
            {rows.value.map(({ name, values }) => (
              <li key={name}>
                <AgentName name={name} isLink />
                <span class="unseen">{describe(values)}</span>
              </li>
            ))}
          </ul>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter does the same, on the group around it */}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: for pointers only */}
          <div
            class="heatmap-cells"
            onPointerMove={point}
            onPointerLeave={() => (hovered.value = undefined)}
            onClick={open}
          >
            <Plot
              scene={scene}
              draw={drawHeatmap}
              onSize={(size) => {
                width.value = size.width;
              }}
            />
          </div>
        </div>
      </div>
      <p class="heatmap-readout muted" role="status">
        {readout(rows.value, hovered.value, answer, layout.value) ??
          "The stronger the colour, the busier the agent in that step. Empty: it was not there."}
      </p>
    </>
  );
}

function TimeAxis({ answer: { since, until } }: { readonly answer: KeyMetrics }) {
  return (
    <div class="heatmap-axis">
      <TrendAxis sinceMs={Date.parse(since)} untilMs={Date.parse(until)} most={TIME_LABELS} />
    </div>
  );
}

/** The same for those who do not see it. */
function describe(values: HeatRow["values"]): string {
  const known = values.filter((value) => value !== undefined);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return `there in ${known.length} of ${values.length} steps, busy ${formatShare(mean)} of them on average`;
}

interface Pointed {
  readonly name: string;
  readonly value: number | undefined;
  readonly fromMs: number;
}

function pointedAt(
  rows: readonly HeatRow[],
  cell: HeatCell | undefined,
  { since, stepMs }: KeyMetrics,
  layout: HeatLayout,
): Pointed | undefined {
  const row = cell && rows[cell.row];
  if (row === undefined || cell === undefined) return undefined;
  const index = stepIndex(layout, row.values, cell.step);
  const fromMs = (Math.floor(Date.parse(since) / stepMs) + index) * stepMs;
  return { name: row.name, value: row.values[index], fromMs };
}

function readout(...of: Parameters<typeof pointedAt>): string | undefined {
  const pointed = pointedAt(...of);
  if (pointed === undefined) return undefined;
  const { name, value, fromMs } = pointed;
  const what = value === undefined ? "not there" : `busy ${formatShare(value)}`;
  return `${visibleLine(name, 80)}: ${what} from ${formatInstantExact(new Date(fromMs).toISOString()).slice(0, 16)}`;
}

/** The agent in the step below the pointer. */
function hrefOf(...of: Parameters<typeof pointedAt>): string | undefined {
  const pointed = pointedAt(...of);
  if (pointed === undefined) return undefined;
  const instant = (ms: number) => [new Date(ms).toISOString()];
  const query = new Map([
    ["since", instant(pointed.fromMs)],
    ["until", instant(pointed.fromMs + of[2].stepMs)],
  ]);
  return formatPlace({ path: pathOf`/agents/${pointed.name}`, query });
}
