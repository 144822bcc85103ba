// The tree of a Markdown text as elements. Every text in it is shown through `visibleText`; there is no HTML.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { formatBytes } from "../base/format.ts";
import { type Block, type Inline, type ListItem, parseMarkdown } from "../base/markdown.ts";
import { markdownPieces } from "../base/text-pieces.ts";
import { visibleText } from "../base/visible-text.ts";
import { CopyButton } from "./copy-button.tsx";
import { LongText, TextPieces } from "./long-text.tsx";

/** What is shown more of at once. */
const STEP = 500_000;

interface MarkdownProps {
  readonly text: string;
  /** Only its beginning is seen. */
  readonly isClosed?: boolean;
}

/** A text as Markdown; what is too deep for that in it, as it stands. A long one is read piece by piece. */
export function Markdown({ text, isClosed = false }: MarkdownProps) {
  const shown = useSignal(STEP);
  const rest = text.length - shown.value;
  const pieces = useMemo(() => markdownPieces(text.slice(0, shown.value)), [text, shown.value]);
  return (
    <div class="markdown-pieces">
      <TextPieces pieces={isClosed ? pieces.slice(0, 1) : pieces} render={(piece) => <MarkdownPiece text={piece} />} />
      {rest > 0 && !isClosed && (
        <button type="button" class="button small" onClick={() => (shown.value += STEP)}>
          Show {rest > STEP ? `${formatBytes(STEP)} more of ` : "the other "}
          {formatBytes(rest)}
        </button>
      )}
    </div>
  );
}

function MarkdownPiece({ text }: { readonly text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return blocks === undefined ? <LongText text={text} /> : <Blocks blocks={blocks} />;
}

function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <div class="markdown foreign" dir="auto">
      {blocks.map((block, i) => (
        <BlockPart key={i} block={block} />
      ))}
    </div>
  );
}

function BlockPart({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "paragraph":
      return <p>{inlines(block.content)}</p>;
    case "heading":
      return heading(block.level, inlines(block.content));
    case "code":
      return <CodeBlock text={block.text} language={block.language} />;
    case "quote":
      return (
        <blockquote>
          <Blocks blocks={block.content} />
        </blockquote>
      );
    case "list":
      return <List first={block.first} items={block.items} />;
    case "table":
      return <Table block={block} />;
    case "rule":
      return <hr />;
    case "plain":
      return <p class="markdown-plain">{visibleText(block.text)}</p>;
  }
}

/** Headings of texts lie below those of the page. */
function heading(level: number, content: ComponentChildren) {
  if (level === 1) return <h3>{content}</h3>;
  if (level === 2) return <h4>{content}</h4>;
  return level === 3 ? <h5>{content}</h5> : <h6>{content}</h6>;
}

function CodeBlock({ text, language }: { readonly text: string; readonly language: string }) {
  return (
    <div class="markdown-code">
      <header>
        <span class="muted">{language}</span>
        <CopyButton text={() => text} label="Copy the code" />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <pre tabIndex={0}>
        <code>{visibleText(text)}</code>
      </pre>
    </div>
  );
}

function List({ first, items }: { readonly first: number | undefined; readonly items: readonly ListItem[] }) {
  const content = items.map(({ isDone, content }, i) => (
    <li key={i} class={isDone === undefined ? "" : "task"}>
      {isDone !== undefined && <input type="checkbox" checked={isDone} disabled aria-label="Done" />}
      <Blocks blocks={content} />
    </li>
  ));
  return first === undefined ? <ul>{content}</ul> : <ol start={first}>{content}</ol>;
}

function Table({ block: { align, head, rows, rest } }: { readonly block: Extract<Block, { readonly kind: "table" }> }) {
  return (
    <div class="markdown-table">
      <table>
        <thead>
          <tr>
            {head.map((cell, i) => (
              <th key={i} class={align[i]}>
                {inlines(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={j} class={align[j]}>
                  {inlines(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <p class="muted">{rest} more rows are not shown</p>}
    </div>
  );
}

function inlines(nodes: readonly Inline[]): ComponentChildren {
  return nodes.map((node, i) => <InlinePart key={i} node={node} />);
}

function InlinePart({ node }: { readonly node: Inline }) {
  switch (node.kind) {
    case "text":
      return <>{visibleText(node.text)}</>;
    case "code":
      return <code>{visibleText(node.text)}</code>;
    case "break":
      return <br />;
    case "strong":
      return <strong>{inlines(node.content)}</strong>;
    case "emphasis":
      return <em>{inlines(node.content)}</em>;
    case "struck":
      return <s>{inlines(node.content)}</s>;
    case "link":
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer nofollow" title={visibleText(node.href)}>
          {inlines(node.content)}
        </a>
      );
  }
}
