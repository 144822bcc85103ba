// The measures of boards and the shapes that charts may have: for the schema of boards, and for the page that draws them.

/** Columns of a board's grid. */
export const BOARD_COLUMNS = 12;
export const BOARD_ROW_MAX = 1000;
export const PANEL_HEIGHT_MAX = 40;

export const CHART_SHAPES = ["lines", "bars", "heatmap"] as const;
export type ChartShape = (typeof CHART_SHAPES)[number];
