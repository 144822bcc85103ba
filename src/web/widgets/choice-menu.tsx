import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { visibleLine } from "../base/visible-text.ts";
import { Icon } from "./icon.tsx";
import { Menu } from "./menu.tsx";

export interface Choice {
  readonly value: string;
  readonly title: string;
  /** Stands at the end of the line. */
  readonly note?: string;
  /** Choices of one group stand below its name. */
  readonly group?: string;
}

interface ChoiceMenuProps {
  /** What is chosen: stands on the button before the choice. */
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly chosen: string | undefined;
  readonly onChoose: (value: string) => void;
}

const FILTER_FROM = 8;

/** One of several choices. */
export function ChoiceMenu(props: ChoiceMenuProps) {
  const { title, choices, chosen } = props;
  const choice = choices.find(({ value }) => value === chosen)?.title ?? chosen;
  const label = (
    <>
      <span class="muted">{title}</span>
      {choice !== undefined && <span class="foreign cut choice-title">{visibleLine(choice, 80)}</span>}
    </>
  );
  return <Menu label={label}>{(close) => <Choices {...props} close={close} />}</Menu>;
}

function Choices({ title, choices, chosen, onChoose, close }: ChoiceMenuProps & { readonly close: () => void }) {
  const text = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const wanted = text.value.toLowerCase();
  const shown = choices.filter((choice) => choice.title.toLowerCase().includes(wanted));
  const choose = (value: string) => {
    onChoose(value);
    close();
  };
  return (
    <>
      {choices.length >= FILTER_FROM && (
        <label class="field menu-field">
          <Icon name="search" />
          <input
            ref={field}
            placeholder={`Find ${title.toLowerCase()}`}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
            onKeyDown={(event) => {
              const first = shown[0];
              if (event.key === "Enter" && first !== undefined) choose(first.value);
            }}
          />
        </label>
      )}
      <ul class="menu-list">
        {shown.map(({ value, title: name, note, group }, i) => (
          <li key={value}>
            {group !== undefined && group !== shown[i - 1]?.group && <p class="menu-note muted">{group}</p>}
            <button type="button" class="menu-item" aria-pressed={value === chosen} onClick={() => choose(value)}>
              <span class="foreign cut grow">{visibleLine(name, 120)}</span>
              {note !== undefined && <span class="muted">{note}</span>}
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p class="menu-note muted">Nothing of this name in this window of time.</p>}
    </>
  );
}
