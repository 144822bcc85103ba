import "./views-menu.css";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { addPaletteEntries, useCommands } from "../base/commands.ts";
import { visibleLine } from "../base/visible-text.ts";
import { Lazy, LazyPlace } from "../widgets/lazy.tsx";
import { Menu } from "../widgets/menu.tsx";
import { VIEWS_MENU_COMMANDS } from "./views-menu-keys.ts";

const list = new Lazy(() => import("./views/views-list.tsx"));
/** The palette knows the views by then; what the page itself needs comes first. */
const NEEDED_AFTER_MS = 1000;

/** Saved views: of any page whose filters stand in the URL. `v` opens it; the palette opens each view by its name. */
export function ViewsMenu() {
  const isOpen = useSignal(false);
  useCommands(VIEWS_MENU_COMMANDS, () => ({
    open: () => {
      isOpen.value = true;
    },
  }));
  useEffect(() => {
    const timer = setTimeout(() => void list.need(), NEEDED_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useSignalEffect(() => {
    if (isOpen.value) void list.need();
  });
  useSignalEffect(() => {
    const entries = list.part.value?.viewEntries.value;
    return entries === undefined ? undefined : addPaletteEntries(entries);
  });
  const part = list.part.value;
  const current = part?.currentView.value;
  return (
    <div class="views-menu">
      <Menu
        isOpen={isOpen}
        isActive={current !== undefined}
        label={<span class="foreign cut">{current === undefined ? "Views" : visibleLine(current.body.name, 40)}</span>}
      >
        {(close) => (part === undefined ? <LazyPlace lazy={list} /> : <part.ViewsList close={close} />)}
      </Menu>
    </div>
  );
}
