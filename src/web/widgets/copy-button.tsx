import { useSignal } from "@preact/signals";
import { Icon } from "./icon.tsx";

const SHOWN_MS = 1200;

/** Puts a text into the clipboard. */
export function CopyButton({ text, label = "Copy" }: { readonly text: () => string; readonly label?: string }) {
  const isCopied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text());
    isCopied.value = true;
    setTimeout(() => {
      isCopied.value = false;
    }, SHOWN_MS);
  };
  return (
    <button
      type="button"
      class="button quiet small copy"
      aria-label={label}
      data-tip={label}
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
    >
      <Icon name={isCopied.value ? "check" : "copy"} />
      <span class="unseen" role="status">
        {isCopied.value ? "Copied" : ""}
      </span>
    </button>
  );
}
