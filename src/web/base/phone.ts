import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether the window is as narrow as a phone: then lists have fewer columns and taller rows. As in the style sheets. */
export const isPhone = narrowerThan(720);

/** Whether the sidebar has no room for words. */
export const isSidebarCramped = narrowerThan(960);

function narrowerThan(px: number): ReadonlySignal<boolean> {
  const query = matchMedia(`(width < ${px}px)`);
  const isNarrower = signal(query.matches);
  query.addEventListener("change", () => {
    isNarrower.value = query.matches;
  });
  return isNarrower;
}
