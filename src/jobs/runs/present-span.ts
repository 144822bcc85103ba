import type { RunAnalysis } from "../../analysis/run-analysis.ts";
import { present } from "../../base/present.ts";
import type { RunColumns } from "../../model/run-columns.ts";
import type { Span } from "../../model/shapes.ts";
import { SPAN_KINDS, SPAN_STATUSES } from "../../model/vocabulary.ts";
import { instantAt } from "./present.ts";

const NS_PER_MS = 1e6;
const NANO_PER_USD = 1e9;

/** A span of a run as a plain object, without its texts and attributes. */
export function presentSpanRow(columns: RunColumns, { rows, agents }: RunAnalysis, runId: string, row: number): Span {
  const text = (column: Uint32Array) => columns.texts.text(column[row] as number);
  const end = columns.end[row] as number;
  const start = columns.start[row] as number;
  const isOpen = end === Number.POSITIVE_INFINITY;
  const kind = SPAN_KINDS[rows.kind[row] as number] as Span["kind"];
  return {
    id: columns.spanIds[row] as string,
    traceId: columns.traces[columns.trace[row] as number] as string,
    runId,
    kind,
    name: text(columns.name),
    service: text(columns.service),
    dialect: text(columns.dialect),
    startedAt: instantAt(columns.t0Ns, start),
    ownMs: (rows.own[row] as number) / NS_PER_MS,
    status: isOpen ? "open" : (SPAN_STATUSES[rows.status[row] as number] as Span["status"]),
    counted: rows.counted[row] === 1,
    ...optionalFields(columns, { rows, agents }, row),
  };
}

function optionalFields(
  columns: RunColumns,
  { rows, agents }: Pick<RunAnalysis, "rows" | "agents">,
  row: number,
): Partial<Span> {
  const text = (column: Uint32Array) => columns.texts.text(column[row] as number);
  const end = columns.end[row] as number;
  const isOpen = end === Number.POSITIVE_INFINITY;
  return present({
    parentId: columns.spanIds[columns.parent[row] as number],
    agent: agents[rows.agent[row] as number]?.name,
    endedAt: isOpen ? undefined : instantAt(columns.t0Ns, end),
    durationMs: isOpen ? undefined : (end - (columns.start[row] as number)) / NS_PER_MS,
    statusMessage: text(columns.statusMessage),
    errorType: text(columns.errorType),
    model: text(columns.model),
    provider: text(columns.provider),
    tool: text(columns.tool),
    ...callFields(columns, rows, row),
    hidden: rows.hidden[row] === 1 ? true : undefined,
  });
}

/** Tokens and cost, of spans that have any. */
function callFields(
  columns: RunColumns,
  rows: RunAnalysis["rows"],
  row: number,
): { readonly tokens: Span["tokens"]; readonly cost: Span["cost"] } {
  const tokens = {
    input: rows.tokensInput[row] as number,
    output: rows.tokensOutput[row] as number,
    cacheRead: rows.tokensCacheRead[row] as number,
    cacheWrite: rows.tokensCacheWrite[row] as number,
    reasoning: rows.tokensReasoning[row] as number,
  };
  const nano = rows.costNano[row] as number;
  const source = columns.texts.text(columns.costSource[row] as number);
  const hasTokens = tokens.input + tokens.output > 0;
  const hasCost = nano > 0 || source !== "";
  const unpricedCalls = rows.unpriced[row] as number;
  return {
    tokens: hasTokens ? tokens : undefined,
    cost: hasCost
      ? { usd: nano / NANO_PER_USD, unpricedCalls, ...present({ source }) }
      : unpricedCalls > 0
        ? { unpricedCalls }
        : undefined,
  };
}
