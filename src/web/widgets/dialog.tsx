import "./dialog.css";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useCommands } from "../base/commands.ts";
import { focusAgain } from "../base/focus.ts";
import { DIALOG_COMMANDS } from "./dialog-keys.ts";

interface DialogProps {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Over everything else; Esc and a click beside it close it, and the focus goes back to where it was. */
export function Dialog({ label, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useCommands(DIALOG_COMMANDS, () => ({ close: onClose }), true);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = ref.current;
    element?.showModal();
    return () => {
      // As long as it is open nothing outside of it takes the focus.
      element?.close();
      focusAgain(before);
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes it too
    <dialog
      ref={ref}
      class="dialog"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
