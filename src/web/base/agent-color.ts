// An agent's colour: a stable hash of its name into 12 hues of equal lightness. Red is left out, it means failure. Two
// agents may share a hue, so the colour always stands beside the name.

import { hashText } from "../../base/hash.ts";

const HUE_COUNT = 12;
const HUE_FIRST = 52;
const HUE_STEP = 26;

/** 0…11. */
export function agentHue(name: string): number {
  return (hashText(name) >>> 0) % HUE_COUNT;
}

/** How strongly the colour is drawn: `solid` is the agent at work, `soft` its children's time, `faint` its waiting. */
export type AgentShade = "solid" | "medium" | "soft" | "faint";

const LIGHT: Readonly<Record<AgentShade, string>> = {
  solid: "0.66 0.135",
  medium: "0.78 0.1",
  soft: "0.88 0.055",
  faint: "0.94 0.03",
};
const DARK: Readonly<Record<AgentShade, string>> = {
  solid: "0.72 0.125",
  medium: "0.56 0.1",
  soft: "0.4 0.065",
  faint: "0.28 0.04",
};

/** A CSS colour for a hue. */
export function agentColor(hue: number, shade: AgentShade, isDark: boolean): string {
  return `oklch(${(isDark ? DARK : LIGHT)[shade]} ${HUE_FIRST + hue * HUE_STEP})`;
}

/** A CSS colour for work of no agent. */
export function agentlessColor(shade: AgentShade, isDark: boolean): string {
  return `oklch(${(isDark ? DARK : LIGHT)[shade].split(" ")[0]} 0.008 260)`;
}
