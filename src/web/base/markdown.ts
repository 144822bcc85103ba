// Markdown of agents as a tree of what may be shown. The lexer only tells where things begin and end; nothing of it
// becomes HTML. What could do harm or mislead stays the text that it is: raw HTML, links to anything but the web and
// mail, pictures (a link to them at most: loading one would tell its server who reads). And it ends soon whatever the
// text is: the lexer takes quadratic time for some texts and recurses into nested ones, so those are not given to it.

import { Lexer, type Token, type Tokens } from "marked";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "strong" | "emphasis" | "struck"; readonly content: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly content: readonly Inline[] };

export interface ListItem {
  /** Of a task: whether it is done. */
  readonly isDone: boolean | undefined;
  readonly content: readonly Block[];
}

export type Block =
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  | { readonly kind: "heading"; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly content: readonly Block[] }
  | { readonly kind: "list"; readonly first: number | undefined; readonly items: readonly ListItem[] }
  | {
      readonly kind: "table";
      /** How the cells of each column stand. */
      readonly align: readonly ("left" | "center" | "right" | undefined)[];
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
      /** Rows that are not shown. */
      readonly rest: number;
    }
  | { readonly kind: "rule" }
  /** What is shown as it stands. */
  | { readonly kind: "plain"; readonly text: string };

const TEXT_MAX = 100_000;
/** Markers of lists and quotes at the beginning of one line. */
const NESTING_MAX = 16;
/** Lines that go on a quote without its mark: each is looked at with all before it. */
const LAZY_LINES_MAX = 200;
const INLINE_MAX = 8_000;
/** Of length × marks of emphasis and links, over all paragraphs of a text: a tenth of a second at the very worst. */
const INLINE_WORK_MAX = 4_000_000;
const NODES_MAX = 4_000;
const TABLE_ROWS_MAX = 200;
const TABLE_COLUMNS_MAX = 40;

/** Undefined for a text that is too long or too deep: it is shown as it stands. */
export function parseMarkdown(text: string): readonly Block[] | undefined {
  if (text.length > TEXT_MAX || isTooDeep(text)) return undefined;
  try {
    return new Reading().blocks(lex(text.replace(/\r\n?/g, "\n")), 0);
  } catch (error) {
    // Nested deeper than the stack of the lexer reaches.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const MARKERS = /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=\s)))+/;
const MARKER = />|[-*+](?=\s)|\d[.)](?=\s)/g;
const INDENT_OF_LEVEL = 2;

function isTooDeep(text: string): boolean {
  let lazy = 0;
  let isQuoted = false;
  for (const line of text.split("\n")) {
    // Of the rest of a long line nothing is a marker.
    const begin = MARKERS.exec(line.slice(0, 400))?.[0] ?? "";
    if (begin !== "") {
      const indent = begin.length - begin.trimStart().length;
      if ((begin.match(MARKER)?.length ?? 0) + indent / INDENT_OF_LEVEL > NESTING_MAX) return true;
    }
    const isQuote = begin.includes(">");
    if (isQuoted && !isQuote && ++lazy > LAZY_LINES_MAX) return true;
    isQuoted = isQuote;
  }
  return false;
}

/** The blocks of a text; their inside is looked at only as far as it is cheap. */
function lex(text: string): readonly Token[] {
  const lexer = new Lexer({ gfm: true });
  lexer.blockTokens(text, lexer.tokens);
  let work = 0;
  for (const { src, tokens } of lexer.inlineQueue) {
    work += src.length * ((src.match(/[*_~[\]`<]/g)?.length ?? 0) + src.length / 50);
    if (src.length > INLINE_MAX || work > INLINE_WORK_MAX) tokens.push({ type: "text", raw: src, text: src });
    else lexer.inlineTokens(src, tokens);
  }
  return lexer.tokens;
}

/** One reading of tokens: it makes so many nodes and no more. */
class Reading {
  #nodes = 0;

  blocks(tokens: readonly Token[], depth: number): readonly Block[] {
    const blocks: Block[] = [];
    for (const [i, token] of tokens.entries()) {
      if (++this.#nodes > NODES_MAX || depth > NESTING_MAX) {
        blocks.push({
          kind: "plain",
          text: tokens
            .slice(i)
            .map(({ raw }) => raw)
            .join(""),
        });
        break;
      }
      const block = this.#block(token, depth);
      if (block !== undefined) blocks.push(block);
    }
    return blocks;
  }

  #block(token: Token, depth: number): Block | undefined {
    switch (token.type) {
      case "space":
      case "def":
      case "checkbox":
        return undefined;
      case "hr":
        return { kind: "rule" };
      case "heading":
        return { kind: "heading", level: (token as Tokens.Heading).depth, content: this.#inlines(token.tokens) };
      case "code": {
        const { text, lang = "" } = token as Tokens.Code;
        return { kind: "code", text, language: /^[\w+#.-]{1,24}/.exec(lang)?.[0] ?? "" };
      }
      case "blockquote":
        return { kind: "quote", content: this.blocks(token.tokens ?? [], depth + 1) };
      case "list":
        return this.#list(token as Tokens.List, depth);
      case "table":
        return this.#table(token as Tokens.Table);
      case "paragraph":
      case "text":
        return { kind: "paragraph", content: this.#inlines(token.tokens ?? [token]) };
      default:
        return { kind: "plain", text: token.raw.replace(/\n+$/, "") };
    }
  }

  #list({ ordered, start, items }: Tokens.List, depth: number): Block {
    return {
      kind: "list",
      first: ordered ? Number(start) || 1 : undefined,
      items: items.map(({ task, checked, tokens }) => ({
        isDone: task ? checked === true : undefined,
        content: this.blocks(tokens, depth + 1),
      })),
    };
  }

  #table({ header, align, rows, raw }: Tokens.Table): Block {
    if (header.length > TABLE_COLUMNS_MAX) return { kind: "plain", text: raw };
    const room = Math.max(1, Math.floor((NODES_MAX - this.#nodes) / header.length));
    const shown = rows.slice(0, Math.min(TABLE_ROWS_MAX, room));
    const cells = (row: readonly Tokens.TableCell[]) => row.map(({ tokens }) => this.#inlines(tokens));
    return {
      ...{ kind: "table", align: align.map((side) => side ?? undefined) },
      ...{ head: cells(header), rows: shown.map(cells), rest: rows.length - shown.length },
    };
  }

  #inlines(tokens: readonly Token[] | undefined): readonly Inline[] {
    const inlines: Inline[] = [];
    for (const [i, token] of (tokens ?? []).entries()) {
      if (++this.#nodes > NODES_MAX) {
        inlines.push({
          kind: "text",
          text: (tokens ?? [])
            .slice(i)
            .map(({ raw }) => raw)
            .join(""),
        });
        break;
      }
      inlines.push(this.#inline(token));
    }
    return inlines;
  }

  #inline(token: Token): Inline {
    switch (token.type) {
      case "strong":
        return { kind: "strong", content: this.#inlines(token.tokens) };
      case "em":
        return { kind: "emphasis", content: this.#inlines(token.tokens) };
      case "del":
        return { kind: "struck", content: this.#inlines(token.tokens) };
      case "codespan":
        return { kind: "code", text: (token as Tokens.Codespan).text };
      case "br":
        return { kind: "break" };
      case "link":
        return this.#link(token as Tokens.Link);
      case "image":
        return picture(token as Tokens.Image);
      case "escape":
        return { kind: "text", text: (token as Tokens.Escape).text };
      case "text":
        return { kind: "text", text: (token as Tokens.Text).text };
      default:
        return { kind: "text", text: token.raw };
    }
  }

  #link({ href, raw, tokens }: Tokens.Link): Inline {
    const safe = safeHref(href);
    return safe === undefined
      ? { kind: "text", text: raw }
      : { kind: "link", href: safe, content: this.#inlines(tokens) };
  }
}

function picture({ href, text, raw }: Tokens.Image): Inline {
  const safe = safeHref(href);
  if (safe === undefined) return { kind: "text", text: raw.length > 200 ? `${raw.slice(0, 200)}…` : raw };
  return { kind: "link", href: safe, content: [{ kind: "text", text: `picture: ${text || safe}` }] };
}

const SAFE_PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** An address of the web or of mail, as the browser will understand it; undefined for any other. */
export function safeHref(href: string): string | undefined {
  // Relative ones would lead into this page.
  if (!/^[a-z]+:/i.test(href) || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  return SAFE_PROTOCOLS.has(url.protocol) ? url.href : undefined;
}
