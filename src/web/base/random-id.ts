const ID_BYTES = 8;

/** An id that nobody has. Not `randomUUID`: pages that came without TLS from another machine lack it. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
