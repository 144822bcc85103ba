import type { ComponentType } from "preact";
import { actionsByName } from "../../base/command-table.ts";
import { useCommands } from "../../base/commands.ts";
import { go } from "../../base/router.ts";
import { followArrivals } from "../../state/arrivals.ts";
import { followKeys } from "../../state/keys.ts";
import { followStatus } from "../../state/server-status.ts";
import { followStorage } from "../../state/server-storage.ts";
import { EmptyState } from "../../widgets/notices.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { ConnectSection } from "./connect-section.tsx";
import { HealthSection } from "./health-section.tsx";
import { KeysSection } from "./keys-section.tsx";
import { SETTINGS_COMMANDS } from "./settings-keys.ts";
import { StorageSection } from "./storage-section.tsx";

interface SettingsSection {
  readonly id: string;
  readonly title: string;
  readonly View: ComponentType;
  /** Loads what it shows besides the status, and keeps it current. */
  readonly follow?: () => () => void;
}

const SECTIONS: readonly SettingsSection[] = [
  { id: "connect", title: "Connect", View: ConnectSection, follow: followArrivals },
  { id: "keys", title: "Keys", View: KeysSection, follow: followKeys },
  { id: "storage", title: "Storage", View: StorageSection, follow: followStorage },
  { id: "health", title: "Health", View: HealthSection },
];
const [FIRST] = SECTIONS;

export const settingsView: PageBody = {
  load: ({ section }) => {
    const stops = [followStatus(), findSection(section)?.follow?.()];
    return () => {
      for (const stop of stops) stop?.();
    };
  },
  View: ({ values }) => <SettingsView section={values["section"]} />,
};

function findSection(id: string | undefined): SettingsSection | undefined {
  return id === undefined ? FIRST : SECTIONS.find((section) => section.id === id);
}

function SettingsView({ section: id }: { readonly section: string | undefined }) {
  const section = findSection(id);
  useCommands(SETTINGS_COMMANDS, () => actionsByName(SETTINGS_COMMANDS, (to) => go(`/settings/${to}`)));
  return (
    <div class="page">
      <header class="page-bar">
        <h1>Settings</h1>
        <nav class="settings-links" aria-label="Settings">
          {SECTIONS.map(({ id: to, title }) => (
            <a
              key={to}
              class="button quiet"
              href={`/settings/${to}`}
              {...(to === section?.id ? { "aria-current": "page" } : {})}
            >
              {title}
            </a>
          ))}
        </nav>
      </header>
      {section === undefined ? (
        <EmptyState title="There are no such settings">
          <p>
            <a class="button" href="/settings/connect">
              To the settings
            </a>
          </p>
        </EmptyState>
      ) : (
        <section.View />
      )}
    </div>
  );
}
