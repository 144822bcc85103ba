/**
 * Why the engine did not start: `unsupported` (chDB does not run here), `in_use` (another Talea owns the data
 * directory), `failed` (anything else; the message says what).
 */
export type EngineErrorCode = "unsupported" | "in_use" | "failed";

export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Says what the embedded engine needs and what to do without it. */
export function unsupported(cause: string): EngineError {
  const here = `${process.platform} ${process.arch}`;
  return new EngineError(
    "unsupported",
    `The embedded engine does not run here (${here}): ${cause}\n` +
      "It needs Linux with glibc, or macOS, on x64 or arm64. On Windows run Talea in WSL2. Elsewhere give it a " +
      "ClickHouse server: talea serve --store http://user:key@host:8123",
  );
}
