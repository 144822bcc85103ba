// The syntax tree of a query as the engine tells it: EXPLAIN AST, one line a node, indented by its depth.
//
//   SelectWithUnionQuery (children 1)
//    ExpressionList (children 1)
//     SelectQuery (children 2)
//      ExpressionList (children 1)
//       Function count (alias c) (children 1)

export interface SyntaxNode {
  readonly kind: string;
  /** What stands behind the kind: a name, without its alias; of a literal the rest of the line. */
  readonly text: string;
  readonly children: readonly SyntaxNode[];
}

const LINE = /^( *)(\S+)(?: (.*?))??(?: \(alias (.*)\))?(?: \(children \d+\))?$/s;
const LITERAL = /^ *Literal (.*)$/s;

/** Reads the lines of a tree; undefined when they are none. */
export function readSyntaxTree(lines: readonly string[]): SyntaxNode | undefined {
  const path: { readonly depth: number; readonly children: SyntaxNode[] }[] = [];
  let root: SyntaxNode | undefined;
  for (const line of lines) {
    const match = LINE.exec(line);
    if (match === null) return undefined;
    const [, indent = "", kind = "", text = ""] = match;
    const children: SyntaxNode[] = [];
    const node = { kind, text: LITERAL.exec(line)?.[1] ?? text, children };
    while (path.length > 0 && (path.at(-1)?.depth ?? 0) >= indent.length) path.pop();
    const parent = path.at(-1);
    if (parent === undefined ? root !== undefined : indent.length !== parent.depth + 1) return undefined;
    if (parent === undefined) root = node;
    else parent.children.push(node);
    path.push({ depth: indent.length, children });
  }
  return root;
}
