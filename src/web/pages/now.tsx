import "./now/now.css";
import "../widgets/sparkline.css";
import "./key-figures.css";
import { lazyPage } from "./lazy-page.tsx";

/** What goes on, and how it went lately. */
export const nowPage = lazyPage(
  {
    paths: ["/now", "/"],
    title: () => "Now",
    navigation: { title: "Now", icon: "now", hotkey: "g n" },
  },
  async () => (await import("./now/now-view.tsx")).nowBody,
);
