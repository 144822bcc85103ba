// Styles come without the lazy parts: they are declared here.
import "uplot/dist/uPlot.min.css";
import "./charts/time-chart.css";
import "./explore/explore.css";
import { lazyPage } from "./lazy-page.tsx";

/** Measured values and key figures over time. */
export const explorePage = lazyPage(
  {
    paths: ["/explore"],
    title: () => "Metrics",
    navigation: { title: "Metrics", icon: "metrics", hotkey: "g m" },
  },
  async () => (await import("./explore/explore-view.tsx")).exploreView,
);
