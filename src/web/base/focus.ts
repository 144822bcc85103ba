// Where the focus goes when what had it is gone: without that a reader with the keyboard begins at the top again.

/** The page's main part: it takes the focus, but is no stop of the Tab key. */
const MAIN_ID = "main";

/** Gives the focus to the page's main part, from where Tab leads into it. */
export function focusMain(): void {
  document.getElementById(MAIN_ID)?.focus({ preventScroll: true });
}

/** Gives the focus back to what had it; to the page's main part when that is gone. */
export function focusAgain(before: Element | null): void {
  if (before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus();
  else focusMain();
}

/** After a page change: unless the new page has taken the focus itself. */
export function focusNewPage(): void {
  const main = document.getElementById(MAIN_ID);
  if (main?.contains(document.activeElement) !== true) focusMain();
}
