import { useComputed, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { formatCount } from "../../base/format.ts";
import { pathOf, queryValue } from "../../base/place.ts";
import { go, place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import {
  changedBoards,
  createBoard,
  EMPTY_BOARD,
  isSaving,
  keptBoards,
  loadBoards,
  saveFailure,
  startEditing,
} from "../../state/boards.ts";
import { BUILT_IN_BOARDS } from "../../state/built-in-boards.ts";
import { Ago } from "../../widgets/ago.tsx";
import { FailureNotice, Loaded } from "../../widgets/notices.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import type { PageBody } from "../lazy-page.tsx";

export const boardList: PageBody = { load: loadBoards, View: BoardList };

interface BoardRow {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly panels: number;
  /** Absent: built in. */
  readonly updatedAt?: string;
  readonly isChanged: boolean;
}

function BoardList() {
  const rows = useComputed<readonly BoardRow[]>(() => [
    ...BUILT_IN_BOARDS.map(({ id, about, board: { name, panels } }) => ({
      ...{ id, name, about, panels: panels.length, isChanged: false },
    })),
    ...(keptBoards.data.value ?? []).map(({ id, updatedAt, body: { name, panels } }) => ({
      ...{ id, name, about: "", panels: panels.length, updatedAt, isChanged: changedBoards.value.has(id) },
    })),
  ]);
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useMemo(boardColumns, []);
  return (
    <div class="page">
      <header class="page-bar">
        <h1>Boards</h1>
        <span class="grow" />
        <ImportBoard />
        <button
          type="button"
          class="button"
          disabled={isSaving.value}
          onClick={async () => {
            const id = await createBoard(EMPTY_BOARD);
            if (id === undefined) return;
            startEditing(id);
            go(pathOf`/boards/${id}`);
          }}
        >
          New board
        </button>
      </header>
      {saveFailure.value !== undefined && <FailureNotice failure={saveFailure.value} />}
      <Loaded from={keptBoards}>
        {() => (
          <Table
            label="Boards"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            selected={selected}
            onSelect={(id) => setQuery({ selected: id }, "quiet")}
            hrefOf={({ id }) => pathOf`/boards/${id}`}
          />
        )}
      </Loaded>
    </div>
  );
}

function boardColumns(): Column<BoardRow>[] {
  return [
    {
      ...{ id: "name", title: "Board", width: "minmax(180px, 2fr)" },
      render: ({ name, isChanged }) => (
        <>
          <span class="foreign cut">{visibleLine(name, 120)}</span>
          {isChanged && <span class="chip">not saved</span>}
        </>
      ),
    },
    {
      id: "about",
      title: "About",
      width: "minmax(120px, 3fr)",
      render: ({ about }) => <span class="muted cut">{about}</span>,
    },
    {
      ...{ id: "panels", title: "Panels", width: "64px", isNumber: true },
      render: ({ panels }) => formatCount(panels),
    },
    {
      ...{ id: "changed", title: "Changed", width: "140px" },
      render: ({ updatedAt }) =>
        updatedAt === undefined ? <span class="muted">built in</span> : <Ago instant={updatedAt} />,
    },
  ];
}

/** Reads a file, says what is wrong with it, or keeps it as a new board. */
function ImportBoard() {
  const field = useRef<HTMLInputElement>(null);
  const mistakes = useSignal<readonly string[]>([]);
  const read = async (file: File) => {
    const { readBoardFile } = await import("../../state/board-file.ts");
    const found = readBoardFile(await file.text());
    if ("mistakes" in found) {
      mistakes.value = found.mistakes;
      return;
    }
    mistakes.value = [];
    const id = await createBoard(found.board);
    if (id !== undefined) go(pathOf`/boards/${id}`);
  };
  return (
    <>
      <input
        ref={field}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label="Board file"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (file !== undefined) void read(file);
        }}
      />
      <button type="button" class="button" onClick={() => field.current?.click()}>
        Import…
      </button>
      {mistakes.value.length > 0 && (
        <div class="board-mistakes" role="alert">
          <p>The file is no board; nothing was imported.</p>
          <ul>
            {mistakes.value.map((mistake) => (
              <li key={mistake} class="foreign">
                {visibleLine(mistake, 300)}
              </li>
            ))}
          </ul>
          <button type="button" class="button" onClick={() => (mistakes.value = [])}>
            Close
          </button>
        </div>
      )}
    </>
  );
}
