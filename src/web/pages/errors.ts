// Styles of the pages' parts, which come without them: the lazy parts are declared here.
import "./errors.css";
import "../widgets/sparkline.css";
import { lazyPage } from "./lazy-page.tsx";

/** Kinds of errors over all runs of a window. */
export const errorsPage = lazyPage(
  {
    paths: ["/errors"],
    title: () => "Errors",
    navigation: { title: "Errors", icon: "errors", hotkey: "g x" },
  },
  async () => (await import("./errors/error-list.tsx")).errorList,
);

/** One kind of error. */
export const errorPage = lazyPage(
  { paths: ["/errors/:fingerprint"], title: () => "Error" },
  async () => (await import("./errors/error-view.tsx")).errorView,
);
