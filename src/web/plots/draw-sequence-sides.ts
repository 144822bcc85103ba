// Left and right of a sequence's messages: times and marks of rounds that repeat, and figures.

import { formatCount, formatDuration, formatOffset, UNKNOWN } from "../base/format.ts";
import type { Context, Inks, Size } from "./canvas.ts";
import { SEQUENCE_ROW_PX, sequenceHeight, TOKENS_PX, TRANSIT_PX } from "./sequence-layout.ts";
import { type MessageRow, type SequenceRow, tokensOf, transitOf } from "./sequence-rows.ts";
import type { PlacedRow, SequenceScene } from "./sequence-scene.ts";

/** When the row was sent, or how long nothing was. */
export function drawTime(context: Context, { inks, columns }: SequenceScene, row: SequenceRow, y: number): void {
  const middle = y + SEQUENCE_ROW_PX / 2 + 0.5;
  context.font = inks.smallFont;
  context.textAlign = "right";
  if (row.type === "message") {
    context.fillStyle = inks.ink2;
    context.fillText(formatOffset(row.first.atMs), columns.timesPx - 8, middle);
  } else {
    context.fillStyle = inks.ink3;
    context.fillText(`+ ${formatDuration(row.ms)}`, columns.timesPx - 8, middle);
    drawPause(context, inks, { left: columns.timesPx, right: columns.figuresLeft, middle });
  }
  context.textAlign = "left";
}

function drawPause(
  context: Context,
  inks: Inks,
  { left, right, middle }: { readonly left: number; readonly right: number; readonly middle: number },
): void {
  context.strokeStyle = inks.lineStrong;
  context.lineWidth = 1;
  context.setLineDash([2, 4]);
  context.beginPath();
  context.moveTo(left, Math.round(middle) + 0.5);
  context.lineTo(right, Math.round(middle) + 0.5);
  context.stroke();
  context.setLineDash([]);
}

/** Tokens and transit. */
export function drawFigures(context: Context, { inks, columns }: SequenceScene, row: MessageRow, y: number): void {
  const middle = y + SEQUENCE_ROW_PX / 2 + 0.5;
  const tokensRight = columns.figuresLeft + TOKENS_PX - 8;
  const transitRight = columns.figuresLeft + TOKENS_PX + TRANSIT_PX - 12;
  const tokens = tokensOf(row);
  context.font = inks.smallFont;
  context.textAlign = "right";
  context.fillStyle = tokens === undefined ? inks.ink3 : inks.ink2;
  const isEstimated = row.all.some(({ message }) => message.tokensEstimated);
  const text = tokens === undefined ? UNKNOWN : `${isEstimated ? "≈ " : ""}${formatCount(tokens)}`;
  context.fillText(text, tokensRight, middle);
  const transit = transitOf(row);
  context.fillStyle = transit === undefined ? inks.ink3 : inks.ink2;
  context.fillText(formatDuration(transit), transitRight, middle);
  context.textAlign = "left";
}

/** A bracket over the rows of each round that repeats, with how often. */
export function drawRounds(
  context: Context,
  { columns, inks, scrollY }: SequenceScene,
  placed: readonly PlacedRow[],
): void {
  let last: string | undefined;
  context.font = inks.smallFont;
  for (const { row } of placed) {
    if (row.type !== "message" || row.rounds === undefined || row.rounds.key === last) continue;
    const { key, count, firstRow, rowCount, isFolded } = row.rounds;
    last = key;
    const left = columns.timesPx + 0.5;
    const top = firstRow * SEQUENCE_ROW_PX - scrollY + 4;
    const bottom = (firstRow + rowCount) * SEQUENCE_ROW_PX - scrollY - 4;
    context.strokeStyle = isFolded ? inks.ink2 : inks.lineStrong;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left + 4, Math.round(top) + 0.5);
    context.lineTo(left, Math.round(top) + 0.5);
    context.lineTo(left, Math.round(bottom) - 0.5);
    context.lineTo(left + 4, Math.round(bottom) - 0.5);
    context.stroke();
    context.fillStyle = isFolded ? inks.ink : inks.ink3;
    // In sight for as long as any of its rows is.
    const y = Math.min(Math.max((top + bottom) / 2, SEQUENCE_ROW_PX / 2), bottom - 6);
    context.fillText(`× ${formatCount(count)}`, left + 7, y);
  }
}

const CURSOR_LABEL_PX = 16;
const LATER_ALPHA = 0.55;

/** The time cursor, at its place between the messages; what comes later is veiled. */
export function drawCursor(context: Context, { width, height }: Size, scene: SequenceScene): void {
  const { cursor, scrollY, inks, columns, rows } = scene;
  if (cursor === undefined) return;
  const y = cursor.y - scrollY;
  const bottom = Math.min(height, sequenceHeight(rows.length) - scrollY);
  const top = Math.max(0, y);
  context.globalAlpha = LATER_ALPHA;
  context.fillStyle = inks.ground;
  if (bottom > top) context.fillRect(0, top, width, bottom - top);
  context.globalAlpha = 1;
  if (y < 0 || y > height) return;
  context.fillStyle = inks.ink;
  context.fillRect(0, y, width, 1);
  context.font = inks.smallFont;
  const label = formatOffset(cursor.ms);
  const labelWidth = Math.max(context.measureText(label).width + 8, columns.timesPx - 8);
  const labelTop = Math.max(0, y - CURSOR_LABEL_PX / 2);
  context.fillRect(0, labelTop, labelWidth, CURSOR_LABEL_PX);
  context.fillStyle = inks.ground;
  context.textAlign = "right";
  context.fillText(label, labelWidth - 4, labelTop + CURSOR_LABEL_PX / 2 + 0.5);
  context.textAlign = "left";
}
