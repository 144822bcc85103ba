import { signal } from "@preact/signals";

const TICK_MS = 5000;

/** The time, coarsely, for texts such as "3m ago". */
export const now = signal(Date.now());

export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) now.value = Date.now();
  }, TICK_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) now.value = Date.now();
  });
}
