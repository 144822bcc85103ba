import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { KeyMetrics } from "../../model/key-metrics-shapes.ts";
import { formatInstantExact, formatShare } from "../base/format.ts";
import { visibleLine } from "../base/visible-text.ts";
import { drawHeatmap, type HeatScene } from "../plots/draw-heatmap.ts";
import { cellAt, type HeatCell, type HeatRow, heatLayout, stepIndex } from "../plots/heatmap.ts";
import { Plot } from "../plots/plot.tsx";
import { agentSteps } from "../state/agents.ts";
import { inks } from "../state/inks.ts";
import { valuesByStep } from "../state/key-figure-texts.ts";
import { AgentName } from "../widgets/agent-name.tsx";
import { Loaded } from "../widgets/notices.tsx";

const ROW_PX = 24;
const FRAME = { left: 0, top: 0, rowHeight: ROW_PX };

/** Utilization, agent × time. */
export function AgentsHeatmap() {
  return <Loaded from={agentSteps}>{(answer) => <Heatmap answer={answer} />}</Loaded>;
}

function rowsOf(answer: KeyMetrics | undefined): HeatRow[] {
  if (answer === undefined) return [];
  return answer.groups
    .map(({ group = "", metrics: [metric] }) => ({
      name: group,
      values: metric === undefined ? [] : valuesByStep(metric, answer),
    }))
    .filter(({ values }) => values.some((value) => value !== undefined))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
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
  return (
    <div class="heatmap-scroll">
      <div class="heatmap" style={{ height: `${rows.value.length * ROW_PX}px` }}>
        <ul class="heatmap-names" aria-label="Agents">
          {rows.value.map(({ name, values }) => (
            <li key={name}>
              <AgentName name={name} isLink />
              <span class="unseen">{describe(values)}</span>
            </li>
          ))}
        </ul>
        <div class="heatmap-cells" onPointerMove={point} onPointerLeave={() => (hovered.value = undefined)}>
          <Plot
            scene={scene}
            draw={drawHeatmap}
            onSize={(size) => {
              width.value = size.width;
            }}
          />
        </div>
      </div>
      <p class="heatmap-readout muted" role="status">
        {readout(rows.value, hovered.value, answer, layout.value) ??
          "Utilization: the stronger the colour, the busier the agent in that step. Empty: it was not there."}
      </p>
    </div>
  );
}

/** The same for those who do not see it. */
function describe(values: HeatRow["values"]): string {
  const known = values.filter((value) => value !== undefined);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return `there in ${known.length} of ${values.length} steps, busy ${formatShare(mean)} of them on average`;
}

function readout(
  rows: readonly HeatRow[],
  cell: HeatCell | undefined,
  { since, stepMs }: KeyMetrics,
  layout: ReturnType<typeof heatLayout>,
): string | undefined {
  const row = cell && rows[cell.row];
  if (row === undefined || cell === undefined) return undefined;
  const index = stepIndex(layout, row.values, cell.step);
  const at = (Math.floor(Date.parse(since) / stepMs) + index) * stepMs;
  const value = row.values[index];
  const what = value === undefined ? "not there" : `busy ${formatShare(value)}`;
  return `${visibleLine(row.name, 80)}: ${what} from ${formatInstantExact(new Date(at).toISOString()).slice(0, 16)}`;
}
