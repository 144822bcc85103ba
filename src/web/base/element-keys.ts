// Keys that an element itself uses, before any command: letters where one types, Enter and Space on buttons.

const TYPING = "input, textarea, select, [contenteditable]";
const PRESSED = "button, a[href], summary, [role=button], [role=tab], [role=menuitemcheckbox]";

export function belongsToElement(target: EventTarget | null, key: string): target is Element {
  if (!(target instanceof Element)) return false;
  if (target.closest(TYPING) !== null) return !key.startsWith("Mod+");
  return (key === "Enter" || key === "Space") && target.closest(PRESSED) !== null;
}

/** Does with a key that belongs to an element what the browser would have done, had it been pressed there. */
export function pressOn(element: Element, key: string): void {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) typeInto(element, key);
  else if (element instanceof HTMLElement && element.closest(TYPING) === null) element.click();
}

function typeInto(field: HTMLInputElement | HTMLTextAreaElement, key: string): void {
  const text = key === "Space" ? " " : key;
  if (text.length > 1) {
    // For the field alone: to the page it would be a key that is pressed now.
    field.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    return;
  }
  field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? field.value.length, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertText" }));
}
