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

let ticking: ReturnType<typeof setInterval> | undefined;
const seconds = signal(0, {
  watched: () => {
    ticking = setInterval(() => {
      if (!document.hidden) seconds.value++;
    }, 1000);
  },
  unwatched: () => clearInterval(ticking),
});

/** The time in ms since 1970. A view that reads it is drawn anew every second while it is there. */
export function nowEachSecond(): number {
  void seconds.value;
  return Date.now();
}
