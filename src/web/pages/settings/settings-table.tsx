import type { ComponentChildren } from "preact";

interface SettingsTableProps {
  readonly title: string;
  /** The title is for those who do not see the table. */
  readonly isTitleUnseen?: boolean;
  readonly heads: readonly (string | { readonly title: string; readonly kind: "number" | "unseen" })[];
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A table of a few hundred rows at most; a narrow one scrolls sideways. */
export function SettingsTable({ title, isTitleUnseen = false, heads, children }: SettingsTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keys
    <section class="settings-scroll" tabIndex={0} aria-label={title}>
      {!isTitleUnseen && <h2 class="settings-title">{title}</h2>}
      <table class="settings-table">
        <thead>
          <tr>
            {heads.map((head) => {
              const { title: text, kind } = typeof head === "string" ? { title: head, kind: "text" } : head;
              return (
                <th key={text} class={kind === "number" ? "number" : ""}>
                  {kind === "unseen" ? <span class="unseen">{text}</span> : text}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
