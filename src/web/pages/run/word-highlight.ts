// Marks the words that are searched for, in whatever texts a view shows: by the browser's highlights, so that nothing is
// put into the texts.

import { effect, type ReadonlySignal } from "@preact/signals";

/** As `::highlight(found)` in the styles. */
const NAME = "found";
const RANGES_MAX = 2_000;

/** Keeps the words marked below an element until the answered function is called. */
export function highlightWords(root: HTMLElement, words: ReadonlySignal<readonly string[]>): () => void {
  let frame: number | undefined;
  const mark = () => {
    frame = undefined;
    const wanted = words.peek();
    if (wanted.length === 0) CSS.highlights.delete(NAME);
    else CSS.highlights.set(NAME, new Highlight(...rangesOf(root, wanted)));
  };
  const ask = () => {
    frame ??= requestAnimationFrame(mark);
  };
  const observer = new MutationObserver(ask);
  const stopReading = effect(() => {
    observer.disconnect();
    if (words.value.length > 0) observer.observe(root, { childList: true, subtree: true, characterData: true });
    ask();
  });
  return () => {
    stopReading();
    observer.disconnect();
    if (frame !== undefined) cancelAnimationFrame(frame);
    CSS.highlights.delete(NAME);
  };
}

function rangesOf(root: HTMLElement, words: readonly string[]): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    // In some scripts a letter of the other case is two: places would be wrong.
    const text = node.nodeValue?.toLowerCase() ?? "";
    if (text.length !== node.nodeValue?.length) continue;
    for (const word of words) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        if (ranges.length >= RANGES_MAX) return ranges;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        ranges.push(range);
      }
    }
  }
  return ranges;
}
