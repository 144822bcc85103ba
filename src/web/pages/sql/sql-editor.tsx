import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useCommands } from "../../base/commands.ts";
import { mistakeAt, runSql, sqlInsertion, sqlSchema, sqlText, writeSql } from "../../state/sql.ts";
import { sqlCompletion } from "./sql-completion.ts";
import { SQL_COMMANDS } from "./sql-keys.ts";
import { setMistake, sqlMarks } from "./sql-marks.ts";
import { sqlTheme } from "./sql-theme.ts";

/** The editor of the query. Mod+Enter runs it, Esc leaves it. */
export function SqlEditor() {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | undefined>(undefined);
  useLayoutEffect(() => {
    const root = host.current?.attachShadow({ mode: "open" });
    if (root === undefined) return undefined;
    const view = new EditorView({ parent: root, root, state: stateOf(sqlText.peek()) });
    editor.current = view;
    return () => view.destroy();
  }, []);
  useSignalEffect(() => {
    const text = sqlText.value;
    const view = editor.current;
    const written = view?.state.doc.toString();
    if (view !== undefined && text !== written) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    }
  });
  useSignalEffect(() => editor.current?.dispatch({ effects: setMistake.of(mistakeAt.value) }));
  useSignalEffect(() => {
    const view = editor.current;
    if (view === undefined || sqlInsertion.value === undefined) return;
    view.dispatch(view.state.replaceSelection(sqlInsertion.value.text));
    view.focus();
  });
  useCommands(SQL_COMMANDS, () => ({ run: () => runSql(), write: () => editor.current?.focus() }));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that are typed inside are no commands of the page
    <div
      ref={host}
      class="sql-editor"
      onKeyDown={(event) => {
        if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
      }}
    />
  );
}

/**
 * A browser that types over styled text writes the style it found into the new one, as an attribute, which the page's
 * policy forbids and reports. So a letter that takes the place of a selection is put there by the editor.
 */
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { state } = view;
    const { main, ranges } = state.selection;
    const { data, inputType } = event;
    if (inputType !== "insertText" || data === null || main.empty || ranges.length > 1) return false;
    const insert = () => state.update(state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    const isHandled = state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, main.from, main.to, data, insert));
    if (!isHandled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

function stateOf(text: string): EditorState {
  return EditorState.create({ doc: text, extensions: extensions() });
}

function extensions(): Extension[] {
  const run = () => {
    runSql();
    return true;
  };
  const leave = (view: EditorView) => {
    view.contentDOM.blur();
    return true;
  };
  return [
    keymap.of([{ key: "Mod-Enter", run }]),
    lineNumbers(),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ override: [sqlCompletion(() => sqlSchema.data.peek())], icons: false }),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    keymap.of([{ key: "Escape", run: leave }]),
    EditorState.languageData.of(() => [{ commentTokens: { line: "--", block: { open: "/*", close: "*/" } } }]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Query", spellcheck: "false", autocapitalize: "off" }),
    placeholder("SELECT … FROM runs"),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) writeSql(state.doc.toString());
    }),
    typeOverSelection,
    sqlMarks,
    sqlTheme,
  ];
}
