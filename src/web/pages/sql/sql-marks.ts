// What the editor shows of a query's text: its words in colours, and the place of a mistake.

import { type EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { inkedStretches, type SqlInk } from "../../state/sql-words.ts";

/** Sets the place of a mistake, in characters; undefined: there is none. */
export const setMistake = StateEffect.define<number | undefined>();

const inks = Object.fromEntries(
  (["keyword", "text", "number", "function", "comment", "parameter"] as const).map((ink) => [
    ink,
    Decoration.mark({ class: `sql-${ink}` }),
  ]),
) as Record<SqlInk, Decoration>;

const mistake = Decoration.mark({ class: "sql-mistake" });

const colours = StateField.define<DecorationSet>({
  create: coloured,
  update: (before, { docChanged, state }) => (docChanged ? coloured(state) : before),
  provide: (field) => EditorView.decorations.from(field),
});

function coloured(state: EditorState): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to, ink } of inkedStretches(state.doc.toString())) builder.add(from, to, inks[ink]);
  return builder.finish();
}

const mistakes = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, transaction) => {
    let marks = before.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMistake)) marks = markAt(transaction.state, effect.value);
    }
    return marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The word at the place, or the character; at the end of the text the last word. */
function markAt(state: EditorState, position: number | undefined): DecorationSet {
  if (position === undefined || state.doc.length === 0) return Decoration.none;
  const at = Math.min(position, state.doc.length - 1);
  const word = state.wordAt(at);
  const from = word !== null && word.from >= at ? word.from : at;
  return Decoration.set([mistake.range(from, Math.max(word?.to ?? 0, at + 1))]);
}

/** Colours and the mark of a mistake. */
export const sqlMarks: Extension = [colours, mistakes];
