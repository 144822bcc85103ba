import type { StoreClient } from "../client.ts";
import { Conditions, containsPattern, instantLiteral } from "../sql.ts";

const TRACES_MAX = 2_000;

/** Traces in which a text occurs: in span names, in errors, in previews, or in the contents of messages. */
export async function tracesWithText(
  store: StoreClient,
  project: string,
  text: string,
  sinceNs: bigint,
  untilNs: bigint,
): Promise<string[]> {
  const inSpans = new Conditions(project);
  inSpans.add(`started_at >= ${instantLiteral(sinceNs)} AND started_at < ${instantLiteral(untilNs)}`);
  const pattern = inSpans.value(containsPattern(text), "String");
  const columns = ["name", "status_message", "error_type", "input_preview", "output_preview"];
  inSpans.add(columns.map((column) => `${column} ILIKE ${pattern}`).join(" OR "));
  const inContents = new Conditions(project);
  // The index knows words: they narrow the search, the pattern decides.
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const whole = words.slice(1, -1);
  if (whole.length > 0) inContents.add(`hasAllTokens(lower(body), ${inContents.value(whole, "Array(String)")})`);
  inContents.add(`body ILIKE ${inContents.value(containsPattern(text), "String")}`);
  const [spans, contents] = await Promise.all([
    store.rows(`SELECT DISTINCT trace_id FROM spans WHERE ${inSpans.sql} LIMIT ${TRACES_MAX}`, {
      params: inSpans.params,
    }),
    store.rows(`SELECT DISTINCT trace_id FROM contents WHERE ${inContents.sql} LIMIT ${TRACES_MAX}`, {
      params: inContents.params,
    }),
  ]);
  const found = [...spans, ...contents].map((row) => row["trace_id"] as string).filter((id) => id !== "");
  return [...new Set(found)].slice(0, TRACES_MAX);
}
