import { computed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { PaletteEntry } from "../../base/commands.ts";
import { go } from "../../base/router.ts";
import { visibleLine, visibleText } from "../../base/visible-text.ts";
import {
  allViews,
  changeFailure,
  currentView,
  isChanging,
  loadViews,
  savedViews,
  saveShown,
  viewsElsewhere,
  viewsHere,
} from "../../state/saved-views.ts";
import { viewHref } from "../../state/view-query.ts";
import { Icon } from "../../widgets/icon.tsx";
import { FailureNotice, Waiting } from "../../widgets/notices.tsx";
import { ViewRow } from "./view-row.tsx";

export { currentView };

const FIND_FROM = 8;
const NAME_MAX = 200;

void loadViews();

/** Each view by its name. */
export const viewEntries = computed<readonly PaletteEntry[]>(() =>
  allViews.value.map(({ body }) => ({
    title: `Open view ${visibleLine(body.name, 80)}`,
    group: `Views of ${body.path}`,
    run: () => go(viewHref(body) ?? body.path),
  })),
);

/** What the open menu holds: the views, those of this page first, and a field to save what is shown. */
export function ViewsList({ close }: { readonly close: () => void }) {
  const frame = useRef<HTMLDivElement>(null);
  const text = useSignal("");
  useEffect(() => {
    changeFailure.value = undefined;
    void savedViews.refresh();
  }, []);
  const count = savedViews.data.value === undefined ? undefined : allViews.value.length;
  useLayoutEffect(() => {
    // When it opens, and when the row that had the focus was deleted.
    if (frame.current?.contains(document.activeElement)) return;
    frame.current?.querySelector<HTMLElement>(".menu-field input, .view-open, .view-save input")?.focus();
  }, [count]);
  if (savedViews.data.value === undefined) {
    const failure = savedViews.failure.value;
    return failure === undefined ? <Waiting /> : <FailureNotice failure={failure} onRetry={() => savedViews.retry()} />;
  }
  const wanted = text.value.toLowerCase();
  const found = (views: typeof allViews.value) => views.filter(({ body }) => body.name.toLowerCase().includes(wanted));
  const [here, elsewhere] = [found(viewsHere.value), found(viewsElsewhere.value)];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows go between the buttons that it holds
    <div ref={frame} onKeyDown={(event) => moveFocus(event, frame.current)}>
      {allViews.value.length >= FIND_FROM && (
        <label class="field menu-field">
          <Icon name="search" />
          <input
            placeholder="Find a view"
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      <ul class="menu-list">
        {here.map((view) => (
          <ViewRow key={view.id} view={view} close={close} />
        ))}
        {elsewhere.length > 0 && <li class="menu-note muted">Of other pages</li>}
        {elsewhere.map((view) => (
          <ViewRow key={view.id} view={view} close={close} isElsewhere />
        ))}
      </ul>
      {allViews.value.length === 0 && (
        <p class="menu-note muted">
          No view is saved. A view keeps the filters, the order and the window of time of this page, for everybody.
        </p>
      )}
      {changeFailure.value !== undefined && (
        <p class="menu-note failed" role="alert">
          {visibleText(changeFailure.value)}
        </p>
      )}
      <SaveForm />
    </div>
  );
}

/** Saves what is shown: under a name that a view of this page has, that view is overwritten. */
function SaveForm() {
  const name = useSignal("");
  const trimmed = name.value.trim();
  const isKnown = viewsHere.value.some(({ body }) => body.name === trimmed);
  return (
    <form
      class="view-save"
      onSubmit={async (event) => {
        event.preventDefault();
        if (trimmed !== "" && (await saveShown(trimmed))) name.value = "";
      }}
    >
      <label class="field grow">
        <input
          aria-label="Name of the view"
          placeholder={currentView.value === undefined ? "Save what is shown as…" : "Save under another name…"}
          maxLength={NAME_MAX}
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="button" disabled={trimmed === "" || isChanging.value}>
        {isKnown ? "Overwrite" : "Save"}
      </button>
    </form>
  );
}

function moveFocus(event: KeyboardEvent, frame: HTMLElement | null): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || frame === null) return;
  const places = [...frame.querySelectorAll<HTMLElement>(".menu-field input, .view-open, .view-save input")];
  const row = (event.target as Element).closest(".view-row");
  const at = places.findIndex((place) => place === event.target || row?.contains(place) === true);
  places[(at + step + places.length) % places.length]?.focus();
  event.preventDefault();
}
