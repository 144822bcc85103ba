import { computed, effect, signal } from "@preact/signals";
import { storedSetting } from "./stored-setting.ts";

const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** What the reader chose; `system` follows the machine. */
export const theme = storedSetting<Theme>("theme", "system", (value): value is Theme =>
  (THEMES as readonly unknown[]).includes(value),
);

const prefersDark = signal(false);

/** What is shown; canvases draw anew when it changes. */
export const isDark = computed(() => (theme.value === "system" ? prefersDark.value : theme.value === "dark"));

/** Must run before the first canvas is drawn. */
export function startTheme(): void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  prefersDark.value = query.matches;
  query.addEventListener("change", () => {
    prefersDark.value = query.matches;
  });
  effect(() => {
    document.documentElement.dataset["theme"] = isDark.value ? "dark" : "light";
  });
}

export function toggleTheme(): void {
  theme.value = isDark.peek() ? "light" : "dark";
}
