// Styles of the pages' parts, which come without them: the lazy parts are declared here.
import "uplot/dist/uPlot.min.css";
import "./charts/time-chart.css";
import "./boards/boards.css";
import { lazyPage } from "./lazy-page.tsx";

/** All boards. */
export const boardsPage = lazyPage(
  { paths: ["/boards"], title: () => "Boards", navigation: { title: "Boards", icon: "boards", hotkey: "g b" } },
  async () => (await import("./boards/board-list.tsx")).boardList,
);

/** One board. */
export const boardPage = lazyPage(
  { paths: ["/boards/:id"], title: () => "Board" },
  async () => (await import("./boards/board-view.tsx")).boardView,
);
