// How links look: their width says how much, their colour who sends, a head where it arrives.

import type { GraphLink } from "./agent-graph.ts";
import type { Context } from "./canvas.ts";
import { type EdgeMeasure, measureOfLink } from "./edge-measures.ts";
import { type Curve, reversed, trimmed } from "./graph-curves.ts";
import { paintOf } from "./paints.ts";

export interface LinkLook {
  readonly color: string;
  readonly width: number;
  /** Nobody knows how much, or nothing was sent. */
  readonly isFaint: boolean;
}

/** A link ready to be drawn on the plane. */
export interface LinkLine extends LinkLook {
  readonly key: string;
  readonly line: Path2D;
  readonly heads: Path2D;
}

const WIDTH_MIN = 1;
const WIDTH_MAX = 5;
const HEAD_PX = 6;
const HEAD_PER_WIDTH = 1.2;
/** Answers have the same head, but smaller, where they arrive. */
const ANSWER_SHARE = 0.7;
const FAINT_DASH = [2, 4];

/** By the keys of links: the square root of the measure in the width, so that much and little are both seen. */
export function linkLooks(
  links: readonly GraphLink[],
  measure: EdgeMeasure,
  isDark: boolean,
): ReadonlyMap<string, LinkLook> {
  const values = new Map(links.map((link) => [link.key, measureOfLink(link, measure)]));
  const most = [...values.values()].reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  return new Map(
    links.map(({ key, from, there }) => {
      const value = values.get(key);
      const share = value === undefined || most === 0 ? 0 : Math.sqrt(value / most);
      const width = WIDTH_MIN + (WIDTH_MAX - WIDTH_MIN) * share;
      return [key, { color: paintOf(from, isDark).solid, width, isFaint: value === undefined || there.count === 0 }];
    }),
  );
}

/** In the order of drawing: strong ones last, they are seen best. */
export function linkLines(
  links: readonly GraphLink[],
  looks: ReadonlyMap<string, LinkLook>,
  curves: ReadonlyMap<string, Curve>,
): LinkLine[] {
  const lines = links.flatMap(({ key, back }) => {
    const look = looks.get(key);
    const curve = curves.get(key);
    return look === undefined || curve === undefined ? [] : [lineOf(key, look, curve, back !== undefined)];
  });
  return lines.sort((a, b) => a.width - b.width);
}

export function drawLink(context: Context, { color, width, isFaint, line, heads }: LinkLine): void {
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = width;
  context.setLineDash(isFaint ? FAINT_DASH : []);
  context.stroke(line);
  context.fill(heads);
}

function lineOf(key: string, look: LinkLook, curve: Curve, isAnswered: boolean): LinkLine {
  const head = HEAD_PX + HEAD_PER_WIDTH * look.width;
  const answerHead = isAnswered ? ANSWER_SHARE * head : 0;
  const line = new Path2D();
  const points = trimmed(curve, answerHead, head);
  line.moveTo(points[0] as number, points[1] as number);
  for (let i = 2; i < points.length; i += 2) line.lineTo(points[i] as number, points[i + 1] as number);
  const heads = new Path2D();
  addHead(heads, curve, head);
  if (isAnswered) addHead(heads, reversed(curve), answerHead);
  return { key, ...look, line, heads };
}

/** A triangle at the end of a curve. */
function addHead(path: Path2D, curve: Curve, length: number): void {
  const [x, y] = [curve.at(-2) as number, curve.at(-1) as number];
  const from = trimmed(curve, 0, length);
  const [baseX, baseY] = [from.at(-2) as number, from.at(-1) as number];
  const [aside, along] = [(y - baseY) * 0.45, (x - baseX) * 0.45];
  path.moveTo(baseX + aside, baseY - along);
  path.lineTo(x, y);
  path.lineTo(baseX - aside, baseY + along);
  path.closePath();
}
