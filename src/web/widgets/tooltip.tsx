import "./tooltip.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

const AFTER_MS = 350;
const WIDTH_MAX = 360;
const GAP_PX = 6;

interface Tip {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly isAbove: boolean;
}

/** Of a text that has no room where it stands. */
const TEXT_MAX = 500;
/** So far around what is pointed at a text is looked for that is cut. */
const CUT_DEPTH_MAX = 4;
/** About what a character and a line take. */
const CHARACTER_PX = 7;
const LINE_PX = 18;

/**
 * One for the whole page: shows the attribute `data-tip` of what the pointer or the focus is on, or the whole of a text
 * that has no room where it stands.
 */
export function TooltipLayer() {
  const tip = useSignal<Tip | undefined>(undefined);
  useEffect(() => {
    let timer: number | undefined;
    const hide = () => {
      clearTimeout(timer);
      tip.value = undefined;
    };
    const show = (event: Event) => {
      hide();
      const found = tipOf(event.target);
      if (found === undefined) return;
      const { element, text } = found;
      if (event.type === "focusin" && !element.matches(":focus-visible")) return;
      timer = window.setTimeout(() => {
        if (element.isConnected) tip.value = place(text, element.getBoundingClientRect());
      }, AFTER_MS);
    };
    const events = { pointerover: show, focusin: show, pointerdown: hide, keydown: hide, wheel: hide, scroll: hide };
    for (const [name, listener] of Object.entries(events)) {
      document.addEventListener(name, listener, { capture: true, passive: true });
    }
    return () => {
      for (const [name, listener] of Object.entries(events)) document.removeEventListener(name, listener, true);
    };
  }, []);
  if (tip.value === undefined) return null;
  const { text, x, y, isAbove } = tip.value;
  return (
    <div
      class="tooltip"
      role="tooltip"
      style={{ left: `${x}px`, top: `${y}px`, transform: isAbove ? "translate(-50%, -100%)" : "translateX(-50%)" }}
    >
      {text}
    </div>
  );
}

/** The innermost element around another one that has something to tell. */
function tipOf(target: EventTarget | null): { readonly element: Element; readonly text: string } | undefined {
  if (!(target instanceof Element)) return undefined;
  let depth = 0;
  for (let element: Element | null = target; element !== null; element = element.parentElement) {
    const text = element.getAttribute("data-tip") ?? (depth++ < CUT_DEPTH_MAX ? cutText(element) : "");
    if (text !== "") return { element, text };
  }
  return undefined;
}

/** The whole of a text that ends in an ellipsis. */
function cutText(element: Element): string {
  if (getComputedStyle(element).textOverflow !== "ellipsis" || element.scrollWidth <= element.clientWidth) return "";
  if (element.closest("[title]") !== null) return "";
  const text = element.textContent.trim();
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}

function place(text: string, box: DOMRect): Tip {
  const middle = (box.left + box.right) / 2;
  const width = text.length * CHARACTER_PX;
  const half = Math.min(WIDTH_MAX, width) / 2 + GAP_PX;
  const x = Math.min(Math.max(middle, half), innerWidth - half);
  const heightPx = 2 * LINE_PX + Math.ceil(width / WIDTH_MAX) * LINE_PX;
  const isAbove = box.bottom + heightPx > innerHeight;
  return { text, x, y: isAbove ? box.top - GAP_PX : box.bottom + GAP_PX, isAbove };
}
