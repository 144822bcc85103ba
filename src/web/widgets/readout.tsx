import "./readout.css";
import type { ComponentChildren } from "preact";

const WIDTH = 300;
const HEIGHT_MAX = 160;
const OFFSET_PX = 14;

interface ReadoutProps {
  /** Where the pointer is, in pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly children: ComponentChildren;
}

/** Beside the pointer: what it is over, in words and figures. */
export function Readout({ x, y, children }: ReadoutProps) {
  const left = x + OFFSET_PX + WIDTH > innerWidth ? x - OFFSET_PX - WIDTH : x + OFFSET_PX;
  const top = Math.min(y + OFFSET_PX, innerHeight - HEIGHT_MAX);
  return (
    <div class="readout" style={{ transform: `translate(${Math.max(4, left)}px, ${top}px)` }}>
      {children}
    </div>
  );
}
