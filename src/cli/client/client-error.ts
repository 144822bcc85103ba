/** A client command cannot go on. The message is for people: what is wrong and what to do. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** The server's code, where it gave one. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}
