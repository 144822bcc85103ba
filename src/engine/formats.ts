/** Formats that carry the names and types of their columns, so that a file of them needs no structure. */
const SELF_DESCRIBING = /^(?:Native|RowBinaryWithNamesAndTypes|Parquet|Arrow|ArrowStream|ORC|Avro|MsgPack)$/;

/** Whether data of this format names its own columns. */
export function isSelfDescribing(format: string): boolean {
  return SELF_DESCRIBING.test(format);
}

/** The `Content-Type` that ClickHouse answers with. */
export function contentType(format: string): string {
  if (/^JSON(?:Strings|Compact|CompactStrings|ColumnsWithMetadata|Columns|CompactColumns)?$/.test(format)) {
    return "application/json; charset=UTF-8";
  }
  if (/^(?:JSON.*EachRow.*|JSONLines|NDJSON)$/.test(format)) return "application/x-ndjson; charset=UTF-8";
  if (/^(?:TabSeparated|TSV)/.test(format)) return "text/tab-separated-values; charset=UTF-8";
  if (format.startsWith("CSV")) {
    return `text/csv; charset=UTF-8; header=${format.includes("WithNames") ? "present" : "absent"}`;
  }
  if (/^(?:Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|Protobuf|CapnProto|BSON|Npy)/.test(format)) {
    return "application/octet-stream";
  }
  if (format === "XML") return "application/xml; charset=UTF-8";
  return "text/plain; charset=UTF-8";
}
