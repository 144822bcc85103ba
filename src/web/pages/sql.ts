// Styles of the page's parts, which come without them: the lazy part is declared here.
import "uplot/dist/uPlot.min.css";
import "../widgets/menu.css";
import "./sql/sql.css";
import { lazyPage } from "./lazy-page.tsx";

/** Questions of the reader's own. */
export const sqlPage = lazyPage(
  { paths: ["/sql"], title: () => "SQL", navigation: { title: "SQL", icon: "sql", hotkey: "g q" } },
  async () => (await import("./sql/sql-view.tsx")).sqlView,
);
