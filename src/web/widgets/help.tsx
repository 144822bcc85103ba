import "./help.css";
import { listedCommands } from "../base/commands.ts";
import { Dialog } from "./dialog.tsx";
import { helpSections } from "./help-sections.ts";
import { KeyCaps } from "./key-caps.tsx";

/** All that keys do on the page at the moment, and what the pointer does. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog label="Keyboard help" onClose={onClose}>
      <p class="help-note muted">
        The keys of what is open now, and of everywhere. Other pages and views have more: press ? there.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <div class="help" tabIndex={0}>
        {helpSections(listedCommands.value).map(({ title: heading, commands }) => (
          <section key={heading}>
            <h2>{heading}</h2>
            <dl>
              {commands.map(({ title, keys, gesture }) => (
                <div key={title}>
                  <dt>{title}</dt>
                  <dd>
                    {gesture !== undefined && <kbd class="key">{gesture}</kbd>}
                    {keys.map((key) => (
                      <KeyCaps key={key} keys={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
