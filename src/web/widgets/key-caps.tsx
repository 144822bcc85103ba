import { keyCaps } from "../base/keys.ts";

const IS_MAC = navigator.platform.startsWith("Mac");

export function KeyCaps({ keys }: { readonly keys: string }) {
  return (
    <span>
      {keyCaps(keys, IS_MAC).map((cap) => (
        <kbd key={cap} class="key">
          {cap}
        </kbd>
      ))}
    </span>
  );
}
