import { assert } from "../../base/assert.ts";

const DATA = '\n\t"data":\n\t[';
const DATA_END = "\n\t],";

/**
 * The answer to a query from ClickHouse's FORMAT JSON:
 *
 *   {"meta": [...], "data": [{...}, ...], "totals": {...}, "rows": 1, "statistics": {...}}
 *
 * The rows, which are most of it, are handed on as they are. In JSON no text has a line break in it, so that where they
 * begin and end is found without reading them.
 */
export function sqlAnswer(json: Buffer): Buffer {
  const dataAt = json.indexOf(DATA);
  const dataEnd = json.lastIndexOf(DATA_END);
  assert(dataAt > 0 && dataEnd >= dataAt, "the engine answers in its JSON format");
  const head = parse(`${json.toString("utf8", 0, dataAt).replace(/,\s*$/, "")}}`);
  const tail = parse(`{${json.toString("utf8", dataEnd + DATA_END.length)}`);
  const { elapsed, rows_read: rowsRead, bytes_read: bytesRead } = tail["statistics"] as Record<string, number>;
  const { totals } = tail;
  const rest = {
    ...(totals === undefined ? {} : { totals }),
    statistics: { elapsedMs: Number(elapsed) * 1000, rows: tail["rows"], rowsRead, bytesRead },
  };
  return Buffer.concat([
    Buffer.from(`{"columns":${JSON.stringify(head["meta"])},"rows":[`),
    json.subarray(dataAt + DATA.length, dataEnd),
    Buffer.from(`],${JSON.stringify(rest).slice(1)}`),
  ]);
}

function parse(json: string): Record<string, unknown> {
  return JSON.parse(json) as Record<string, unknown>;
}
