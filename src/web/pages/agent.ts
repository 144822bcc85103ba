// Styles of the page's parts, which come without them: the lazy parts are declared here.
import "./agents.css";
import "./agent/agent.css";
import "./agent/step-chart.css";
import "./errors.css";
import "./key-figures.css";
import "../widgets/sparkline.css";
import "../widgets/split-bar.css";
import { visibleLine } from "../base/visible-text.ts";
import { lazyPage } from "./lazy-page.tsx";

/** One agent: what it does now, how it did over the window, with whom it talks. */
export const agentPage = lazyPage(
  { paths: ["/agents/:name"], title: ({ name = "" }) => visibleLine(name, 80) },
  async () => (await import("./agent/agent-view.tsx")).agentBody,
);
