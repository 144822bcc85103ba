import { effect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Context, prepareCanvas, type Size } from "./canvas.ts";

interface PlotProps<S> {
  /** Everything that is drawn; a new value is drawn in the next frame. */
  readonly scene: ReadonlySignal<S>;
  readonly draw: (context: Context, size: Size, scene: S) => void;
  /** Told whenever the plot's size changes. */
  readonly onSize?: (size: Size) => void;
  readonly class?: string;
}

/** A canvas that fills its parent and draws a scene: at most once a frame, only when something changed. */
export function Plot<S>({ scene, draw, onSize, class: className = "" }: PlotProps<S>) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const parent = canvas?.parentElement;
    if (!canvas || !parent) return undefined;
    let size: Size = { width: 0, height: 0 };
    let frame: number | undefined;
    const paint = () => {
      frame = undefined;
      const context = prepareCanvas(canvas, size);
      if (context !== undefined) draw(context, size, scene.peek());
    };
    const request = () => {
      frame ??= requestAnimationFrame(paint);
    };
    const observer = new ResizeObserver(() => {
      size = { width: parent.clientWidth, height: parent.clientHeight };
      canvas.style.width = `${size.width}px`;
      canvas.style.height = `${size.height}px`;
      onSize?.(size);
      if (frame !== undefined) cancelAnimationFrame(frame);
      // At once: a canvas whose size changes is blank until it is drawn.
      paint();
    });
    observer.observe(parent);
    const stop = effect(() => {
      void scene.value;
      request();
    });
    return () => {
      stop();
      observer.disconnect();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, []);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus; its twin in the page speaks for it
  return <canvas ref={ref} class={`plot ${className}`} aria-hidden="true" />;
}
