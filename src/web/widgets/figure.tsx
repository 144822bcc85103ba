import "./figure.css";
import type { ComponentChildren } from "preact";

interface FigureProps {
  readonly label: string;
  readonly tip?: string;
  readonly isFailure?: boolean;
  readonly children: ComponentChildren;
}

/** A figure under its name. */
export function Figure({ label, tip, isFailure = false, children }: FigureProps) {
  return (
    <div class="figure" {...(tip === undefined ? {} : { "data-tip": tip })}>
      <dt>{label}</dt>
      <dd class={isFailure ? "failed" : ""}>{children}</dd>
    </div>
  );
}
