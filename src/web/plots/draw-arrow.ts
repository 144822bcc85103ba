// How messages look, one line style a kind: calls are full lines with a full head, answers dashed with an open one, what
// nobody waits for has an open head, and a handoff is heavy, for control goes with it.

import type { MessageKind } from "../../model/vocabulary.ts";
import type { Context } from "./canvas.ts";

export interface ArrowLook {
  readonly dash: readonly number[];
  readonly width: number;
  readonly head: "full" | "open";
  readonly foot: "none" | "dot" | "ring";
}

const CALL: ArrowLook = { dash: [], width: 1.25, head: "full", foot: "none" };
const ANSWER: ArrowLook = { dash: [4, 3], width: 1.25, head: "open", foot: "none" };

export const ARROW_LOOKS: Readonly<Record<MessageKind, ArrowLook>> = {
  delegate: CALL,
  reply: ANSWER,
  handoff: { dash: [], width: 2.25, head: "full", foot: "dot" },
  send: { dash: [], width: 1.25, head: "open", foot: "none" },
  broadcast: { dash: [], width: 1.25, head: "open", foot: "ring" },
  input: CALL,
  output: ANSWER,
};

const HEAD_PX = 6;
const HEAD_HALF_PX = 3.5;
const FOOT_PX = 2.5;
const LOOP_PX = 22;
const LOOP_RISE_PX = 8;

/** From one x to another at a height, in the context's `strokeStyle`; to itself it is a loop. */
export function drawArrow(context: Context, look: ArrowLook, fromX: number, toX: number, y: number): void {
  context.lineWidth = look.width;
  context.setLineDash([...look.dash]);
  context.beginPath();
  const direction = toX > fromX ? 1 : -1;
  if (fromX === toX) {
    context.moveTo(fromX, y - LOOP_RISE_PX);
    context.lineTo(fromX + LOOP_PX, y - LOOP_RISE_PX);
    context.lineTo(fromX + LOOP_PX, y);
    context.lineTo(toX + 1, y);
  } else {
    context.moveTo(fromX, y);
    context.lineTo(look.head === "full" ? toX - direction * HEAD_PX : toX, y);
  }
  context.stroke();
  context.setLineDash([]);
  drawHead(context, look, toX, y, direction);
  if (look.foot !== "none") drawFoot(context, look, fromX + direction * FOOT_PX, y);
}

function drawHead(context: Context, { head }: ArrowLook, x: number, y: number, direction: number): void {
  context.beginPath();
  context.moveTo(x - direction * HEAD_PX, y - HEAD_HALF_PX);
  context.lineTo(x, y);
  context.lineTo(x - direction * HEAD_PX, y + HEAD_HALF_PX);
  if (head === "full") {
    context.fillStyle = context.strokeStyle;
    context.fill();
  } else {
    context.lineWidth = 1.25;
    context.stroke();
  }
}

function drawFoot(context: Context, { foot }: ArrowLook, x: number, y: number): void {
  context.beginPath();
  context.arc(x, y, FOOT_PX, 0, 2 * Math.PI);
  context.lineWidth = 1.25;
  if (foot === "dot") {
    context.fillStyle = context.strokeStyle;
    context.fill();
  } else {
    context.stroke();
  }
}
