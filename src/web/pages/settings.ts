// Styles come without the lazy part: they are declared here.
import "../widgets/section.css";
import "./settings/settings.css";
import { lazyPage } from "./lazy-page.tsx";

/** How agents are connected, who may, what is kept, and how the server does. */
export const settingsPage = lazyPage(
  {
    paths: ["/settings", "/settings/:section"],
    title: ({ section }) => (section === undefined ? "Settings" : `Settings: ${section}`),
    navigation: { title: "Settings", icon: "settings", hotkey: "g ,", isLast: true },
  },
  async () => (await import("./settings/settings-view.tsx")).settingsView,
);
