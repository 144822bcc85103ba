// What people keep with the data: boards and saved views, as `/api/v1/config` takes and answers them.

import { type Static, type TSchema, Type } from "typebox";
import { BOARD_COLUMNS, BOARD_ROW_MAX, CHART_SHAPES, type ChartShape, PANEL_HEIGHT_MAX } from "./board-grid.ts";
import { LIMITS } from "./limits.ts";
import { FIGURE_NAMES, type FigureName } from "./metric-figures.ts";

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 200 });
const words = Type.Array(Type.String({ maxLength: LIMITS.labelBytes }), { maxItems: 50 });

export const PanelQuestion = Type.Object(
  {
    metric: Type.Optional(Type.String({ maxLength: LIMITS.nameBytes, description: "A metric's name" })),
    figure: Type.Optional(Type.String({ maxLength: 100, description: "Or one of the key figures" })),
    part: Type.Optional(Type.String({ maxLength: 100, description: "Of a key figure: one of its parts instead" })),
    by: Type.Optional(words),
    agg: Type.Optional(Type.Unsafe<FigureName>({ type: "string", enum: [...FIGURE_NAMES] })),
    step: Type.Optional(Type.String({ maxLength: 20 })),
    where: Type.Optional(Type.Record(Type.String({ maxLength: 200 }), words, { description: "Values by label" })),
    shape: Type.Unsafe<ChartShape>({ type: "string", enum: [...CHART_SHAPES] }),
  },
  { $id: "PanelQuestion", ...closed },
);
export type PanelQuestion = Static<typeof PanelQuestion>;

export const BoardPanel = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 64 }),
    title: Type.String({ maxLength: 200 }),
    column: Type.Integer({ minimum: 0, maximum: BOARD_COLUMNS - 1 }),
    row: Type.Integer({ minimum: 0, maximum: BOARD_ROW_MAX }),
    width: Type.Integer({ minimum: 1, maximum: BOARD_COLUMNS }),
    height: Type.Integer({ minimum: 1, maximum: PANEL_HEIGHT_MAX }),
    question: PanelQuestion,
  },
  { $id: "BoardPanel", ...closed },
);
export type BoardPanel = Static<typeof BoardPanel>;

export const Board = Type.Object(
  { name, panels: Type.Array(BoardPanel, { maxItems: LIMITS.boardPanels }) },
  { $id: "Board", ...closed },
);
export type Board = Static<typeof Board>;

export const View = Type.Object(
  {
    name,
    path: Type.String({ maxLength: 500, pattern: "^/", description: "Of the page, such as /runs" }),
    query: Type.String({ maxLength: LIMITS.queryStringBytes, description: "Its filters, as in the URL" }),
  },
  { $id: "View", ...closed },
);
export type View = Static<typeof View>;

/** What can be kept, and what it must look like. */
export const CONFIG_KINDS = { board: Board, view: View } as const satisfies Record<string, TSchema>;
export type ConfigKind = keyof typeof CONFIG_KINDS;
