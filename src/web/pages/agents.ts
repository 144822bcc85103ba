// Styles of the page's parts, which come without them: the lazy parts are declared here.
import "./agents.css";
import "./agents/agents-heatmap.css";
import "../widgets/split-bar.css";
import { lazyPage } from "./lazy-page.tsx";

/** All agents over a window: as rows of figures, or as utilization over time. */
export const agentsPage = lazyPage(
  {
    paths: ["/agents"],
    title: () => "Agents",
    navigation: { title: "Agents", icon: "agents", hotkey: "g a" },
  },
  async () => (await import("./agents/agents-view.tsx")).agentsBody,
);
