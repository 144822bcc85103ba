import { type Context, fitText, type Size } from "./canvas.ts";
import { BAR_HALF_PX, drawActivity } from "./draw-activity.ts";
import { ARROW_LOOKS, drawArrow } from "./draw-arrow.ts";
import { drawCursor, drawFigures, drawRounds, drawTime } from "./draw-sequence-sides.ts";
import { paintOf } from "./paints.ts";
import { ARROW_Y, columnX, SEQUENCE_ROW_PX, sequenceHeight } from "./sequence-layout.ts";
import { USER } from "./sequence-messages.ts";
import type { MessageRow } from "./sequence-rows.ts";
import type { PlacedRow, SequenceScene } from "./sequence-scene.ts";

interface PlacedMessage {
  readonly row: MessageRow;
  readonly index: number;
  readonly y: number;
  readonly fromX: number;
  readonly toX: number;
}

interface Label {
  readonly text: string;
  readonly x: number;
  readonly width: number;
}

const LABEL_Y = 8;
const LABEL_HEIGHT = 14;
/** A label may be wider than its arrow when that is shorter than this. */
const LABEL_PX_MIN = 110;
const LABEL_PADDING = 4;
const BESIDE_BAR = BAR_HALF_PX + 1;

export function drawSequence(context: Context, size: Size, scene: SequenceScene): void {
  const { columns } = scene;
  context.textBaseline = "middle";
  const placed = rowsInSight(size, scene);
  for (const one of placed) drawGround(context, size, scene, one);
  context.save();
  context.beginPath();
  context.rect(columns.gutterPx, 0, columns.figuresLeft - columns.gutterPx, size.height);
  context.clip();
  drawMessages(context, size, scene, placed);
  context.restore();
  for (const { row, y } of placed) {
    drawTime(context, scene, row, y);
    if (row.type === "message" && columns.hasFigures) drawFigures(context, scene, row, y);
  }
  drawRounds(context, scene, placed);
  drawCursor(context, size, scene);
}

function rowsInSight({ height }: Size, { rows, scrollY }: SequenceScene): PlacedRow[] {
  const first = Math.max(0, Math.floor(scrollY / SEQUENCE_ROW_PX));
  const end = Math.min(rows.length, Math.ceil((scrollY + height) / SEQUENCE_ROW_PX));
  return rows
    .slice(first, end)
    .map((row, i) => ({ row, index: first + i, y: (first + i) * SEQUENCE_ROW_PX - scrollY }));
}

/** Labels interrupt lifelines, but not what agents do on them. */
function drawMessages(context: Context, size: Size, scene: SequenceScene, placed: readonly PlacedRow[]): void {
  const { agents, columns, scrollX } = scene;
  const xs = new Map(agents.map((name, i) => [name, columnX(columns, i) - scrollX]));
  const messages = placed.flatMap(({ row, index, y }) =>
    row.type === "message" ? [{ row, index, y, ...ends(row, xs) }] : [],
  );
  context.font = scene.inks.smallFont;
  const labels = messages.map((message) => labelOf(context, scene, message));
  drawLifelines(context, size, scene, xs);
  for (const [i, { x, width }] of labels.entries()) {
    const { index, y } = messages[i] as PlacedMessage;
    context.fillStyle = groundOf(scene, index);
    context.fillRect(x - 2, y + LABEL_Y - LABEL_HEIGHT / 2, width + 4, LABEL_HEIGHT);
  }
  drawAllActivity(context, size, scene, xs);
  for (const [i, message] of messages.entries()) drawMessage(context, scene, message, labels[i] as Label);
}

function ends({ first: { message } }: MessageRow, xs: ReadonlyMap<string, number>): { fromX: number; toX: number } {
  const fromX = xs.get(message.from) ?? 0;
  const toX = xs.get(message.to) ?? 0;
  const side = Math.sign(toX - fromX);
  if (side === 0) return { fromX: fromX + BESIDE_BAR, toX: fromX + BESIDE_BAR };
  return { fromX: fromX + side * BESIDE_BAR, toX: toX - side * BESIDE_BAR };
}

function groundOf({ inks, selected, hovered }: SequenceScene, index: number): string {
  return index === selected ? inks.accentGround : index === hovered ? inks.hover : inks.ground;
}

function drawGround(context: Context, { width }: Size, scene: SequenceScene, { index, y }: PlacedRow): void {
  const { inks, selected, hovered } = scene;
  if (index !== selected && index !== hovered) return;
  context.fillStyle = groundOf(scene, index);
  context.fillRect(0, y, width, SEQUENCE_ROW_PX);
  if (index !== selected) return;
  context.fillStyle = inks.accent;
  context.fillRect(0, y, 2, SEQUENCE_ROW_PX);
}

function drawLifelines(context: Context, size: Size, scene: SequenceScene, xs: ReadonlyMap<string, number>): void {
  const height = heightOfLines(size, scene);
  context.fillStyle = scene.inks.lineStrong;
  for (const x of xs.values()) {
    if (x >= scene.columns.gutterPx && x <= size.width) context.fillRect(Math.round(x) - 0.5, 0, 1, height);
  }
}

function drawAllActivity(context: Context, size: Size, scene: SequenceScene, xs: ReadonlyMap<string, number>): void {
  const { times, lanes, inks, scrollY, columns } = scene;
  const height = heightOfLines(size, scene);
  for (const [agent, x] of xs) {
    const lane = lanes.get(agent);
    if (lane === undefined || x < columns.gutterPx - BAR_HALF_PX || x > size.width) continue;
    drawActivity(context, lane, times, { x, height, scrollPx: scrollY }, inks);
  }
}

function heightOfLines({ height }: Size, { rows, scrollY }: SequenceScene): number {
  return Math.min(height, sequenceHeight(rows.length) - scrollY);
}

function drawMessage(context: Context, scene: SequenceScene, message: PlacedMessage, { text, x }: Label): void {
  const { inks, selected } = scene;
  const { row, index, y, fromX, toX } = message;
  const { from, to, kind, preview } = row.first.message;
  const isFailed = row.all.some((one) => one.isFailed);
  const own = from === USER || to === USER ? inks.ink3 : paintOf(from, inks.isDark).solid;
  context.strokeStyle = isFailed ? inks.fail : index === selected ? inks.accent : own;
  if (drawOutOfSight(context, scene, message)) return;
  drawArrow(context, ARROW_LOOKS[kind], fromX, toX, y + ARROW_Y);
  context.fillStyle = isFailed ? inks.fail : preview === undefined ? inks.ink3 : inks.ink2;
  context.fillText(text, x, y + LABEL_Y + 0.5);
}

/**
 * What it says, over what is seen of its arrow; where nobody knows, its kind. A short arrow's text may go on behind it.
 */
function labelOf(context: Context, { columns }: SequenceScene, { row, fromX, toX }: PlacedMessage): Label {
  const least = columns.gutterPx + LABEL_PADDING;
  const most = columns.figuresLeft - LABEL_PADDING;
  const left = Math.max(Math.min(fromX, toX) + LABEL_PADDING, least);
  const right = Math.min(Math.max(fromX, toX) - LABEL_PADDING, most);
  if (right < least || left > most) return { text: "", x: least, width: 0 };
  const room = left + LABEL_PX_MIN <= most ? Math.max(right - left, LABEL_PX_MIN) : right - left;
  const { kind, preview } = row.first.message;
  const text = fitText(context, preview ?? kind, room);
  return { text, x: left, width: context.measureText(text).width };
}

/** A message between agents out of sight leaves a hint at the edge. */
function drawOutOfSight(context: Context, { columns }: SequenceScene, { fromX, toX, y }: PlacedMessage): boolean {
  const { gutterPx, figuresLeft } = columns;
  const isBefore = Math.max(fromX, toX) < gutterPx;
  if (!isBefore && Math.min(fromX, toX) <= figuresLeft) return false;
  const x = isBefore ? gutterPx + 4 : figuresLeft - 4;
  const step = isBefore ? 4 : -4;
  context.fillStyle = context.strokeStyle;
  context.beginPath();
  context.moveTo(x, y + ARROW_Y);
  context.lineTo(x + step, y + ARROW_Y - 3);
  context.lineTo(x + step, y + ARROW_Y + 3);
  context.fill();
  return true;
}
