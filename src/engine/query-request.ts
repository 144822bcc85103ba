import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { clickHouseError } from "./clickhouse-error.ts";
import { DEFAULT_DATABASE } from "./engine-session.ts";

/** What URL and headers of a request say. */
export interface QueryRequest {
  /** The `query` parameter; empty when the query is in the body. */
  readonly text: string;
  readonly queryId: string;
  readonly database: string;
  readonly defaultFormat: string;
  readonly settings: ReadonlyMap<string, string>;
  /** Values of `{name:Type}`, spelled as in tab-separated data. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Only POST may do more than read. */
  readonly readOnly: boolean;
  readonly gzipAnswer: boolean;
  /** `wait_end_of_query`: the sender expects a large result. */
  readonly largeAnswer: boolean;
}

/** Parameters of ClickHouse's interface that are no settings and mean nothing here: there are no users, no progress. */
const IGNORED = new Set(
  "user password quota_key role stacktrace buffer_size wait_end_of_query client_protocol_version query".split(" "),
);
const UNSUPPORTED = new Set("session_id session_timeout session_check close_session".split(" "));
/** Settings that only ClickHouse's HTTP server reads. */
const HTTP_SETTING = /^(?:http_.*|send_progress_in_http_headers|enable_http_compression)$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Throws what ClickHouse answers to a request that makes no sense, and NOT_IMPLEMENTED for what the engine lacks. */
export function readQueryRequest(request: IncomingMessage, url: URL): QueryRequest {
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [key, value] of url.searchParams) {
    if (key.startsWith("param_")) parameters.set(checkedName(key.slice("param_".length)), value);
    else if (isSetting(key, value)) settings.set(checkedName(key), value);
  }
  if (request.headers["content-type"]?.startsWith("multipart/form-data")) {
    throw clickHouseError("NOT_IMPLEMENTED", "External tables are not supported by the embedded engine");
  }
  const header = (name: string): string | undefined => request.headers[name]?.toString();
  const isOn = (name: string): boolean => ["1", "true"].includes(url.searchParams.get(name) ?? "");
  return {
    text: url.searchParams.get("query") ?? "",
    queryId: headerSafe(url.searchParams.get("query_id") ?? "") || randomUUID(),
    database: header("x-clickhouse-database") ?? (url.searchParams.get("database") || DEFAULT_DATABASE),
    defaultFormat: checkedFormat(header("x-clickhouse-format") ?? url.searchParams.get("default_format")),
    settings,
    parameters,
    readOnly: request.method !== "POST",
    largeAnswer: isOn("wait_end_of_query"),
    gzipAnswer: isOn("enable_http_compression") && /\bgzip\b/.test(header("accept-encoding") ?? ""),
  };
}

function isSetting(key: string, value: string): boolean {
  if (UNSUPPORTED.has(key)) {
    throw clickHouseError("NOT_IMPLEMENTED", `Sessions over HTTP (${key}) are not supported by the embedded engine`);
  }
  if (key === "compress" || key === "decompress") {
    if (value === "0" || value === "false") return false;
    throw clickHouseError(
      "NOT_IMPLEMENTED",
      `ClickHouse's own compression (${key}) is not supported by the embedded engine`,
    );
  }
  if (key === "" || key === "database" || key === "default_format" || key === "query_id") return false;
  return !IGNORED.has(key) && !HTTP_SETTING.test(key);
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw clickHouseError("UNKNOWN_SETTING", `Setting ${name} is neither a builtin setting nor a custom setting`);
}

function checkedFormat(name: string | null): string {
  if (name === null || name === "") return "TabSeparated";
  if (NAME.test(name)) return name;
  throw clickHouseError("UNKNOWN_FORMAT", `Unknown format ${name}`);
}

/** The id goes back in a header. */
function headerSafe(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "").slice(0, 256);
}
