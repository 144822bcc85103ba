import "./search-field.css";
import { useEffect, useRef } from "preact/hooks";
import type { CommandTable } from "../base/command-table.ts";
import { useCommands } from "../base/commands.ts";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { Icon } from "./icon.tsx";

interface SearchFieldProps {
  readonly command: CommandTable<"search">;
  readonly placeholder: string;
}

const SEARCH_AFTER_MS = 250;

/** The text that the URL searches for, `q`: asked a moment after typing. */
export function SearchField({ command, placeholder }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<number | undefined>(undefined);
  const asked = queryValue(place.value.query, "q") ?? "";
  useCommands(command, () => ({ search: () => field.current?.select() }));
  useEffect(() => {
    // What is being typed is newer than the URL.
    if (field.current !== null && document.activeElement !== field.current) field.current.value = asked;
  }, [asked]);
  const ask = (text: string) => setQuery({ q: text.trim() === "" ? undefined : text }, "quiet");
  return (
    <label class="field search-field">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label={command.lines.search[0]}
        placeholder={placeholder}
        onInput={(event) => {
          const text = event.currentTarget.value;
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => ask(text), SEARCH_AFTER_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === "Escape") {
            clearTimeout(timer.current);
            ask(event.currentTarget.value);
            event.currentTarget.blur();
          }
        }}
      />
      <kbd class="key">/</kbd>
    </label>
  );
}
