// Styles of the page's parts, which come without them: the lazy parts are declared here.
import "./events.css";
import "../widgets/json-tree.css";
import { lazyPage } from "./lazy-page.tsx";

/** Events over all runs: a search, and the live tail. */
export const eventsPage = lazyPage(
  {
    paths: ["/events"],
    title: () => "Events",
    navigation: { title: "Events", icon: "events", hotkey: "g v" },
  },
  async () => (await import("./events/events-view.tsx")).eventsView,
);
