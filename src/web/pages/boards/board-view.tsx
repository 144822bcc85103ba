import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useCommands } from "../../base/commands.ts";
import { formatPlace, type Place, pathOf, queryValue } from "../../base/place.ts";
import { go, guardLeaving, place } from "../../base/router.ts";
import {
  board,
  discardEdits,
  isChanged,
  isEditing,
  keepBoth,
  loadBoard,
  openBuiltIn,
  openedBoard,
  redoEdit,
  reloadBoard,
  saveBoard,
  saveFailure,
  startEditing,
  stopEditing,
  undoEdit,
} from "../../state/boards.ts";
import { Dialog } from "../../widgets/dialog.tsx";
import { EmptyState, FailureNotice, Loaded } from "../../widgets/notices.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { BoardBar, EditBar } from "./board-bar.tsx";
import { BoardGrid } from "./board-grid.tsx";
import { BOARD_COMMANDS } from "./board-keys.ts";

export const boardView: PageBody = { load: ({ id = "" }) => loadBoard(id), View: BoardView };

function BoardView() {
  const leaving = useSignal<Place | undefined>(undefined);
  useCommands(BOARD_COMMANDS, () => ({
    edit: toggleEditing,
    save: () => void saveBoard(),
    undo: undoEdit,
    redo: redoEdit,
  }));
  useEffect(
    () =>
      guardLeaving((to) => {
        if (!isChanged.peek() || keepsDraft(to)) return true;
        leaving.value = to;
        return false;
      }),
    [],
  );
  return (
    <div class="page">
      <BoardBar />
      {isEditing.value && <EditBar />}
      <SaveNotice />
      <Loaded from={openedBoard}>{() => <Panels />}</Loaded>
      {leaving.value !== undefined && <Leaving to={leaving.value} onStay={() => (leaving.value = undefined)} />}
    </div>
  );
}

/** Places from which one comes back to the board with its changes. */
function keepsDraft({ path, query }: Place): boolean {
  return path === place.peek().path || (path === "/explore" && queryValue(query, "board") !== undefined);
}

function toggleEditing(): void {
  if (openBuiltIn.peek() !== undefined) return;
  if (isEditing.peek()) stopEditing();
  else startEditing();
}

function Panels() {
  const shown = board.value;
  if (shown === undefined) return undefined;
  if (shown.panels.length > 0) return <BoardGrid panels={shown.panels} />;
  return (
    <EmptyState title="This board has no panels yet">
      <p>
        Ask something in the <a href="/explore">explorer</a> and add it here by “Add to board…”, or add a panel now and
        choose its question then.
      </p>
      {!isEditing.value && (
        <p>
          <button type="button" class="button" onClick={() => startEditing()}>
            Edit the board
          </button>
        </p>
      )}
    </EmptyState>
  );
}

/** Why the changes could not be saved, and the ways on. */
function SaveNotice() {
  const failure = saveFailure.value;
  if (failure === undefined) return undefined;
  if (failure.code !== "version_conflict") {
    return (
      <>
        <FailureNotice failure={failure} onRetry={() => void saveBoard()} />
        {failure.code === "scope_missing" && (
          <p class="board-note">You may look at boards here, and not change them. Export yours as a file to keep it.</p>
        )}
      </>
    );
  }
  return (
    <div class="board-conflict" role="alert">
      <p class="grow">Somebody else changed this board while you did. Nothing is lost yet: which one shall stay?</p>
      <button type="button" class="button" onClick={() => void reloadBoard()}>
        Take theirs
      </button>
      <button
        type="button"
        class="button"
        onClick={async () => {
          const id = await keepBoth();
          if (id !== undefined) go(pathOf`/boards/${id}`);
        }}
      >
        Keep both
      </button>
    </div>
  );
}

function Leaving({ to, onStay }: { readonly to: Place; readonly onStay: () => void }) {
  const leave = () => {
    onStay();
    go(formatPlace(to));
  };
  return (
    <Dialog label="Changes that are not saved" onClose={onStay}>
      <div class="board-dialog">
        <h2>The changes of this board are not saved</h2>
        <p class="board-dialog-buttons">
          <button
            type="button"
            class="button"
            onClick={async () => {
              if (await saveBoard()) leave();
              else onStay();
            }}
          >
            Save and leave
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              discardEdits();
              leave();
            }}
          >
            Leave without saving
          </button>
          <span class="grow" />
          <button type="button" class="button" onClick={onStay}>
            Stay
          </button>
        </p>
      </div>
    </Dialog>
  );
}
