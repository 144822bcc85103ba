// What esbuild makes of files that are no scripts.
declare module "*.css";
declare module "*.ndjson.gz" {
  export const lines: string;
}

/** Addresses of the scripts that run in workers; tools/build.ts puts them in. */
declare const WORKER_SCRIPTS: { readonly graphLayout: string; readonly timelineModel: string };
