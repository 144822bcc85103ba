import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatCount } from "../base/format.ts";
import { visibleLine } from "../base/visible-text.ts";
import { Icon } from "./icon.tsx";
import { Menu } from "./menu.tsx";

interface FacetMenuProps {
  readonly title: string;
  readonly values: readonly { readonly value: string; readonly count?: number }[];
  readonly selected: readonly string[];
  readonly onChange: (selected: readonly string[]) => void;
}

const FILTER_FROM = 8;

/** The values that a filter may take, with counts; several may be chosen. */
export function FacetMenu({ title, values, selected, onChange }: FacetMenuProps) {
  const label = selected.length === 0 ? title : `${title} ${selected.length}`;
  return (
    <Menu label={label} isActive={selected.length > 0}>
      {() => <FacetValues title={title} values={values} selected={selected} onChange={onChange} />}
    </Menu>
  );
}

/** What the open menu holds. */
export function FacetValues({ title, values, selected, onChange }: FacetMenuProps) {
  const text = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const missing = selected.filter((value) => !values.some((entry) => entry.value === value));
  const all = [...missing.map((value) => ({ value, count: 0 })), ...values];
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
            }}
          />
        </label>
      )}
      <ul class="menu-list">
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
    </>
  );
}
