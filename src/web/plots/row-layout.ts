// The columns left of the bars, in pixels. Pure.

export const ROW_PX = 22;

export interface RowColumns {
  readonly nameRight: number;
  readonly agentLeft: number;
  /** 0: no room for it. */
  readonly agentWidth: number;
  /** 0: no room for it. */
  readonly durationRight: number;
}

const PADDING = 8;
const INDENT_PX = 12;
const DURATION_PX = 60;
const AGENT_PX = 112;
const NAME_PX_MIN = 150;
/** A narrower column has names only. */
const LEFT_PX_MIN = 180;
/** Deeper spans stand no further in than this share of the names' column. */
const INDENT_SHARE_MAX = 0.5;

export function rowColumns(leftPx: number): RowColumns {
  if (leftPx < LEFT_PX_MIN) {
    return { nameRight: leftPx - PADDING, agentLeft: leftPx, agentWidth: 0, durationRight: 0 };
  }
  const durationRight = leftPx - 12;
  const beforeDuration = durationRight - DURATION_PX;
  const hasAgent = beforeDuration - AGENT_PX >= NAME_PX_MIN;
  const nameRight = hasAgent ? beforeDuration - AGENT_PX - PADDING : beforeDuration - PADDING;
  return { nameRight, agentLeft: nameRight + PADDING, agentWidth: hasAgent ? AGENT_PX : 0, durationRight };
}

/** Where a span of a depth begins: its fold mark, 16 pixels wide, then its icon and name. */
export function indentOf(depth: number, { nameRight }: RowColumns): number {
  return PADDING + Math.min(depth * INDENT_PX, Math.floor((nameRight * INDENT_SHARE_MAX) / INDENT_PX) * INDENT_PX);
}
