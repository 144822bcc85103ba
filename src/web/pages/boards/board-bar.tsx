import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { pathOf } from "../../base/place.ts";
import { go, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { boardFileName, formatBoardFile } from "../../state/board-words.ts";
import {
  board,
  boardAgent,
  boardAgents,
  canRedo,
  canUndo,
  createBoard,
  deleteBoard,
  discardEdits,
  editBoard,
  isChanged,
  isEditing,
  isSaving,
  openBuiltIn,
  redoEdit,
  saveBoard,
  startEditing,
  stopEditing,
  undoEdit,
  withPanel,
} from "../../state/boards.ts";
import { ChoiceMenu } from "../../widgets/choice-menu.tsx";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { Dialog } from "../../widgets/dialog.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Menu } from "../../widgets/menu.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";

const ALL = "";

/** The name of the board, what it is narrowed to, and what can be done with it. */
export function BoardBar() {
  const builtIn = openBuiltIn.value;
  return (
    <header class="page-bar board-bar">
      <div class="page-title">
        <a class="muted" href="/boards">
          Boards
        </a>
        <span class="muted" aria-hidden="true">
          /
        </span>
        <h1 class="foreign cut">{visibleLine(board.value?.name ?? "", 120)}</h1>
      </div>
      <AgentChoice />
      {builtIn !== undefined && <span class="muted board-built-in">built in</span>}
      {isChanged.value && <span class="chip">not saved</span>}
      <span class="grow" />
      {builtIn === undefined && !isEditing.value && (
        <BarButton title="Edit" tip="Edit (e)" onClick={() => startEditing()} />
      )}
      {builtIn !== undefined && <BarButton title="Duplicate" tip="A copy of your own" onClick={duplicate} />}
      <CopyButton text={() => location.href} label="Copy the link to this board" />
      <BoardMenu />
      <TimeRange />
    </header>
  );
}

interface BarButtonProps {
  readonly title: ComponentChildren;
  readonly tip: string;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}

function BarButton({ title, tip, isDisabled = false, onClick }: BarButtonProps) {
  return (
    <button type="button" class="button" data-tip={tip} disabled={isDisabled} onClick={onClick}>
      {title}
    </button>
  );
}

/** Narrows every panel to one agent. */
function AgentChoice() {
  const agents = boardAgents.data.value ?? [];
  const isNeeded = openBuiltIn.value?.isOfOneAgent === true;
  const choices = agents.map((value) => ({ value, title: value }));
  return (
    <ChoiceMenu
      title="Agent"
      choices={isNeeded ? choices : [{ value: ALL, title: "all" }, ...choices]}
      chosen={boardAgent.value ?? (isNeeded ? undefined : ALL)}
      onChoose={(value) => setQuery({ agent: value === ALL ? undefined : value }, "step")}
    />
  );
}

async function duplicate(): Promise<void> {
  const original = board.peek();
  if (original === undefined) return;
  const id = await createBoard(original);
  if (id !== undefined) go(pathOf`/boards/${id}`);
}

function exportBoard(): void {
  const exported = board.peek();
  if (exported === undefined) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([formatBoardFile(exported)], { type: "application/json" }));
  link.download = boardFileName(exported);
  link.click();
  URL.revokeObjectURL(link.href);
}

function BoardMenu() {
  const isDeleting = useSignal(false);
  const item = (title: string, close: () => void, run: () => void) => (
    <li>
      <button
        type="button"
        class="menu-item"
        onClick={() => {
          close();
          run();
        }}
      >
        {title}
      </button>
    </li>
  );
  return (
    <div class="board-menu">
      <Menu label={<Icon name="more" />} name="More">
        {(close) => (
          <ul class="menu-list">
            {item("Duplicate", close, () => void duplicate())}
            {item("Export as a file", close, exportBoard)}
            {openBuiltIn.value === undefined && item("Delete…", close, () => (isDeleting.value = true))}
          </ul>
        )}
      </Menu>
      {isDeleting.value && <Deleting onClose={() => (isDeleting.value = false)} />}
    </div>
  );
}

function Deleting({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog label="Delete the board" onClose={onClose}>
      <div class="board-dialog">
        <h2>
          Delete <span class="foreign">{visibleLine(board.value?.name ?? "", 120)}</span> for everybody?
        </h2>
        <p class="board-dialog-buttons">
          <button
            type="button"
            class="button"
            onClick={async () => {
              const isGone = await deleteBoard();
              onClose();
              if (isGone) go("/boards");
            }}
          >
            Delete
          </button>
          <button type="button" class="button" onClick={onClose}>
            Keep
          </button>
        </p>
      </div>
    </Dialog>
  );
}

/** What edits the board: its name, its panels, back and forth, and the end of it. */
export function EditBar() {
  return (
    <div class="board-edit-bar">
      <label class="field">
        Name
        <input
          maxLength={200}
          value={board.value?.name ?? ""}
          onChange={(event) => {
            const name = event.currentTarget.value.trim();
            if (name === "") event.currentTarget.value = board.peek()?.name ?? "";
            else editBoard((edited) => ({ ...edited, name }));
          }}
        />
      </label>
      <BarButton
        title="Add a panel"
        tip="Its question is changed in the explorer"
        onClick={() => editBoard((edited) => withPanel(edited, FIRST.title, FIRST.question))}
      />
      <BarButton title="Undo" tip="Undo (Ctrl Z)" isDisabled={!canUndo.value} onClick={undoEdit} />
      <BarButton title="Redo" tip="Redo (Ctrl Y)" isDisabled={!canRedo.value} onClick={redoEdit} />
      <span class="muted board-hint">Drag a panel, or focus it: arrows move it, Shift and arrows resize it</span>
      <span class="grow" />
      <BarButton title="Discard" tip="Back to what is saved" isDisabled={!isChanged.value} onClick={discardEdits} />
      <BarButton
        title={isSaving.value ? "Saving…" : "Save"}
        tip="Save (Ctrl S)"
        isDisabled={!isChanged.value || isSaving.value}
        onClick={() => void saveBoard()}
      />
      <BarButton title="Done" tip="Stop editing (e)" onClick={stopEditing} />
    </div>
  );
}

/** What a new panel shows until it is asked something else. */
const FIRST = {
  title: "Throughput",
  question: { about: { figure: "throughput" }, by: [], where: new Map(), shape: "bars" },
} as const;
