/** What a list is sorted by, as the URL says it: a field, with - before it for the largest first. */
export interface SortOrder<F extends string> {
  readonly field: F;
  readonly isDescending: boolean;
}

/** The order that a text names; the largest of the first field when it names none. */
export function readSortOrder<F extends string>(fields: readonly [F, ...F[]], text: string | undefined): SortOrder<F> {
  const field = fields.find((known) => known === text?.replace(/^-/, ""));
  if (text === undefined || field === undefined) return { field: fields[0], isDescending: true };
  return { field, isDescending: text.startsWith("-") };
}

/** The URL's value after a click on a column: largest first, then smallest first. Undefined for the default. */
export function nextSortOrder<F extends string>(
  fields: readonly [F, ...F[]],
  current: SortOrder<F>,
  field: F,
): string | undefined {
  const isDescending = current.field === field ? !current.isDescending : true;
  if (field === fields[0] && isDescending) return undefined;
  return isDescending ? `-${field}` : field;
}
