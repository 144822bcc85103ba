// The agents of a graph. At full size a box with name, state and figures; farther away only its name; and where even that
// has no room, a mark in the agent's colour.

import type { AgentState } from "../../model/vocabulary.ts";
import { formatCount, formatMoney, formatShare } from "../base/format.ts";
import type { GraphNode } from "./agent-graph.ts";
import { type Context, fitText, type Size } from "./canvas.ts";
import type { GraphScene } from "./graph-scene.ts";
import { NODE_HEIGHT, NODE_WIDTH } from "./graph-sizes.ts";
import { type AgentPaint, paintOf } from "./paints.ts";

const FULL_SCALE_MIN = 0.62;
const NAME_HEIGHT_MIN = 12;
const RADIUS = 6;
const STRIP_PX = 4;
const PADDING = 12;
const ASIDE_ALPHA = 0.35;
const FIRST_LINE_Y = 15.5;
const SECOND_LINE_Y = 32;
const FIGURE_GAP_PX = 9;
const FIGURES_END_PX = 6;

/** Nothing of itself is done by an agent that waits, and what is over need not be said of each. */
const STATE_WORDS: Readonly<Partial<Record<AgentState, string>>> = {
  human: "waits for a person",
  llm: "model call",
  tool: "tool",
  working: "own work",
  waiting: "waiting",
  idle: "idle",
};

interface NodeBox {
  readonly node: GraphNode;
  readonly paint: AgentPaint;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  /** In pixels of the window. */
  readonly left: number;
  readonly top: number;
}

/** `near`: agents that are in focus with others; without any all are. */
export function drawNodes(context: Context, size: Size, scene: GraphScene, near: ReadonlySet<string>): void {
  const { graph, places, plane, inks, selected, hovered, marked } = scene;
  const [width, height] = [NODE_WIDTH * plane.scale, NODE_HEIGHT * plane.scale];
  context.textBaseline = "middle";
  for (const node of graph.nodes) {
    const place = places.at.get(node.name);
    if (place === undefined) continue;
    const left = plane.x + place.x * plane.scale - width / 2;
    const top = plane.y + place.y * plane.scale - height / 2;
    if (left > size.width || top > size.height || left + width < 0 || top + height < 0) continue;
    const isPicked = [selected, hovered].some((pick) => pick?.type === "node" && pick.name === node.name);
    const isAside = node.hasBegun === false || (near.size > 0 && !near.has(node.name));
    context.globalAlpha = isAside && !isPicked ? ASIDE_ALPHA : 1;
    const box = {
      ...{ node, left, top, paint: paintOf(node.name, inks.isDark), isMarked: node.name === marked },
      isSelected: selected?.type === "node" && selected.name === node.name,
    };
    if (plane.scale >= FULL_SCALE_MIN) drawFull(context, scene, box);
    else drawSmall(context, scene, box, { width, height });
  }
  context.globalAlpha = 1;
}

function drawFull(context: Context, { inks, plane }: GraphScene, box: NodeBox): void {
  const { node, paint, left, top } = box;
  context.save();
  context.translate(left, top);
  context.scale(plane.scale, plane.scale);
  drawFrame(context, inks, box, { width: NODE_WIDTH, height: NODE_HEIGHT });
  context.save();
  context.clip();
  context.fillStyle = paint.solid;
  context.fillRect(0, 0, STRIP_PX, NODE_HEIGHT);
  context.restore();
  const figures = figuresOf(inks, node);
  const nameY = figures.length > 0 ? FIRST_LINE_Y : NODE_HEIGHT / 2;
  const state = node.state === undefined ? "" : (STATE_WORDS[node.state] ?? "");
  context.font = inks.smallFont;
  const stateWidth = state === "" ? 0 : context.measureText(state).width + 8;
  context.fillStyle = inks.ink3;
  context.textAlign = "right";
  context.fillText(state, NODE_WIDTH - 8, nameY);
  context.textAlign = "left";
  drawFigures(context, figures);
  context.font = inks.font;
  context.fillStyle = inks.ink;
  context.fillText(fitText(context, node.name, NODE_WIDTH - PADDING - 8 - stateWidth), PADDING, nameY);
  context.restore();
}

/** As many as have room, the most telling first: the rest is in the tables. */
function drawFigures(context: Context, figures: readonly ColoredText[]): void {
  let x = PADDING;
  for (const [text, color] of figures) {
    const { width } = context.measureText(text);
    if (x + width > NODE_WIDTH - FIGURES_END_PX) return;
    context.fillStyle = color;
    context.fillText(text, x, SECOND_LINE_Y);
    x += width + FIGURE_GAP_PX;
  }
}

type ColoredText = readonly [text: string, color: string];

function figuresOf(inks: GraphScene["inks"], node: GraphNode): readonly ColoredText[] {
  const { utilization, tokens = 0, usd = 0, errorRate = 0 } = node;
  const figures: ColoredText[] = [];
  if (utilization !== undefined) figures.push([`${formatShare(utilization)} busy`, inks.ink2]);
  if (errorRate > 0) figures.push([`${formatShare(errorRate)} failed`, inks.fail]);
  if (tokens > 0) figures.push([`${formatCount(tokens)} tok`, inks.ink2]);
  if (usd > 0) figures.push([formatMoney(usd), inks.ink2]);
  return figures;
}

function drawSmall(context: Context, { inks }: GraphScene, box: NodeBox, size: Size): void {
  const { node, paint, left, top } = box;
  context.save();
  context.translate(left, top);
  if (size.height < NAME_HEIGHT_MIN) {
    context.fillStyle = box.isSelected ? inks.accent : paint.medium;
    context.fillRect(0, 0, Math.max(2, size.width), Math.max(2, size.height));
  } else {
    drawFrame(context, inks, box, size);
    context.fillStyle = paint.solid;
    context.fillRect(0.5, 1, STRIP_PX - 1, size.height - 2);
    context.font = inks.smallFont;
    context.fillStyle = inks.ink;
    context.fillText(fitText(context, node.name, size.width - 12), 8, size.height / 2 + 0.5);
  }
  context.restore();
}

/** Leaves the frame as the current path. */
function drawFrame(
  context: Context,
  inks: GraphScene["inks"],
  { isSelected, isMarked }: NodeBox,
  { width, height }: Size,
): void {
  context.beginPath();
  context.roundRect(0, 0, width, height, Math.min(RADIUS, height / 5));
  context.fillStyle = isSelected ? inks.accentGround : inks.ground;
  context.fill();
  context.strokeStyle = isSelected || isMarked ? inks.accent : inks.lineStrong;
  context.lineWidth = isSelected ? 2 : 1;
  context.stroke();
}
