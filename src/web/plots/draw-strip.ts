import type { AgentState } from "../../model/vocabulary.ts";
import { type AgentShade, agentColor, agentHue } from "../base/agent-color.ts";
import type { Context, Inks, Size } from "./canvas.ts";
import { type Strip, stripParts } from "./strip.ts";

export interface StripScene {
  readonly strip: Strip;
  readonly agent: string;
  readonly inks: Inks;
  readonly nowMs: number;
  readonly windowMs: number;
}

/** The stronger the colour, the more the agent itself works, as in the timeline; idle time is left empty. */
const SHADES: Readonly<Partial<Record<AgentState, AgentShade>>> = {
  llm: "solid",
  tool: "medium",
  working: "soft",
  waiting: "faint",
};
const MINUTE_MS = 60_000;
const HATCH_PX = 4;

/** The last minutes of an agent, now at the right. */
export function drawStrip(context: Context, { width, height }: Size, scene: StripScene): void {
  const { strip, agent, inks, nowMs, windowMs } = scene;
  const hue = agentHue(agent);
  context.fillStyle = inks.line;
  for (let atMs = Math.ceil((nowMs - windowMs) / MINUTE_MS) * MINUTE_MS; atMs < nowMs; atMs += MINUTE_MS) {
    context.fillRect(Math.round(((atMs - nowMs + windowMs) / windowMs) * width), 0, 1, height);
  }
  for (const { state, from, to } of stripParts(strip, nowMs, windowMs, width)) {
    const left = from * width;
    const length = Math.max(1, (to - from) * width);
    const shade = SHADES[state];
    if (shade !== undefined) {
      context.fillStyle = agentColor(hue, shade, inks.isDark);
      context.fillRect(left, 2, length, height - 4);
    } else if (state === "human") {
      hatch(context, left, length, height, inks.ink3);
    } else {
      context.fillStyle = inks.lineStrong;
      context.fillRect(left, Math.floor(height / 2), length, 1);
    }
  }
}

/** A person is asked: neither work nor rest of the agent. */
function hatch(context: Context, left: number, length: number, height: number, ink: string): void {
  context.strokeStyle = ink;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = left; x < left + length; x += HATCH_PX) {
    context.moveTo(x, height - 3);
    context.lineTo(Math.min(left + length, x + HATCH_PX), 3);
  }
  context.stroke();
}
