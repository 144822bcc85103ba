import { findLink, type GraphLink, type GraphPick } from "./agent-graph.ts";
import type { Context, Inks, Size } from "./canvas.ts";
import { drawNodes } from "./draw-nodes.ts";
import { formatMeasure, measureOfEdge, measureOfLink } from "./edge-measures.ts";
import { pointBeforeEnd } from "./graph-curves.ts";
import type { GraphScene } from "./graph-scene.ts";
import { drawLink, type LinkLine } from "./link-lines.ts";

const ALPHA = 0.8;
/** Of very many the single one must not hide the others. */
const CROWDED_ALPHA = 0.35;
const CROWDED_FROM = 600;
const ASIDE_ALPHA = 0.12;
const LABELS_MAX = 60;
const LABELS_SCALE_MIN = 0.55;
const LABEL_HEIGHT = 15;
/** So far before the receiver, in pixels at full size: lines of one sender leave together. */
const LABEL_PX = 54;

export function drawGraph(context: Context, size: Size, scene: GraphScene): void {
  const { plane, graph, lines, selected, hovered, inks } = scene;
  const focus = hovered ?? selected;
  const near = focus === undefined ? [] : linksOf(scene, focus);
  context.globalAlpha = near.length > 0 ? ASIDE_ALPHA : graph.links.length > CROWDED_FROM ? CROWDED_ALPHA : ALPHA;
  if (scene.raster.draw(context, size, plane, lines)) scene.onUnfinished();
  context.globalAlpha = 1;
  context.save();
  context.translate(plane.x, plane.y);
  context.scale(plane.scale, plane.scale);
  context.lineCap = "round";
  context.lineJoin = "round";
  const nearKeys = new Set(near.map(({ key }) => key));
  for (const line of lines) if (nearKeys.has(line.key)) drawLink(context, line);
  const chosen = selected?.type === "link" ? findLink(graph, selected.from, selected.to) : undefined;
  const outlined = lines.find(({ key }) => key === chosen?.key);
  if (outlined !== undefined) outlineLink(context, inks, outlined);
  context.restore();
  context.font = inks.smallFont;
  const labelled = near.length > 0 ? near : graph.links;
  const hasRoom = plane.scale >= LABELS_SCALE_MIN && labelled.length <= LABELS_MAX;
  if (hasRoom || labelled.length === 1) for (const link of labelled) drawLabel(context, scene, link);
  drawNodes(context, size, scene, new Set(near.flatMap(({ from, to }) => [from, to])));
}

/** Of an agent all that lead to it or from it. */
function linksOf({ graph }: GraphScene, pick: GraphPick): readonly GraphLink[] {
  if (pick.type === "node") return graph.links.filter(({ from, to }) => from === pick.name || to === pick.name);
  const link = findLink(graph, pick.from, pick.to);
  return link === undefined ? [] : [link];
}

function outlineLink(context: Context, inks: Inks, { line, width }: LinkLine): void {
  context.strokeStyle = inks.accent;
  context.globalAlpha = 0.3;
  context.lineWidth = width + 8;
  context.setLineDash([]);
  context.stroke(line);
  context.globalAlpha = 1;
}

/** What flows, on the line where it comes near to the receiver; there and back apart where they are counted. */
function drawLabel(context: Context, { curves, plane, measure, inks }: GraphScene, link: GraphLink): void {
  const curve = curves.get(link.key);
  const value = measureOfLink(link, measure);
  if (curve === undefined || value === undefined || link.there.count === 0) return;
  const at = pointBeforeEnd(curve, LABEL_PX);
  const ways = link.back === undefined || measure === "latency" ? [link.there] : [link.there, link.back];
  const texts = ways.map((edge) => formatMeasure(measureOfEdge(edge, measure), measure));
  const text = texts.join(" + ");
  const x = plane.x + at.x * plane.scale;
  const y = plane.y + at.y * plane.scale;
  const width = context.measureText(text).width + 6;
  context.fillStyle = inks.ground;
  context.globalAlpha = 0.85;
  context.fillRect(x - width / 2, y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT);
  context.globalAlpha = 1;
  context.fillStyle = inks.ink2;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 0.5);
  context.textAlign = "left";
}
