import type { PathKind, RunPath } from "../../analysis/run-analysis.ts";
import { NONE } from "../../model/run-columns.ts";
import type { AgentShade } from "../base/agent-color.ts";
import type { Context, Inks, Size } from "./canvas.ts";
import { type AgentPaint, paintOf } from "./paints.ts";

/** A critical path as one bar in the order of time: whose work, and what kind of it. */
export interface PathStripScene {
  readonly path: RunPath | undefined;
  readonly agents: readonly string[];
  /** What the whole width stands for, nanoseconds. */
  readonly widthNs: number;
  readonly inks: Inks;
}

const SHADES: Readonly<Record<PathKind, AgentShade>> = {
  llm: "solid",
  tool: "medium",
  working: "soft",
  transfer: "faint",
  orchestration: "soft",
  human: "faint",
  idle: "faint",
};
/** So much of a pixel is left out where pieces are finer than it. */
const PIECE_PX_MIN = 0.25;

export function drawPathStrip(context: Context, { width, height }: Size, scene: PathStripScene): void {
  const { path, agents, widthNs, inks } = scene;
  if (path === undefined || widthNs <= 0) return;
  const pxPerNs = width / widthNs;
  const paints = new Map<number, AgentPaint>();
  let drawnTo = 0;
  for (const { agent, kind, start, duration } of path.segments) {
    const to = (start - path.start + duration) * pxPerNs;
    if (to - drawnTo < PIECE_PX_MIN) continue;
    let paint = paints.get(agent);
    if (paint === undefined) {
      paint = paintOf(agent === NONE ? undefined : agents[agent], inks.isDark);
      paints.set(agent, paint);
    }
    context.fillStyle = paint[SHADES[kind]];
    context.fillRect(drawnTo, 0, to - drawnTo, height);
    drawnTo = to;
  }
}
