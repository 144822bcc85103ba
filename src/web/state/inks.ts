import { computed, signal } from "@preact/signals";
import { isDark } from "../base/theme.ts";
import { forgetFittedTexts, type Inks, readInks } from "../plots/canvas.ts";

const facesLoaded = signal(0);

/** The style sheet's colours and faces for canvases; new when the theme changes or a face has arrived. */
export const inks = computed<Inks>(() => {
  void facesLoaded.value;
  return readInks(isDark.value);
});

/** Draws anew once the bundled faces are there. */
export function watchFaces(): void {
  document.fonts.addEventListener("loadingdone", () => {
    forgetFittedTexts();
    facesLoaded.value++;
  });
}
