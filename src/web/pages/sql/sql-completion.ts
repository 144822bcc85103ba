import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import type { SqlSchema } from "../../../model/sql-shapes.ts";
import { SQL_KEYWORDS, type SqlTable, tableOf, tablesIn } from "../../state/sql-words.ts";

const WORD = /[A-Za-z_]\w*$/;
const QUALIFIED = /([A-Za-z_]\w*)\.(\w*)$/;

/**
 * Completes columns of the tables that the query reads, tables, functions and keywords; behind `name.` the columns of
 * the table that the name stands for.
 */
export function sqlCompletion(schema: () => SqlSchema | undefined): CompletionSource {
  return (context) => {
    const known = schema();
    if (known === undefined) return null;
    const text = context.state.doc.toString();
    return qualified(context, text, known) ?? unqualified(context, text, known);
  };
}

function qualified(context: CompletionContext, text: string, schema: SqlSchema): CompletionResult | undefined {
  const match = context.matchBefore(QUALIFIED);
  const [, name = "", begun = ""] = QUALIFIED.exec(match?.text ?? "") ?? [];
  const table = name === "" ? undefined : tableOf(text, name, schema);
  if (table === undefined) return undefined;
  return { from: context.pos - begun.length, options: columnsOf(table), validFor: /^\w*$/ };
}

function unqualified(context: CompletionContext, text: string, schema: SqlSchema): CompletionResult | null {
  const match = context.matchBefore(WORD);
  if (match === null && !context.explicit) return null;
  const { tables, functions } = schema;
  return {
    from: match?.from ?? context.pos,
    options: [
      ...distinct(tablesIn(text, schema).flatMap(columnsOf)),
      ...tables.map((table): Completion => ({ label: table.name, type: "table", info: table.doc, boost: 1 })),
      ...functions.map((name): Completion => ({ label: name, type: "function", apply: `${name}(`, boost: -1 })),
      ...SQL_KEYWORDS.map((name): Completion => ({ label: name, type: "keyword", boost: -2 })),
    ],
    validFor: /^\w*$/,
  };
}

function columnsOf({ columns }: SqlTable): Completion[] {
  return columns.map(({ name, type, doc }) => ({
    label: name,
    type: "column",
    detail: shortType(type),
    info: doc,
    boost: 2,
  }));
}

/** Of two tables with a column of one name the first counts. */
function distinct(options: readonly Completion[]): Completion[] {
  return [...new Map(options.toReversed().map((option) => [option.label, option])).values()].toReversed();
}

/** The type without what matters to the store only: an enumeration without its words, a time without its zone. */
export function shortType(type: string): string {
  return type
    .replace(/^Enum8\(.*/s, "Enum")
    .replaceAll("LowCardinality(String)", "String")
    .replace(/\((?:9, )?'UTC'\)/g, "");
}
