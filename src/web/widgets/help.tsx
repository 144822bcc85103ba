import "./help.css";
import { listedCommands } from "../base/commands.ts";
import { Dialog } from "./dialog.tsx";
import { KeyCaps } from "./key-caps.tsx";

/** All that keys do on the page at the moment, and what the pointer does. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const groups = Map.groupBy(listedCommands.value, ({ group }) => group);
  return (
    <Dialog label="Keyboard help" onClose={onClose}>
      <div class="help">
        {[...groups].map(([group, commands]) => (
          <section key={group}>
            <h2>{group}</h2>
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
