import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatCount } from "../base/format.ts";
import { visibleLine } from "../base/visible-text.ts";
import { Icon } from "./icon.tsx";
import { Menu } from "./menu.tsx";

interface FacetEntry {
  readonly value: string;
  readonly count?: number;
}

interface FacetMenuProps {
  readonly title: string;
  readonly values: readonly FacetEntry[];
  readonly selected: readonly string[];
  readonly onChange: (selected: readonly string[]) => void;
  /** Looks for values that contain a text, where there are more than those given. */
  readonly find?: ((text: string) => Promise<readonly FacetEntry[]>) | undefined;
}

const FILTER_FROM = 8;
const FIND_AFTER_MS = 200;

/** The values that a filter may take, with counts; several may be chosen. */
export function FacetMenu(props: FacetMenuProps) {
  const { title, selected } = props;
  const label = selected.length === 0 ? title : `${title} ${selected.length}`;
  return (
    <Menu label={label} isActive={selected.length > 0}>
      {() => <FacetValues {...props} />}
    </Menu>
  );
}

/** What the open menu holds. */
export function FacetValues({ title, values, selected, onChange, find }: FacetMenuProps) {
  const text = useSignal("");
  const found = useSignal<readonly FacetEntry[]>([]);
  const timer = useRef<number | undefined>(undefined);
  useLayoutEffect(() => () => clearTimeout(timer.current), []);
  const look = () => {
    clearTimeout(timer.current);
    const asked = text.peek();
    if (find === undefined || asked === "") return;
    timer.current = window.setTimeout(async () => {
      const answer = await find(asked);
      if (text.peek() === asked) found.value = answer;
    }, FIND_AFTER_MS);
  };
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const more = found.value.filter(({ value }) => !values.some((entry) => entry.value === value));
  const known = [...values, ...more];
  const missing = selected.filter((value) => !known.some((entry) => entry.value === value));
  const all = [...missing.map((value) => ({ value, count: 0 })), ...known];
  // Also of values that come when the menu is open already; it would be closed, had the focus gone elsewhere.
  useLayoutEffect(() => (field.current ?? list.current?.querySelector("input"))?.focus(), [all.length > 0]);
  const wanted = text.value.toLowerCase();
  const shown = all.filter(({ value }) => value.toLowerCase().includes(wanted));
  return (
    <>
      {all.length >= FILTER_FROM && (
        <label class="field menu-field">
          <Icon name="search" />
          <input
            ref={field}
            placeholder={`Find ${title.toLowerCase()}`}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
              look();
            }}
          />
        </label>
      )}
      <ul ref={list} class="menu-list" onKeyDown={moveFocus}>
        {shown.map(({ value, count }) => (
          <li key={value}>
            <label class="menu-item">
              <input
                type="checkbox"
                checked={selected.includes(value)}
                onChange={(event) => {
                  const rest = selected.filter((other) => other !== value);
                  onChange(event.currentTarget.checked ? [...rest, value] : rest);
                }}
              />
              <span class="foreign cut grow">{visibleLine(value, 80)}</span>
              {count !== undefined && <span class="muted number">{formatCount(count)}</span>}
            </label>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p class="menu-note muted">Nothing in this window of time.</p>}
      {find !== undefined && wanted === "" && (
        <p class="menu-note muted">The {values.length} most frequent: type to find others.</p>
      )}
    </>
  );
}

/** Arrows go between the values, as in any menu; Space chooses. */
function moveFocus(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const boxes = [...(event.currentTarget as Element).querySelectorAll("input")];
  const at = boxes.indexOf(event.target as HTMLInputElement);
  boxes[(at + step + boxes.length) % boxes.length]?.focus();
  event.preventDefault();
}
