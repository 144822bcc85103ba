import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/**
 * The editor's looks, from the page's own colours. The editor lives in a shadow tree: there its styles come as adopted
 * style sheets, which the page's policy allows, and not as elements, which it does not. Custom properties reach inside.
 */
export const sqlTheme: Extension = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--ground)", fontSize: "12px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "18px" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 12px 0 8px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "light-dark(#d5dcfb, #2f3763)",
  },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--ink-3)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "36px", padding: "0 4px 0 12px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-placeholder": { color: "var(--ink-3)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--pressed)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--fail-ground)" },
  ".sql-keyword": { color: "light-dark(#3a53d0, #8c9eff)", fontWeight: "500" },
  ".sql-function": { color: "light-dark(#6b3fa0, #c49cf5)" },
  ".sql-text": { color: "light-dark(#1f7a43, #7fd19b)" },
  ".sql-number, .sql-parameter": { color: "light-dark(#9a5b00, #e8b25f)" },
  ".sql-comment": { color: "var(--ink-3)", fontStyle: "italic" },
  ".sql-mistake": { textDecoration: "underline wavy var(--fail)", textUnderlineOffset: "3px" },
  ".cm-tooltip": {
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    backgroundColor: "var(--ground)",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "264px", minWidth: "280px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0 8px", lineHeight: "22px", color: "var(--ink-2)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-ground)",
    color: "var(--ink)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600", color: "var(--ink)" },
  ".cm-completionDetail": { marginLeft: "12px", color: "var(--ink-3)", fontStyle: "normal" },
  ".cm-tooltip.cm-completionInfo": {
    maxWidth: "280px",
    padding: "6px 8px",
    fontFamily: "var(--sans)",
    color: "var(--ink-2)",
  },
});
