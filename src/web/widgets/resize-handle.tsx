import "./resize-handle.css";

interface ResizeHandleProps {
  readonly label: string;
  /** How the line lies: a vertical one changes a width. */
  readonly orientation: "vertical" | "horizontal";
  /** Size of what it changes, in pixels. */
  readonly now: number;
  readonly min: number;
  readonly tip?: string;
  /** What an arrow key moves it by, in pixels. */
  readonly step: number;
  readonly onDrag: (event: PointerEvent) => void;
  /** By so many pixels to the right, or down. */
  readonly onStep: (px: number) => void;
  readonly onReset?: () => void;
}

/** What arrow keys do, by how the line lies: back or on. */
const STEPS = {
  vertical: { ArrowLeft: -1, ArrowRight: 1 },
  horizontal: { ArrowUp: -1, ArrowDown: 1 },
} as const;

/** A line between two parts that the pointer and arrow keys move; a double click may give the usual size back. */
export function ResizeHandle({ label, orientation, now, min, tip, step, ...on }: ResizeHandleProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved is no hr
    <div
      class={`resize-handle ${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={now}
      aria-valuemin={min}
      data-tip={tip}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if ((event.buttons & 1) !== 0) on.onDrag(event);
      }}
      onDblClick={on.onReset}
      onKeyDown={(event) => {
        const direction = (STEPS[orientation] as Readonly<Record<string, number>>)[event.key];
        if (direction === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        on.onStep(direction * step);
      }}
    />
  );
}
