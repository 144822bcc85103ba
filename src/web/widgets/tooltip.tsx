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

/** One for the whole page: shows the attribute `data-tip` of what the pointer or the focus is on. */
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
      const element = (event.target as Element | null)?.closest?.("[data-tip]");
      const text = element?.getAttribute("data-tip");
      if (!element || !text) return;
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

function place(text: string, box: DOMRect): Tip {
  const middle = (box.left + box.right) / 2;
  const half = Math.min(WIDTH_MAX, text.length * 7) / 2 + GAP_PX;
  const x = Math.min(Math.max(middle, half), innerWidth - half);
  const isAbove = box.bottom + 60 > innerHeight;
  return { text, x, y: isAbove ? box.top - GAP_PX : box.bottom + GAP_PX, isAbove };
}
