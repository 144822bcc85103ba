import { type AgentShade, agentColor, agentHue, agentlessColor } from "../base/agent-color.ts";
import type { SpanColumns } from "./skeleton.ts";

export type AgentPaint = Readonly<Record<AgentShade, string>>;

const SHADES: readonly AgentShade[] = ["solid", "medium", "soft", "faint"];
const made = new WeakMap<SpanColumns, Map<number, AgentPaint>>();
let madeForDark: boolean | undefined;

/** The shades of an agent (index into the columns' strings; −1: none). Made once: this is asked for every bar. */
export function agentPaint(columns: SpanColumns, agent: number, isDark: boolean): AgentPaint {
  let paints = made.get(columns);
  if (paints === undefined || madeForDark !== isDark) {
    paints = new Map();
    made.set(columns, paints);
    madeForDark = isDark;
  }
  let paint = paints.get(agent);
  if (paint === undefined) {
    paint = paintOf(agent < 0 ? undefined : columns.strings[agent], isDark);
    paints.set(agent, paint);
  }
  return paint;
}

/** The shades of an agent by its name. */
export function paintOf(name: string | undefined, isDark: boolean): AgentPaint {
  const color = (shade: AgentShade) =>
    name === undefined ? agentlessColor(shade, isDark) : agentColor(agentHue(name), shade, isDark);
  return Object.fromEntries(SHADES.map((shade) => [shade, color(shade)])) as Record<AgentShade, string>;
}
