/** What the parent tells the child: JSON in its only command-line argument. */
export interface ChildOptions {
  /** The engine's own directory: database, spooled data, working directory. Absolute. */
  readonly directory: string;
  readonly socketPath: string;
  readonly readers: number;
  readonly guests: number;
  readonly memoryBytes: number;
  readonly queryMemoryBytes: number;
  readonly queryTimeMs: number;
  readonly queryTimeMsMax: number;
  readonly queriesWaitingMax: number;
  readonly stuckAfterMs: number;
  readonly insertBytesMax: number;
  /** How long an orderly end waits for queries under way. */
  readonly closeTimeMs: number;
  /** After how long without an answer the parent replaces the child. */
  readonly hangTimeMs: number;
}

/** Child → parent. */
export type ChildMessage =
  | { readonly type: "ready"; readonly version: string }
  | { readonly type: "failed"; readonly unsupported: boolean; readonly message: string };

/** Parent → child. */
export interface ParentMessage {
  readonly type: "close";
}

/** Names in the engine's directory. */
export const ENGINE_FILES = { database: "database", spool: "spool", child: "child.json" } as const;
