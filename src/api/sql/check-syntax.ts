// The second of the gate's checks, on the syntax tree and before the engine looks anything up: the query is a SELECT,
// of kinds of nodes that are known here, with functions and tables that are known here. What is not on a list is
// refused, also what later versions of the engine bring.

import { FUNCTION_TAKING, isAllowedFunction, TABLE_FUNCTIONS, TYPE_TAKING } from "./allowed-functions.ts";
import { refused } from "./refusal.ts";
import type { SyntaxNode } from "./syntax-tree.ts";

/** What names may stand for. */
export interface KnownNames {
  /** Tables, and subqueries that the query itself names. */
  readonly tables: ReadonlySet<string>;
  /** Databases of the store: none of them may be named. */
  readonly databases: ReadonlySet<string>;
  /** The tables that an error lists. */
  readonly listed: readonly string[];
}

/** Every kind of node that has nothing in it but what its children and its own text show. */
const KINDS: ReadonlySet<string> = new Set(
  (
    "SelectWithUnionQuery SelectIntersectExceptQuery SelectQuery ExpressionList Subquery WithElement Identifier Literal " +
    "Function Asterisk QualifiedAsterisk ColumnsTransformerList ColumnsExceptTransformer ColumnsReplaceTransformer " +
    "ColumnsReplaceTransformer::Replacement ColumnsRegexpMatcher ColumnsListMatcher QualifiedColumnsRegexpMatcher " +
    "QualifiedColumnsListMatcher TablesInSelectQuery TablesInSelectQueryElement TableExpression TableIdentifier " +
    "TableJoin ArrayJoin OrderByElement InterpolateElement WindowListElement WindowDefinition"
  ).split(" "),
);

/** How people call the other kinds. */
const KIND_NAMES: Readonly<Record<string, string>> = {
  ColumnsApplyTransformer: "APPLY",
  SampleRatio: "SAMPLE",
  Set: "SETTINGS",
  QueryParameter: "A parameter without a value",
};

const IN_FUNCTION = /^(?:global)?(?:not)?(?:null)?in$/i;
const FUNCTION_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** States of aggregate functions are bytes that the engine trusts. */
const FORBIDDEN_TYPE = /AggregateFunction|Object|Nested/i;
const LITERAL = /^'((?:[^'\\]|\\.)*)'/s;
const QUOTED_IN_LITERAL = /\\'[\w/ +-]*\\'/g;
/** Types that have others, or plain values, in parentheses. */
const TYPE_CONSTRUCTORS =
  /\b(?:Array|Map|Tuple|Nullable|LowCardinality|FixedString|Decimal(?:32|64|128)?|DateTime(?:64)?|Enum(?:8|16)?)\s*\(/g;

/** Throws an ApiError unless everything in the tree is allowed. */
export function checkSyntax(root: SyntaxNode, names: KnownNames): void {
  if (root.kind !== "SelectWithUnionQuery") throw refused("Only SELECT is run here.", { what: "statement" });
  checkNode(root, names);
}

function checkNode(node: SyntaxNode, names: KnownNames): void {
  const { kind, text, children } = node;
  if (!KINDS.has(kind)) {
    const name = KIND_NAMES[kind] ?? kind;
    throw refused(`${name} has no place in a query here.`, { what: "clause", name });
  }
  if (kind === "SelectWithUnionQuery" && children.length !== 1) {
    throw refused("Files, formats and settings have no place in a query here.", { what: "clause" });
  }
  if (kind === "Identifier") checkColumn(text, names);
  if (kind === "TableIdentifier") checkTable(text, names);
  if (kind === "Function") checkFunction(node, names);
  if (kind === "TableExpression") checkTableExpression(node, names);
  else for (const child of children) checkNode(child, names);
}

function checkTableExpression({ children }: SyntaxNode, names: KnownNames): void {
  for (const child of children) {
    if (child.kind !== "Function") {
      checkNode(child, names);
      continue;
    }
    if (!TABLE_FUNCTIONS.has(child.text.toLowerCase())) {
      throw refused(`The table function ${child.text} is not allowed here, only numbers and values.`, {
        what: "table function",
        name: child.text,
      });
    }
    if (child.text.toLowerCase() === "values") checkValues(child);
    for (const part of child.children) checkNode(part, names);
  }
}

function checkTable(name: string, { tables, listed }: KnownNames): void {
  if (tables.has(name)) return;
  const why = name.includes(".") ? "Tables are named without a database here" : `There is no table ${name}`;
  throw refused(`${why}. There are ${listed.join(", ")}.`, { what: name.includes(".") ? "database" : "table", name });
}

/** The name of a column, an alias, or, behind IN, of a table. */
function checkColumn(name: string, { databases }: KnownNames): void {
  const [first = ""] = name.split(".");
  if (name !== first && databases.has(first)) {
    throw refused(`${first} is a database: none may be named here.`, { what: "database", name });
  }
}

function checkFunction({ text: name, children }: SyntaxNode, names: KnownNames): void {
  if (!FUNCTION_NAME.test(name) || !isAllowedFunction(name)) {
    throw refused(`The function ${name} is not allowed here.`, { what: "function", name });
  }
  const lower = name.toLowerCase();
  const args = children[0]?.children ?? [];
  const [first] = args;
  if (FUNCTION_TAKING.has(lower) && args.length > 1 && !(first?.kind === "Function" && first.text === "lambda")) {
    throw refused(`Write a lambda as the first argument of ${name}, such as x -> lower(x).`, {
      what: "argument",
      name,
    });
  }
  if (IN_FUNCTION.test(lower) && args[1]?.kind === "Identifier" && args[1].text.includes(".")) {
    checkTable(args[1].text, names);
  }
  if (TYPE_TAKING.has(lower)) checkTypes(name, args);
}

/** What is a type must stand there as a text: an expression could put any together. */
function checkTypes(name: string, args: readonly SyntaxNode[]): void {
  const type = /^jsonextract/i.test(name) ? args.at(-1) : args[1];
  if (type?.kind === "Literal" && !FORBIDDEN_TYPE.test(type.text)) return;
  throw refused(`The type that ${name} is given must be a plain text, and one of values.`, { what: "type", name });
}

/** The structure of `values('a UInt8, b String', …)` may hold expressions, which the syntax tree does not show. */
function checkValues({ text: name, children }: SyntaxNode): void {
  const [first] = children[0]?.children ?? [];
  const isPlain = first?.kind === "Literal" || (first?.kind === "Function" && /^(?:tuple|negate)$/i.test(first.text));
  const structure = LITERAL.exec(first?.text ?? "")?.[1] ?? "";
  const rest = structure.replaceAll(QUOTED_IN_LITERAL, "").replaceAll(TYPE_CONSTRUCTORS, "");
  if (isPlain && !/[(\\]/.test(rest) && !FORBIDDEN_TYPE.test(structure)) return;
  throw refused("The structure of values must be a plain list of names and types.", { what: "argument", name });
}
