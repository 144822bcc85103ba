import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../errors.ts";
import { isAllowedFunction } from "./allowed-functions.ts";
import { checkResolved } from "./check-resolved.ts";
import { checkSyntax } from "./check-syntax.ts";
import type { Refusal } from "./refusal.ts";
import { readSyntaxTree, type SyntaxNode } from "./syntax-tree.ts";

const NAMES = { tables: new Set(["spans"]), databases: new Set(["talea", "system"]), listed: ["spans"] };

function whatOf(check: () => void): Refusal["what"] | undefined {
  try {
    check();
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return (error.details as Refusal).what;
  }
  return undefined;
}

/** A tree from lines without the three around every query. */
function treeOf(...lines: string[]): SyntaxNode {
  const around = ["SelectWithUnionQuery (children 1)", " ExpressionList (children 1)", "  SelectQuery (children 1)"];
  const root = readSyntaxTree([...around, ...lines.map((line) => `   ${line}`)]);
  assert.ok(root !== undefined);
  return root;
}

const refused = (...lines: string[]) => whatOf(() => checkSyntax(treeOf(...lines), NAMES));

test("a tree is read with its names, literals and children", () => {
  const [list] = treeOf(
    "Function count (alias c) (children 1)",
    " ExpressionList",
    "Literal 'a (alias b)' (alias c)",
  ).children;
  const [call, literal] = list?.children[0]?.children ?? [];
  assert.deepEqual([call?.kind, call?.text, call?.children.length], ["Function", "count", 1]);
  assert.equal(literal?.text, "'a (alias b)' (alias c)");
  assert.equal(readSyntaxTree(["A", "   B"]), undefined);
  assert.equal(readSyntaxTree(["A", "B"]), undefined);
  assert.equal(readSyntaxTree([]), undefined);
});

test("only kinds of nodes that are known, functions and tables that are listed pass", () => {
  assert.equal(
    refused("Function count", "TableExpression", " TableIdentifier spans", "Identifier spans.name"),
    undefined,
  );
  assert.equal(refused("ColumnsApplyTransformer"), "clause");
  assert.equal(refused("SomethingNew x"), "clause");
  assert.equal(refused("Function hostName"), "function");
  assert.equal(refused("Function count (1)"), "function");
  assert.equal(refused("TableExpression", " TableIdentifier talea.spans"), "database");
  assert.equal(refused("TableExpression", " TableIdentifier others"), "table");
  assert.equal(refused("TableExpression", " Function file"), "table function");
  assert.equal(refused("TableExpression", " Function numbers", "  ExpressionList", "   Function file"), "function");
  assert.equal(refused("Identifier talea.spans.name"), "database");
  assert.equal(
    whatOf(() => checkSyntax({ kind: "DropQuery", text: "", children: [] }, NAMES)),
    "statement",
  );
});

test("what the engine looks up by names in arguments is refused", () => {
  const call = (name: string, ...args: string[]) =>
    refused(`Function ${name}`, " ExpressionList", ...args.map((arg) => `  ${arg}`));
  assert.equal(call("arrayMap", "Identifier file", "Literal Array_['x']"), "argument");
  assert.equal(call("arrayMap", "Function lambda", "Literal Array_['x']"), undefined);
  assert.equal(call("arraySum", "Identifier list"), undefined);
  assert.equal(call("in", "Identifier x", "Identifier other.table"), "database");
  assert.equal(call("CAST", "Literal UInt64_1", "Literal 'UInt8'"), undefined);
  assert.equal(call("CAST", "Literal '1'", "Literal 'AggregateFunction(sum, UInt8)'"), "type");
  assert.equal(call("CAST", "Literal '1'", "Function concat"), "type");
  assert.equal(call("JSONExtract", "Literal '{}'", "Literal 'a'", "Function concat"), "type");
});

test("aggregate functions pass with their combinations, and nothing else does by looking like one", () => {
  for (const name of ["count", "COUNT", "sumIf", "quantilesTDigestArrayIf", "argMaxOrNull", "uniqExactDistinct"]) {
    assert.ok(isAllowedFunction(name), name);
  }
  for (const name of ["sumState", "sumMerge", "fileIf", "hostNameArray", "sumSimpleState", "lowerIf"]) {
    assert.ok(!isAllowedFunction(name), name);
  }
});

test("what the engine has resolved has to be views of the project", () => {
  const lines = (...table: string[]) => table.map((name) => `    TABLE id: 3, alias: __table1, table_name: ${name}`);
  const check = (...all: string[]) => whatOf(() => checkResolved(all, "talea_sql_1"));
  assert.equal(check("QUERY id: 0", ...lines("talea_sql_1.spans", "system.one")), undefined);
  assert.equal(check(...lines("talea_sql_1.spans", "talea.spans")), "table");
  assert.equal(check(...lines("talea_sql_12.spans")), "table");
  assert.equal(check("  TABLE id: 1, alias: a, table_name: talea_sql_1.spans, table_name: talea.spans"), "table");
  assert.equal(check("  TABLE id: 1"), "table");
  assert.equal(check("  TABLE_FUNCTION id: 1, alias: __table1, table_function_name: numbers"), undefined);
  assert.equal(check("  TABLE_FUNCTION id: 1, alias: __table1, table_function_name: file"), "table");
  assert.equal(
    check("  FUNCTION id: 4, function_name: file, function_type: ordinary, result_type: String"),
    "function",
  );
  assert.equal(check("  CONSTANT id: 4, constant_value: '\\nTABLE id: 3', constant_value_type: String"), undefined);
});
