// What the palette finds beside commands: agents and recent runs by a part of their name, and saved views.

import { signal } from "@preact/signals";
import type { PaletteEntry } from "../base/commands.ts";
import { pathOf } from "../base/place.ts";
import { go } from "../base/router.ts";
import { visibleLine } from "../base/visible-text.ts";
import { findNamed, type NamedThings } from "../state/named-things.ts";
import { Lazy } from "../widgets/lazy.tsx";

const views = new Lazy(() => import("./views/views-list.tsx"));
const named = signal<NamedThings | undefined>(undefined);
const ASKED_AFTER_MS = 200;
let timer: number | undefined;
let running: AbortController | undefined;

/** Looks for a text a moment after typing; "" forgets what was found. */
export function findFor(text: string): void {
  clearTimeout(timer);
  running?.abort();
  void views.need();
  if (text === "") {
    named.value = undefined;
    return;
  }
  timer = window.setTimeout(async () => {
    const asking = new AbortController();
    running = asking;
    const found = await findNamed(text, asking.signal);
    if (running === asking && !asking.signal.aborted) named.value = found;
  }, ASKED_AFTER_MS);
}

/** The saved views, wherever they belong. */
export function viewEntries(): readonly PaletteEntry[] {
  return views.part.value?.viewEntries.value ?? [];
}

/** What was found for the last text that was asked for, as far as it fits what is typed by now. */
export function namedEntries(text: string): readonly PaletteEntry[] {
  const { agents = [], runs = [] } = named.value ?? {};
  const wanted = text.toLowerCase();
  const fits = (name: string) => name.toLowerCase().includes(wanted);
  return [
    ...agents.filter(fits).map((name) => ({
      ...{ title: visibleLine(name, 80), group: "Agent" },
      run: () => go(pathOf`/agents/${name}`),
    })),
    ...runs
      .filter(({ name }) => fits(name))
      .map(({ id, name, status }) => ({
        ...{ title: `${visibleLine(name, 60)} ${id.slice(0, 8)}`, group: `Run ${status}` },
        run: () => go(pathOf`/runs/${id}`),
      })),
  ];
}
