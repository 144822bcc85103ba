import { agentColor, agentHue } from "../base/agent-color.ts";
import type { Context, Inks, Size } from "./canvas.ts";
import { type HeatCell, type HeatLayout, type HeatRow, stepIndex } from "./heatmap.ts";

export interface HeatScene {
  readonly rows: readonly HeatRow[];
  readonly layout: HeatLayout;
  readonly hovered: HeatCell | undefined;
  readonly inks: Inks;
}

/** Values 0…1 by the strength of the row's colour; what was not measured stays empty. */
export function drawHeatmap(context: Context, _size: Size, { rows, layout, hovered, inks }: HeatScene): void {
  const { left, top, rowHeight, cellWidth, steps } = layout;
  for (const [i, { name, values }] of rows.entries()) {
    const y = top + i * rowHeight;
    context.fillStyle = inks.raised;
    context.fillRect(left, y + 1, steps * cellWidth, rowHeight - 2);
    context.fillStyle = agentColor(agentHue(name), "solid", inks.isDark);
    for (let step = 0; step < steps; step++) {
      const value = values[stepIndex(layout, values, step)];
      if (value === undefined) continue;
      context.globalAlpha = 0.08 + 0.92 * Math.min(1, Math.max(0, value));
      const x = left + step * cellWidth;
      context.fillRect(x, y + 1, Math.max(1, cellWidth - (cellWidth > 6 ? 1 : 0)), rowHeight - 2);
    }
    context.globalAlpha = 1;
  }
  if (hovered === undefined) return;
  context.strokeStyle = inks.ink;
  context.lineWidth = 1;
  context.strokeRect(
    left + hovered.step * cellWidth + 0.5,
    top + hovered.row * rowHeight + 1.5,
    Math.max(2, cellWidth - 1),
    rowHeight - 3,
  );
}
