import assert from "node:assert/strict";
import { test } from "node:test";
import { type Block, type Inline, parseMarkdown, safeHref } from "./markdown.ts";

/** The tree in short: `p(…)`, `**…**`, and so on. */
function sketch(text: string): string {
  const blocks = parseMarkdown(text);
  return blocks === undefined ? "as it stands" : blocks.map(block).join(" ");
}

function block(node: Block): string {
  switch (node.kind) {
    case "paragraph":
      return `p(${inlines(node.content)})`;
    case "heading":
      return `h${node.level}(${inlines(node.content)})`;
    case "code":
      return `code:${node.language}(${node.text})`;
    case "quote":
      return `quote(${node.content.map(block).join(" ")})`;
    case "list":
      return `${node.first ?? "-"}[${node.items.map(({ isDone, content }) => `${isDone ?? ""}${content.map(block).join(" ")}`).join(", ")}]`;
    case "table":
      return `table(${node.align.some(Boolean) ? `${node.align.map((side) => side ?? "-").join("|")}/` : ""}${[node.head, ...node.rows].map((row) => row.map(inlines).join("|")).join("/")}${node.rest > 0 ? `+${node.rest}` : ""})`;
    case "rule":
      return "rule";
    case "plain":
      return `plain(${node.text})`;
  }
}

function inlines(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === "text") return node.text;
      if (node.kind === "code") return `\`${node.text}\``;
      if (node.kind === "break") return "⏎";
      if (node.kind === "link") return `<${node.href}>(${inlines(node.content)})`;
      return `${node.kind}(${inlines(node.content)})`;
    })
    .join("");
}

test("what people write becomes headings, lists, tables, quotes and code", () => {
  assert.equal(
    sketch("# One *two*\n\ntext **bold** `code` ~~old~~"),
    "h1(One emphasis(two)) p(text strong(bold) `code` struck(old))",
  );
  assert.equal(sketch("- a\n- b\n  1. c\n"), "-[p(a), p(b) 1[p(c)]]");
  assert.equal(sketch("3. a\n4. b"), "3[p(a), p(b)]");
  assert.equal(sketch("- [x] done\n- [ ] open"), "-[truep(done), falsep(open)]");
  assert.equal(sketch("|a|b|\n|-|-|\n|1|`2`|"), "table(a|b/1|`2`)");
  assert.equal(sketch("|a|b|c|\n|:-|-:|:-:|\n|1|2|3|"), "table(left|right|center/a|b|c/1|2|3)");
  assert.equal(sketch("> q\n\n---\n\n```ts x\nlet a = '<b>';\n```"), "quote(p(q)) rule code:ts(let a = '<b>';)");
});

test("single line breaks stay in the text", () => {
  assert.equal(sketch("one\ntwo\r\nthree"), "p(one\ntwo\nthree)");
});

test("HTML is the text that it is", () => {
  assert.equal(sketch("<script>alert(1)</script>"), "plain(<script>alert(1)</script>)");
  assert.equal(sketch("a <img src=x onerror=alert(1)> b"), "p(a <img src=x onerror=alert(1)> b)");
  assert.equal(sketch("&lt;b&gt;"), "p(&lt;b&gt;)");
});

test("links lead to the web and to mail; all others are text", () => {
  assert.equal(sketch("[a](https://x.example/y)"), "p(<https://x.example/y>(a))");
  assert.equal(sketch("<mailto:a@b.example>"), "p(<mailto:a@b.example>(mailto:a@b.example))");
  for (const href of [
    ...[
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "data:text/html,<b>",
      "vbscript:x",
      "file:///etc/passwd",
      "blob:x",
    ],
    ...[
      "/runs",
      "runs",
      "//evil.example",
      "#x",
      "java&#x73;cript:alert(1)",
      "jav\tascript:alert(1)",
      "ftp://x.example",
      "",
    ],
  ]) {
    assert.ok(!sketch(`[a](<${href}>)`).includes(">("), href);
    assert.equal(safeHref(href), undefined, href);
  }
  assert.equal(sketch("[a][b]\n\n[b]: javascript:alert(1)"), "p([a][b])");
});

test("pictures are never shown, only named", () => {
  assert.equal(sketch("![cat](https://x.example/c.png)"), "p(<https://x.example/c.png>(picture: cat))");
  assert.equal(sketch("![cat](data:image/png;base64,AAAA)"), "p(![cat](data:image/png;base64,AAAA))");
});

test("a table of very many rows says how many are left out", () => {
  const text = `|a|\n|-|\n${"|x|\n".repeat(1_000)}`;
  assert.match(sketch(text), /^table\(a\/x.*\+800\)$/);
  assert.match(sketch(`${"|a".repeat(100)}|\n${"|-".repeat(100)}|\n`), /^plain/);
});

test("what is too long or too deep stands as it is", () => {
  for (const text of [
    "a".repeat(100_001),
    ">".repeat(50_000),
    "> ".repeat(17),
    "1. ".repeat(30_000),
    "- ".repeat(40_000),
    Array.from({ length: 200 }, (_, i) => `${" ".repeat(2 * i)}- a`).join("\n"),
    "> a\nb\n".repeat(10_000),
  ]) {
    assert.equal(sketch(text), "as it stands", text.slice(0, 40));
  }
});

test("no text takes long, whatever it is made of", () => {
  const size = 100_000;
  const pieces = [
    ...[
      "[",
      "![",
      "[a](",
      "*a ",
      "*a **b ",
      "*a _b ",
      "***a ",
      "~~a *b ",
      "`",
      "<",
      "<a ",
      "<!-- ",
      "|a",
      "|\\| ",
      "([",
      "&amp",
    ],
    ...[
      "a.b-c_d+",
      "a@b.c ",
      "http://a.b ",
      "www.",
      "- a\n",
      "- [ ] x\n",
      "[a]: b\n",
      "a\n=\n",
      "> a\n",
      "```\n",
      "#",
      "\t",
    ],
    ...["<div>\n\n", "- a\n\n  b\n\n", "  \n", "**_", "\\", "![a](b", "[a](<b", '[a](b "c '],
  ];
  for (const piece of pieces) {
    const times = Math.floor(size / piece.length);
    for (const text of [
      piece.repeat(times),
      `x ${piece.repeat(times / 20)}\n\n`.repeat(20),
      `|a|b|\n|-|-|\n|${piece.replaceAll("\n", "")}`.repeat(times / 4),
    ]) {
      const begun = performance.now();
      parseMarkdown(text.slice(0, size));
      const took = performance.now() - begun;
      // Generous: without the bounds some of these take half a minute.
      assert.ok(took < 2_500, `${JSON.stringify(piece)}: ${took.toFixed(0)} ms`);
    }
  }
});

test("the tree of a text has so many nodes and no more, and nothing of the text is lost", () => {
  const blocks = parseMarkdown("*a* ".repeat(20_000));
  const [first] = blocks ?? [];
  assert.equal(first?.kind, "paragraph");
  const lines = parseMarkdown("a\n\n".repeat(20_000)) ?? [];
  assert.ok(lines.length <= 4_001);
  assert.equal(
    lines
      .map((line) => (line.kind === "plain" ? line.text : "a"))
      .join("")
      .replaceAll("\n", "").length,
    20_000,
  );
});
