// Export requests of OTLP/JSON, as far as importing needs to know them: which signal, and where the items lie.

export type Signal = "traces" | "logs" | "metrics";

/** Where a signal's items lie in its request, and what they are called. */
export const SIGNALS = {
  traces: { resources: "resourceSpans", scopes: "scopeSpans", items: "spans", rejected: "rejectedSpans" },
  logs: { resources: "resourceLogs", scopes: "scopeLogs", items: "logRecords", rejected: "rejectedLogRecords" },
  metrics: { resources: "resourceMetrics", scopes: "scopeMetrics", items: "metrics", rejected: "rejectedDataPoints" },
} as const satisfies Record<Signal, Record<string, string>>;

/** What a person calls the items. */
export const ITEM_NAMES: Readonly<Record<Signal, string>> = {
  traces: "spans",
  logs: "log records",
  metrics: "metrics",
};

type Fields = Readonly<Record<string, unknown>>;

/** One item with what it lies in. */
export interface RequestItem {
  readonly signal: Signal;
  /** The resource's object without its scopes. */
  readonly resource: Fields;
  /** The scope's object without its items. */
  readonly scope: Fields;
  readonly item: unknown;
}

/** The items of a parsed export request, of whatever signals. Throws NoRequestError. */
export function* itemsOf(request: unknown): Generator<RequestItem> {
  if (typeof request !== "object" || request === null) throw new NoRequestError("it is no JSON object");
  const fields = request as Fields;
  let isRequest = false;
  for (const signal of Object.keys(SIGNALS) as Signal[]) {
    const names = SIGNALS[signal];
    if (fields[names.resources] === undefined) continue;
    isRequest = true;
    for (const [resource, scopes] of nested(fields[names.resources], names.scopes)) {
      for (const [scope, items] of nested(scopes, names.items)) {
        for (const item of listOf(items)) yield { signal, resource, scope, item };
      }
    }
  }
  if (!isRequest && Object.keys(fields).length > 0) {
    throw new NoRequestError("it has no resourceSpans, resourceLogs or resourceMetrics");
  }
}

/** What was read is no export request. */
export class NoRequestError extends Error {
  override readonly name = "NoRequestError";
}

/** Each object of a list apart from the one field that is looked into. */
function* nested(list: unknown, inner: string): Generator<[Fields, unknown]> {
  for (const entry of listOf(list)) {
    if (typeof entry !== "object" || entry === null)
      throw new NoRequestError(`a list of ${inner} is not as OTLP has it`);
    const { [inner]: within, ...around } = entry as Record<string, unknown>;
    yield [around, within];
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new NoRequestError("a list is not as OTLP has it");
  return value;
}
