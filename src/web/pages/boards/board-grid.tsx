import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { BOARD_COLUMNS } from "../../../model/board-grid.ts";
import type { BoardPanel } from "../../../model/config-shapes.ts";
import { type Direction, resizedPanel, steppedPanel, withPlace } from "../../plots/board-layout.ts";
import { editBoard, isEditing } from "../../state/boards.ts";
import { Panel } from "./board-panel.tsx";

/** As in the style sheet. */
const ROW_PX = 40;
const GAP_PX = 8;

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** What a drag began with. */
interface Grip {
  readonly panel: BoardPanel;
  readonly panels: readonly BoardPanel[];
  readonly isResizing: boolean;
  readonly x: number;
  readonly y: number;
  readonly columnPx: number;
}

/** Panels in their places; while one edits they are arranged by mouse and by keyboard. */
export function BoardGrid({ panels }: { readonly panels: readonly BoardPanel[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const grip = useRef<Grip | undefined>(undefined);
  const dragged = useSignal<readonly BoardPanel[] | undefined>(undefined);
  /** The instant that is pointed at in any of them. */
  const cursor = useSignal<number | undefined>(undefined);
  const take = (panel: BoardPanel, event: PointerEvent, isResizing: boolean) => {
    if (!isEditing.peek() || event.button !== 0 || frame.current === null) return;
    event.preventDefault();
    const columnPx = (frame.current.clientWidth + GAP_PX) / BOARD_COLUMNS;
    grip.current = { panel, panels, isResizing, x: event.clientX, y: event.clientY, columnPx };
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  };
  const drag = (event: PointerEvent) => {
    if (grip.current !== undefined) dragged.value = draggedTo(grip.current, event);
  };
  const drop = (isDone: boolean) => {
    const arrangement = dragged.peek();
    grip.current = undefined;
    dragged.value = undefined;
    if (isDone && arrangement !== undefined) editBoard((edited) => ({ ...edited, panels: [...arrangement] }));
  };
  const onKeyDown = (panel: BoardPanel, event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (direction === undefined || !isEditing.peek() || event.target !== event.currentTarget) return;
    event.preventDefault();
    const change = event.shiftKey ? resizedPanel : steppedPanel;
    editBoard((edited) => ({ ...edited, panels: change(edited.panels, panel.id, direction) }));
  };
  const shown = dragged.value ?? panels;
  return (
    <div class="board-scroll">
      <div
        ref={frame}
        class={isEditing.value ? "board-grid editing" : "board-grid"}
        onPointerMove={drag}
        onPointerUp={() => drop(true)}
        onPointerCancel={() => drop(false)}
      >
        {shown.map((panel) => (
          <Panel
            key={panel.id}
            panel={panel}
            cursor={cursor}
            isDragged={dragged.value !== undefined && grip.current?.panel.id === panel.id}
            onTake={(event, isResizing) => take(panel, event, isResizing)}
            onKeyDown={(event) => onKeyDown(panel, event)}
          />
        ))}
      </div>
    </div>
  );
}

/** The panels as they lie when the pointer has come to a point. */
function draggedTo({ panel, panels, isResizing, x, y, columnPx }: Grip, event: PointerEvent): readonly BoardPanel[] {
  const columns = Math.round((event.clientX - x) / columnPx);
  const rows = Math.round((event.clientY - y) / (ROW_PX + GAP_PX));
  if (columns === 0 && rows === 0) return panels;
  const { column, row, width, height } = panel;
  const place = isResizing
    ? { width: Math.min(width + columns, BOARD_COLUMNS - column), height: height + rows }
    : { column: column + columns, row: row + rows };
  return withPlace(panels, panel.id, place);
}
