// biome-ignore-all lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
import "./palette.css";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { listedCommands, type PaletteEntry } from "../base/commands.ts";
import { visibleLine } from "../base/visible-text.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { KeyCaps } from "./key-caps.tsx";
import { rankByText } from "./rank.ts";

interface PaletteProps {
  readonly onClose: () => void;
  /** What else can be done with the text that was typed. */
  readonly suggest: (text: string) => readonly PaletteEntry[];
  /** Further entries to be ranked with the commands; one that is a command already is left out. */
  readonly entries: () => readonly PaletteEntry[];
  /** Told what is typed, "" at first and at the end. */
  readonly onText: (text: string) => void;
}

const SHOWN_MAX = 40;

const nameOf = ({ title, group }: PaletteEntry) => `${title} ${group}`;

/** Every command by its name, and whatever else has a name. */
export function Palette({ onClose, suggest, entries, onText }: PaletteProps) {
  const text = useSignal("");
  const at = useSignal(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const found = useComputed(() => {
    const all = new Map([...entries(), ...listedCommands.value].map((command) => [nameOf(command), command]));
    const ranked = rankByText([...all.values()], text.value, nameOf);
    return [...ranked.slice(0, SHOWN_MAX), ...suggest(text.value.trim())];
  });
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => {
    onText("");
    return () => onText("");
  }, []);
  const run = (command: PaletteEntry | undefined) => {
    if (command === undefined) return;
    onClose();
    // After the dialog gave its focus back.
    setTimeout(command.run);
  };
  const move = (step: number) => {
    const count = found.peek().length;
    at.value = count === 0 ? 0 : (at.peek() + step + count) % count;
    list.current?.children[at.peek()]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") run(found.peek()[at.peek()]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label="Commands" onClose={onClose}>
      <label class="palette-field">
        <Icon name="search" size={16} />
        <input
          ref={field}
          role="combobox"
          aria-label="Find a command"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={`palette-${at.value}`}
          placeholder="A command, page, agent, run or view, or a text to search for"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            at.value = 0;
            onText(text.value.trim());
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <div ref={list} id="palette-list" class="palette-list" role="listbox" aria-label="Commands">
        {found.value.map((command, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus, and Enter runs it
          <div
            key={`${command.group} ${command.title}`}
            id={`palette-${i}`}
            role="option"
            aria-selected={i === at.value}
            class="palette-item"
            onClick={() => run(command)}
          >
            <span class="grow cut">{visibleLine(command.title)}</span>
            <span class="muted">{command.group}</span>
            {command.keys?.[0] !== undefined && <KeyCaps keys={command.keys[0]} />}
          </div>
        ))}
      </div>
    </Dialog>
  );
}
