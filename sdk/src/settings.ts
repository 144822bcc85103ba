import { log } from "./quietly.ts";

/** Where the SDK sends, and as whom. */
export interface TaleaOptions {
  /** Talea's address; OTEL_EXPORTER_OTLP_ENDPOINT or http://127.0.0.1:4318 without it. */
  readonly endpoint?: string | undefined;
  /** Sent as `Authorization: Bearer`; TALEA_KEY or OTEL_EXPORTER_OTLP_HEADERS without it. */
  readonly key?: string | undefined;
}

export interface Connection {
  /** No slash at its end. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const USUAL_ENDPOINT = "http://127.0.0.1:4318";

/** What is not said outright comes from the environment. An address that is none is reported and not used. */
export function connectionOf({ endpoint, key }: TaleaOptions, environment: Environment = process.env): Connection {
  const named = endpoint || environment["OTEL_EXPORTER_OTLP_ENDPOINT"] || USUAL_ENDPOINT;
  const headers = headersOf(environment["OTEL_EXPORTER_OTLP_HEADERS"] ?? "");
  const bearer = key || environment["TALEA_KEY"];
  if (bearer) headers["authorization"] = `Bearer ${bearer}`;
  return { endpoint: usable(named) ?? USUAL_ENDPOINT, headers };
}

function usable(endpoint: string): string | undefined {
  if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return endpoint.replace(/\/+$/, "");
  log.error(`${endpoint} is no http(s) address: ${USUAL_ENDPOINT} is used`);
  return undefined;
}

/** `name=value,…`, percent-encoded, as OpenTelemetry's SDKs read it. */
function headersOf(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(",")) {
    const at = pair.indexOf("=");
    if (at > 0) headers[pair.slice(0, at).trim().toLowerCase()] = decoded(pair.slice(at + 1).trim());
  }
  return headers;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded: a `%` that stands for itself.
    return text;
  }
}
