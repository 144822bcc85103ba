import type { ComponentType } from "preact";
import type { IconName } from "../base/icon-paths.ts";
import type { PathValues } from "../base/place.ts";

/** A page of the dashboard. Registered in pages/registry.ts, it gets its route, its place in the sidebar, its key and its
 * lines in palette and help. */
export interface Page {
  /** `/runs/:id`; the first path is the page's own, the others lead there too. */
  readonly paths: readonly [string, ...string[]];
  readonly title: (values: PathValues) => string;
  /** For pages of the sidebar. */
  readonly navigation?: {
    readonly title: string;
    readonly icon: IconName;
    readonly hotkey: string /** Below the others, at the end of the sidebar. */;
    readonly isLast?: boolean;
  };
  /**
   * Loads what the URL asks for, and again whenever a signal that it read has changed; answers how to stop.
   */
  readonly load: (values: PathValues) => (() => void) | undefined;
  readonly View: ComponentType<{ readonly values: PathValues }>;
  /** What is printed in place of it; made while printing begins, so it can wait for nothing. */
  readonly Print?: ComponentType;
}
