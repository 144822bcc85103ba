import { type ReadonlySignal, signal } from "@preact/signals";
import { options } from "preact";

const query = matchMedia("print");
const isForPaper = signal(query.matches);

query.addEventListener("change", () => {
  isForPaper.value = query.matches;
});
// Earlier than the media: what is rendered and drawn in this listener is printed, what comes later is not.
addEventListener("beforeprint", () => {
  const { debounceRendering } = options;
  options.debounceRendering = (render) => render();
  isForPaper.value = true;
  Object.assign(options, { debounceRendering });
});
addEventListener("afterprint", () => {
  isForPaper.value = query.matches;
});

/** Whether the page is being printed. */
export const isPrinting: ReadonlySignal<boolean> = isForPaper;
