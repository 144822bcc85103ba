import "./split-pane.css";
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

interface SplitPaneProps {
  /** Width of the side in pixels; the reader sets it. */
  readonly width: Signal<number>;
  readonly min: number;
  readonly label: string;
  readonly children: ComponentChildren;
  /** Undefined: closed. */
  readonly side: ComponentChildren | undefined;
}

const STEP_PX = 24;
/** What the main part keeps at least, as a share. */
const MAIN_SHARE_MIN = 0.3;

/** A main part and, to its right, a side that can be drawn wider. */
export function SplitPane({ width, min, label, children, side }: SplitPaneProps) {
  const frame = useRef<HTMLDivElement>(null);
  const resize = (to: number) => {
    const all = frame.current?.clientWidth ?? to;
    width.value = Math.round(Math.min(Math.max(to, min), all * (1 - MAIN_SHARE_MIN)));
  };
  const drag = (event: PointerEvent) => {
    if ((event.buttons & 1) === 0) return;
    resize((frame.current?.getBoundingClientRect().right ?? 0) - event.clientX);
  };
  return (
    <div ref={frame} class="split-pane">
      <div class="split-main">{children}</div>
      {side !== undefined && (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no hr */}
          <div
            class="split-handle"
            role="separator"
            tabIndex={0}
            aria-label={label}
            aria-orientation="vertical"
            aria-valuenow={width.value}
            aria-valuemin={min}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={drag}
            onKeyDown={(event) => {
              const step = event.key === "ArrowLeft" ? STEP_PX : event.key === "ArrowRight" ? -STEP_PX : 0;
              if (step === 0) return;
              event.preventDefault();
              event.stopPropagation();
              resize(width.peek() + step);
            }}
          />
          <aside class="split-side" style={{ "--side-width": `${width.value}px` }}>
            {side}
          </aside>
        </>
      )}
    </div>
  );
}
