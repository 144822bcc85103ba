import type { RunEvent } from "../../model/shapes.ts";

const CHARACTERS_MAX = 400;
const known = new WeakMap<RunEvent, string>();

/** What an event says, on one line: its message, the name of what it is about, then its data. */
export function eventText(event: RunEvent): string {
  const made = known.get(event) ?? makeText(event);
  known.set(event, made);
  return made;
}

/** `chat gpt-5.1 model=gpt-5.1` says the model twice. */
function isSaid(value: unknown, [said]: readonly string[]): boolean {
  return typeof value === "string" && value !== "" && said?.split(" ").includes(value) === true;
}

/** Rows are drawn often, and data may be large: no more of them is spelled than is seen. */
function makeText({ message, data = {} }: RunEvent): string {
  const { name, ...rest } = data;
  const parts = [...(message === undefined ? [] : [message]), ...(typeof name === "string" ? [name] : [])];
  let length = 0;
  for (const [key, value] of Object.entries(rest)) {
    if (length > CHARACTERS_MAX) break;
    if (isSaid(value, parts)) continue;
    const part = `${key}=${typeof value === "string" ? value.slice(0, CHARACTERS_MAX) : JSON.stringify(value)}`;
    parts.push(part.slice(0, CHARACTERS_MAX));
    length += part.length;
  }
  return parts.map((part) => part.slice(0, CHARACTERS_MAX)).join("  ");
}
