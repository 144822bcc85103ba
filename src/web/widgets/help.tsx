import "./help.css";
import type { ComponentChildren } from "preact";
import type { CommandTable } from "../base/command-table.ts";
import { Dialog } from "./dialog.tsx";
import { type HelpLine, helpSections } from "./help-sections.ts";
import { KeyCaps } from "./key-caps.tsx";

interface HelpProps {
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** All that keys do, and what the pointer does besides clicking. */
export function Help({ onClose, children }: HelpProps) {
  return (
    <Dialog label="Keyboard help" onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <div class="help" tabIndex={0}>
        {children}
      </div>
    </Dialog>
  );
}

interface HelpListProps {
  readonly title: string;
  readonly tables: readonly CommandTable[];
}

/** The keys of some tables, under their headings. */
export function HelpList({ title, tables }: HelpListProps) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <div class="help-columns">
        {helpSections(tables).map(({ title: heading, lines }) => (
          <section key={heading}>
            <h3>{heading}</h3>
            <dl>
              {lines.map((line) => (
                <Line key={line.title} line={line} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </section>
  );
}

function Line({ line: { title, keys, gesture } }: { readonly line: HelpLine }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {gesture !== undefined && <kbd class="key">{gesture}</kbd>}
        {keys.map((key) => (
          <KeyCaps key={key} keys={key} />
        ))}
      </dd>
    </div>
  );
}
