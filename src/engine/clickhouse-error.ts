// Errors as ClickHouse's HTTP interface answers them: a status, the code in a header, and a text of the form
//   Code: 60. DB::Exception: Table default.t does not exist. (UNKNOWN_TABLE) (version 26.7.2.1)
// Source of the statuses: ClickHouse src/Server/HTTP/exceptionCodeToHTTPStatus.cpp.

/** Codes that this program raises itself, by ClickHouse's names. */
export const ERROR_CODES = {
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_FORMAT: 73,
  UNKNOWN_SETTING: 115,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  QUERY_IS_TOO_LARGE: 229,
  ABORTED: 236,
  ZLIB_INFLATE_FAILED: 354,
  INTO_OUTFILE_NOT_ALLOWED: 358,
  QUERY_WAS_CANCELLED: 394,
  TOO_MANY_ROWS_OR_BYTES: 396,
  SETTING_CONSTRAINT_VIOLATION: 452,
  UNKNOWN_QUERY_PARAMETER: 456,
} as const;

export type ErrorName = keyof typeof ERROR_CODES;

/** ClickHouse's code where the engine's message bears none: UNKNOWN_EXCEPTION. */
const UNKNOWN_EXCEPTION = 1002;

const STATUS_BY_CODES: readonly (readonly [status: number, codes: readonly number[]])[] = [
  [400, [6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676]],
  [401, [194]],
  [403, [192, 193, 497, 512, 516]],
  [404, [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511]],
  [408, [159]],
  [411, [381]],
  [413, [229]],
  [415, [779]],
  [501, [48]],
  [503, [76, 209, 439]],
];

const STATUS_OF_CODE = new Map(STATUS_BY_CODES.flatMap(([status, codes]) => codes.map((code) => [code, status])));

/** An error with a ClickHouse code. `message` is the whole text but for the version. */
export class ClickHouseError extends Error {
  override readonly name = "ClickHouseError";
  readonly code: number;
  readonly status: number;

  constructor(code: number, message: string, status = STATUS_OF_CODE.get(code) ?? 500) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** An error raised by this program under one of ClickHouse's names. */
export function clickHouseError(name: ErrorName, message: string, status?: number): ClickHouseError {
  const code = ERROR_CODES[name];
  return new ClickHouseError(code, `Code: ${code}. DB::Exception: ${message}. (${name})`, status);
}

/** What the engine threw, with the wrapping taken off that its layers repeat. */
export function fromEngine(thrown: unknown): ClickHouseError {
  if (thrown instanceof ClickHouseError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const code = /^Code: (\d+)\./.exec(text)?.[1];
  if (code === undefined) {
    return new ClickHouseError(
      UNKNOWN_EXCEPTION,
      `Code: ${UNKNOWN_EXCEPTION}. DB::Exception: ${text} (UNKNOWN_EXCEPTION)`,
    );
  }
  const message = text
    .replace(/^(Code: \d+\. DB::Exception: )(?:\1)+/, "$1")
    .replace(/ \(version [\d.]+\)/g, "")
    .replace(/( \(([A-Z0-9_]+)\))(?:\. \(\2\))+$/, "$1");
  return new ClickHouseError(Number(code), message.trimEnd());
}
