/** Whether a type is one of the patterns; `tool.*` stands for all that begin with `tool.`; no patterns for all. */
export function matchesType(type: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) => (pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern));
}
