import { type ReadonlySignal, signal } from "@preact/signals";

/** As in the style sheets. */
const query = matchMedia("(width < 720px)");
const isNarrow = signal(query.matches);

query.addEventListener("change", () => {
  isNarrow.value = query.matches;
});

/** Whether the window is as narrow as a phone: then lists have fewer columns and taller rows. */
export const isPhone: ReadonlySignal<boolean> = isNarrow;
