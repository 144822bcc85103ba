import "./menu.css";
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

interface MenuProps {
  readonly label: ComponentChildren;
  /** For a label that is a picture: what it says. */
  readonly name?: string;
  readonly isActive?: boolean;
  /** Whether it is open, when others open it, too. */
  readonly isOpen?: Signal<boolean>;
  /** What the open menu holds; it may close it. */
  readonly children: (close: () => void) => ComponentChildren;
}

/** A button that opens a small box below it; Esc and a click elsewhere close it. */
export function Menu({ label, name, isActive = false, isOpen: openedFromOutside, children }: MenuProps) {
  const openedHere = useSignal(false);
  const isOpen = openedFromOutside ?? openedHere;
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = () => {
    isOpen.value = false;
  };
  const closeFromWithin = () => {
    const hadFocus = frame.current?.contains(document.activeElement) === true;
    close();
    if (hadFocus) frame.current?.querySelector("button")?.focus();
  };
  useEffect(() => {
    if (!isOpen.value) return undefined;
    const leave = (event: Event) => {
      if (!frame.current?.contains(event.target as Node)) close();
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, [isOpen.value]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only catches Esc of what it holds
    <div
      ref={frame}
      class="menu-frame"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen.peek()) return;
        event.preventDefault();
        closeFromWithin();
      }}
    >
      <button
        type="button"
        class={isActive ? "button active" : "button"}
        aria-expanded={isOpen.value}
        aria-controls={id}
        aria-label={name}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        {label}
        <Icon name="down" size={12} />
      </button>
      <div id={id} class="menu" hidden={!isOpen.value}>
        {isOpen.value && children(closeFromWithin)}
      </div>
    </div>
  );
}
