import "./split-pane.css";
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { ResizeHandle } from "./resize-handle.tsx";

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
  return (
    <div ref={frame} class="split-pane">
      <div class="split-main">{children}</div>
      {side !== undefined && (
        <>
          <ResizeHandle
            label={label}
            orientation="vertical"
            now={width.value}
            min={min}
            step={STEP_PX}
            onDrag={(event) => resize((frame.current?.getBoundingClientRect().right ?? 0) - event.clientX)}
            onStep={(px) => resize(width.peek() - px)}
          />
          <aside class="split-side" style={{ "--side-width": `${width.value}px` }}>
            {side}
          </aside>
        </>
      )}
    </div>
  );
}
