import { ICON_PATHS, type IconName } from "../base/icon-paths.ts";

/** Decoration: what it means stands beside it or in the label of its button. */
export function Icon({ name, size = 14 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICON_PATHS[name]} />
    </svg>
  );
}
