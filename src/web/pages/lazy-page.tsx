import { Lazy, LazyPlace } from "../widgets/lazy.tsx";
import type { Page } from "./page.ts";

/** The part of a page that is fetched when it is opened. */
export type PageBody = Pick<Page, "load" | "View">;

/**
 * A page whose script is fetched when it is first opened; only its head is part of the first load.
 *
 * ```ts
 * import "./sql.css";
 * export const sqlPage = lazyPage({ paths: ["/sql"], title: () => "SQL" }, async () => (await import("./sql.tsx")).sql);
 * ```
 */
export function lazyPage(head: Omit<Page, keyof PageBody>, fetch: () => Promise<PageBody>): Page {
  const lazy = new Lazy(fetch);
  return {
    ...head,
    load: (values) => {
      const body = lazy.part.value;
      if (body !== undefined) return body.load(values);
      void lazy.need();
      return undefined;
    },
    View: ({ values }) => {
      const body = lazy.part.value;
      if (body !== undefined) return <body.View values={values} />;
      // Not only in `load`, which waits for the first frame: the script is under way while that is drawn.
      void lazy.need();
      return <LazyPlace lazy={lazy} />;
    },
  };
}
