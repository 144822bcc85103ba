/** A 32-bit hash of a text (FNV-1a over its UTF-16 code units): for tables in memory, not against adversaries. */
export function hashText(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value ^ (value >>> 15);
}
