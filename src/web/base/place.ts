// Where the reader is, as a path and a query: pure functions, so that the URL's grammar is tested without a browser.

/** Values by name, in the order of the URL. A name may stand several times. */
export type Query = ReadonlyMap<string, readonly string[]>;

/** What changes in a query; undefined or an empty list takes a name out. */
export type QueryChanges = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Place {
  readonly path: string;
  readonly query: Query;
}

export function parsePlace(href: string): Place {
  const [before = ""] = href.split("#");
  const mark = before.indexOf("?");
  const path = mark < 0 ? before : before.slice(0, mark);
  return { path: path === "" ? "/" : path, query: parseQuery(mark < 0 ? "" : before.slice(mark + 1)) };
}

export function parseQuery(search: string): Query {
  const query = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(search)) {
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

export function formatPlace({ path, query }: Place): string {
  const search = formatQuery(query);
  return search === "" ? path : `${path}?${search}`;
}

export function formatQuery(query: Query): string {
  const pairs: string[] = [];
  for (const [name, values] of query) {
    for (const value of values) pairs.push(`${encodeReadable(name)}=${encodeReadable(value)}`);
  }
  return pairs.join("&");
}

/** Leaves what a query may hold as it is, so that people can read their links. */
function encodeReadable(text: string): string {
  return encodeURIComponent(text).replace(/%(2C|3A|2F|40|24|2A)/g, (code) => decodeURIComponent(code));
}

export function withChanges(query: Query, changes: QueryChanges): Query {
  const changed = new Map(query);
  for (const [name, value] of Object.entries(changes)) {
    const values = value === undefined ? [] : typeof value === "string" ? [value] : value;
    if (values.length === 0) changed.delete(name);
    else changed.set(name, values);
  }
  return changed;
}

/** The first value of a name. */
export function queryValue(query: Query, name: string): string | undefined {
  return query.get(name)?.[0];
}

export type PathValues = Readonly<Record<string, string>>;

/** The values of `/runs/:id` in a path, percent-decoded, or undefined when it is another path. */
export function matchPath(pattern: string, path: string): PathValues | undefined {
  const wanted = pattern.split("/");
  const given = path.length > 1 ? path.replace(/\/$/, "").split("/") : path.split("/");
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const text = given[i] as string;
    if (part.startsWith(":")) {
      const decoded = decode(text);
      if (decoded === undefined || decoded === "") return undefined;
      values[part.slice(1)] = decoded;
    } else if (part !== text) return undefined;
  }
  return values;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A path that nobody of us wrote: there is no such page.
    return undefined;
  }
}

/** A path with its values percent-encoded: ``pathOf`/runs/${id}` ``. */
export function pathOf(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.reduce((path, text, i) => path + encodeURIComponent(values[i - 1] as string) + text);
}
