// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by their number, which an HTML table cannot do
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import "./table.css";
import { computed, type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import type { ActionsOf } from "../base/command-table.ts";
import { useCommands } from "../base/commands.ts";
import { isPhone } from "../base/phone.ts";
import { go } from "../base/router.ts";
import { Icon } from "./icon.tsx";
import { rowWindow, scrollToRow } from "./row-window.ts";
import { ROW_COMMANDS } from "./table-keys.ts";

export interface Column<R> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid. */
  readonly width: string;
  /** The track on a phone. Columns without one are left out there, if any column of the table has one. */
  readonly phoneWidth?: string;
  /** Where the title has no room on a phone. */
  readonly phoneTitle?: string;
  readonly isNumber?: boolean;
  /** Says what the column holds. */
  readonly hint?: string;
  readonly isSortable?: boolean;
  readonly render: (row: R) => ComponentChildren;
}

/** Rows in order: an array, or what is read like one. */
export type RowList<R> = Pick<readonly R[], "length" | "at" | "slice" | "findIndex">;

interface TableProps<R> {
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: ReadonlySignal<RowList<R>>;
  readonly keyOf: (row: R) => string;
  readonly selected: ReadonlySignal<string | undefined>;
  readonly onSelect: (key: string) => void;
  /** Where Enter and a click lead. */
  readonly hrefOf?: (row: R) => string;
  readonly onOpen?: (row: R) => void;
  readonly sort?: { readonly field: string; readonly isDescending: boolean };
  readonly onSort?: (field: string) => void;
  /** Called when the end comes near. */
  readonly onEnd?: () => void;
  readonly onScroll?: (top: number) => void;
  /** Told whether the last row is in sight; while it says so, the table stays there when rows are added. */
  readonly isAtEnd?: Signal<boolean>;
  /** Told whether the first row is in sight; when others say so, the table goes there. */
  readonly isAtStart?: Signal<boolean>;
  /** Counts wishes to bring the selected row into sight, when others than the table's reader select. */
  readonly revealWishes?: ReadonlySignal<number>;
  /** How many rows lie before a mark between two rows; those behind it are later. It is kept in sight. */
  readonly mark?: ReadonlySignal<number | undefined>;
  /** Rows that belong to the selected one. */
  readonly isRelated?: (row: R) => boolean;
}

const DENSE_ROW_PX = 24;
/** What a finger hits, and a name of two lines. */
const PHONE_ROW_PX = 40;
const rowPx = computed(() => (isPhone.value ? PHONE_ROW_PX : DENSE_ROW_PX));
const CELL_GAP_PX = 16;
const ROW_PADDING_PX = 16;
const PHONE_CELL_GAP_PX = 8;
const PHONE_ROW_PADDING_PX = 12;
const END_ROWS = 20;

/** A table of any length: only rows in sight are made. j and k move, Enter opens. */
export function Table<R>(given: TableProps<R>) {
  const props = isPhone.value ? { ...given, columns: phoneColumns(given.columns) } : given;
  const { columns, rows, keyOf, selected, onEnd, onScroll } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(0);
  const shown = useComputed(() => rowWindow(top.value, height.value, rowPx.value, rows.value.length));
  const selectedIndex = useComputed(() => rows.value.findIndex((row) => keyOf(row) === selected.value));
  useCommands(ROW_COMMANDS, () => rowActions(props, scroller, selectedIndex));
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight - rowPx.peek();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { isAtEnd, isAtStart } = props;
  const toEnd = () => {
    if (isAtEnd?.peek() && scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (props.revealWishes !== undefined) bringIntoSight(scroller.current, selectedIndex.peek());
  }, [props.revealWishes?.value]);
  useLayoutEffect(() => {
    const before = props.mark?.value;
    if (before !== undefined && height.value > 0) bringIntoSight(scroller.current, Math.max(0, before - 1), "middle");
  }, [props.mark?.value, height.value > 0]);
  useLayoutEffect(toEnd, [rows.value.length, height.value, isAtEnd?.value]);
  useLayoutEffect(() => {
    if (isAtStart?.peek() && scroller.current !== null) scroller.current.scrollTop = 0;
  }, [isAtStart?.value]);
  const { first, end } = shown.value;
  useEffect(() => {
    if (end > 0 && end >= rows.value.length - END_ROWS) onEnd?.();
  }, [end, rows.value.length]);
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(" ") };
  const minWidth = `${leastWidth(columns)}px`;
  const active = selectedIndex.value >= first && selectedIndex.value < end ? `${id}-${selectedIndex.value}` : undefined;
  return (
    <div
      ref={scroller}
      class="table"
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.value.length + 1}
      tabIndex={0}
      {...(active === undefined ? {} : { "aria-activedescendant": active })}
      onScroll={() => {
        const element = scroller.current;
        top.value = element?.scrollTop ?? 0;
        onScroll?.(top.value);
        if (isAtStart) isAtStart.value = top.value <= 0;
        if (isAtEnd && element) isAtEnd.value = top.value + element.clientHeight >= element.scrollHeight - rowPx.peek();
      }}
    >
      <TableHead {...props} template={template} minWidth={minWidth} />
      <div role="rowgroup" class="table-body" style={{ minWidth, height: `${rows.value.length * rowPx.value}px` }}>
        {rows.value.slice(first, end).map((row, i) => (
          <TableRow
            key={keyOf(row)}
            {...props}
            row={row}
            index={first + i}
            id={`${id}-${first + i}`}
            template={template}
          />
        ))}
      </div>
    </div>
  );
}

function phoneColumns<R>(columns: readonly Column<R>[]): readonly Column<R>[] {
  const chosen = columns.flatMap((column) =>
    column.phoneWidth === undefined
      ? []
      : [{ ...column, width: column.phoneWidth, title: column.phoneTitle ?? column.title }],
  );
  return chosen.length > 0 ? chosen : columns;
}

type Template = { readonly gridTemplateColumns: string };

/** What the columns need at least: below it the table scrolls sideways. */
function leastWidth(columns: readonly { readonly width: string }[]): number {
  const [gap, padding] = isPhone.value ? [PHONE_CELL_GAP_PX, PHONE_ROW_PADDING_PX] : [CELL_GAP_PX, ROW_PADDING_PX];
  const tracks = columns.reduce((sum, { width }) => sum + Number(/\d+/.exec(width)?.[0] ?? 0), 0);
  return tracks + gap * (columns.length - 1) + 2 * padding;
}

interface TableHeadProps<R> extends TableProps<R> {
  readonly template: Template;
  readonly minWidth: string;
}

function TableHead<R>({ columns, sort, onSort, template, minWidth }: TableHeadProps<R>) {
  return (
    <div role="rowgroup" class="table-head" style={{ minWidth }}>
      <div role="row" class="table-row" style={template}>
        {columns.map(({ id, title, isNumber, isSortable, hint }) => {
          const isSorted = sort?.field === id;
          const direction = isSorted ? (sort.isDescending ? "descending" : "ascending") : undefined;
          return (
            <div
              key={id}
              role="columnheader"
              class={isNumber ? "table-cell number" : "table-cell"}
              {...(direction === undefined ? {} : { "aria-sort": direction })}
              {...(hint === undefined ? {} : { "data-tip": hint })}
            >
              {isSortable && onSort ? (
                <button type="button" class="sort" onClick={() => onSort(id)}>
                  {title}
                  {isSorted && <Icon name={sort.isDescending ? "down" : "up"} size={12} />}
                </button>
              ) : (
                title
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface TableRowProps<R> extends TableProps<R> {
  readonly row: R;
  readonly index: number;
  readonly id: string;
  readonly template: Template;
}

function TableRow<R>({ columns, row, index, id, template, keyOf, selected, ...props }: TableRowProps<R>) {
  const isSelected = selected.value === keyOf(row);
  const mark = markOf(props.mark?.value, index);
  const open = (event: MouseEvent) => {
    props.onSelect(keyOf(row));
    if (event.defaultPrevented || (event.target as Element).closest("a, button") !== null) return;
    openRow(props, row);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself has the focus, and Enter opens its active row
    <div
      id={id}
      role="row"
      class={`table-row${isSelected ? " selected" : props.isRelated?.(row) ? " related" : ""}${mark}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ ...template, transform: `translateY(${index * rowPx.value}px)` }}
      onClick={open}
    >
      {columns.map(({ id: column, isNumber, render }) => (
        <div key={column} role="gridcell" class={isNumber ? "table-cell number" : "table-cell"}>
          {render(row)}
        </div>
      ))}
    </div>
  );
}

/** What a mark behind so many rows means for one of them. */
function markOf(before: number | undefined, index: number): string {
  if (before === undefined || index < before - 1) return "";
  if (index >= before) return before === 0 && index === 0 ? " later marked-before" : " later";
  return " marked";
}

function openRow<R>({ hrefOf, onOpen }: Pick<TableProps<R>, "hrefOf" | "onOpen">, row: R): void {
  if (onOpen !== undefined) onOpen(row);
  else if (hrefOf !== undefined) go(hrefOf(row));
}

function bringIntoSight(scroller: HTMLDivElement | null, index: number, to: "edge" | "middle" = "edge"): void {
  if (scroller === null || index < 0) return;
  const view = { top: scroller.scrollTop, height: scroller.clientHeight - rowPx.peek() };
  const target = scrollToRow(index, rowPx.peek(), view);
  if (target !== undefined) scroller.scrollTop = to === "edge" ? target : index * rowPx.peek() - view.height / 2;
}

function rowActions<R>(
  { rows, keyOf, onSelect, ...opening }: TableProps<R>,
  scroller: { readonly current: HTMLDivElement | null },
  selectedIndex: ReadonlySignal<number>,
): ActionsOf<typeof ROW_COMMANDS> {
  const select = (index: number) => {
    const count = rows.peek().length;
    const next = Math.min(Math.max(index, 0), count - 1);
    const row = rows.peek().at(next);
    const element = scroller.current;
    if (row === undefined || element === null) return;
    onSelect(keyOf(row));
    // From a button of the head, say, that Enter would press again.
    element.focus({ preventScroll: true });
    bringIntoSight(element, next);
  };
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx.peek()) - 2);
  const firstInSight = () => Math.ceil((scroller.current?.scrollTop ?? 0) / rowPx.peek());
  const move = (by: number) => select(selectedIndex.peek() < 0 && by > 0 ? firstInSight() : selectedIndex.peek() + by);
  return {
    next: () => move(1),
    previous: () => move(-1),
    pageDown: () => move(page()),
    pageUp: () => move(-page()),
    first: () => select(0),
    last: () => select(rows.peek().length - 1),
    open: () => {
      const index = selectedIndex.peek();
      const row = index < 0 ? undefined : rows.peek().at(index);
      if (row !== undefined) openRow(opening, row);
    },
  };
}
