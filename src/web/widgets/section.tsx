import "./section.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  /** Closed at first; what is closed is not made. */
  readonly isClosed?: boolean;
  readonly children: ComponentChildren;
}

/** A part that can be closed. */
export function Section({ title, count, isClosed = false, children }: SectionProps) {
  const isOpen = useSignal(!isClosed);
  return (
    <section class="section">
      <h3>
        <button
          type="button"
          class="section-head"
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          <Icon name={isOpen.value ? "down" : "right"} size={12} />
          {title}
          {count !== undefined && <span class="muted">{count}</span>}
        </button>
      </h3>
      {isOpen.value && <div class="section-body">{children}</div>}
    </section>
  );
}
