import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { go } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { currentView, isChanging, overwrite, remove, rename, type SavedView } from "../../state/saved-views.ts";
import { viewHref, viewSummary } from "../../state/view-query.ts";
import { Icon } from "../../widgets/icon.tsx";

interface ViewRowProps {
  readonly view: SavedView;
  readonly close: () => void;
  readonly isElsewhere?: boolean;
}

/** One view: opened by a click, renamed, overwritten with what is shown, and deleted after a second click. */
export function ViewRow({ view, close, isElsewhere = false }: ViewRowProps) {
  const doing = useSignal<"nothing" | "renaming" | "deleting">("nothing");
  const opener = useRef<HTMLButtonElement>(null);
  const stop = () => {
    doing.value = "nothing";
    // The field or button that had the focus is gone.
    requestAnimationFrame(() => opener.current?.focus());
  };
  const { body } = view;
  const name = visibleLine(body.name, 80);
  if (doing.value === "renaming") return <RenameRow view={view} onEnd={stop} />;
  if (doing.value === "deleting") return <DeleteRow view={view} onEnd={stop} />;
  const isCurrent = currentView.value?.id === view.id;
  const open = () => {
    go(viewHref(body) ?? body.path);
    close();
  };
  return (
    <li class="view-row">
      <button ref={opener} type="button" class="view-open" aria-pressed={isCurrent} onClick={open}>
        <span class="foreign cut">{name}</span>
        <span class="foreign cut muted">
          {isElsewhere && `${visibleLine(body.path, 40)} `}
          {visibleLine(viewSummary(body.query), 200) || "no filters"}
        </span>
      </button>
      {!isElsewhere && !isCurrent && (
        <RowButton icon="save" label={`Save what is shown as ${name}`} onClick={() => void overwrite(view)} />
      )}
      <RowButton icon="edit" label={`Rename ${name}`} onClick={() => (doing.value = "renaming")} />
      <RowButton icon="bin" label={`Delete ${name}`} onClick={() => (doing.value = "deleting")} />
    </li>
  );
}

interface RowButtonProps {
  readonly icon: "save" | "edit" | "bin";
  readonly label: string;
  readonly onClick: () => void;
}

function RowButton({ icon, label, onClick }: RowButtonProps) {
  return (
    <button
      type="button"
      class="button quiet only-icon view-action"
      aria-label={label}
      data-tip={label}
      disabled={isChanging.value}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface DoingRowProps {
  readonly view: SavedView;
  readonly onEnd: () => void;
}

function RenameRow({ view, onEnd }: DoingRowProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.select(), []);
  return (
    <li class="view-row">
      <form
        class="view-save"
        onSubmit={async (event) => {
          event.preventDefault();
          const name = field.current?.value.trim() ?? "";
          if (name === "" || name === view.body.name || (await rename(view, name))) onEnd();
        }}
        onKeyDown={(event) => endOnEscape(event, onEnd)}
      >
        <label class="field grow">
          <input ref={field} aria-label="New name of the view" maxLength={200} defaultValue={view.body.name} />
        </label>
        <button type="submit" class="button" disabled={isChanging.value}>
          Rename
        </button>
      </form>
    </li>
  );
}

function DeleteRow({ view, onEnd }: DoingRowProps) {
  const keep = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => keep.current?.focus(), []);
  return (
    <li class="view-row view-save" onKeyDown={(event) => endOnEscape(event, onEnd)}>
      <span class="foreign cut grow">Delete {visibleLine(view.body.name, 80)} for everybody?</span>
      <button
        type="button"
        class="button failed"
        disabled={isChanging.value}
        onClick={async () => {
          if (!(await remove(view))) onEnd();
        }}
      >
        Delete
      </button>
      <button ref={keep} type="button" class="button" onClick={onEnd}>
        Keep
      </button>
    </li>
  );
}

/** Esc ends what the row does, and leaves the menu open. */
function endOnEscape(event: KeyboardEvent, onEnd: () => void): void {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  onEnd();
}
