// The code editor: CodeMirror with Python, brackets and completion. Loaded when a reader first edits.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const setMark = StateEffect.define();
const marked = Decoration.line({ class: "m-bad-line" });
/** The line that raised, until the text changes. */
const mark = StateField.define({
  create: () => Decoration.none,
  update(value, { effects, docChanged }) {
    for (const effect of effects) if (effect.is(setMark)) return effect.value === null ? Decoration.none : Decoration.set([marked.range(effect.value)]);
    return docChanged ? Decoration.none : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * An editor in `parent`.
 * @param {object} options
 * @param {HTMLElement} options.parent
 * @param {string} options.text
 * @param {string} options.label what a screen reader hears
 * @param {() => void} options.run Shift+Enter
 * @param {() => void} options.leave Escape
 * @param {(text: string) => void} options.changed
 * @param {(text: string, position: number) => Promise<{from: number, options: object[]} | null>} options.complete
 */
export function openEditor({ parent, text, label, run, leave, changed, complete }) {
  const source = async (context) => {
    if (!context.explicit && !context.matchBefore(/(?:^|[^\w.])[A-Za-z_][\w.]*$/)) return null;
    const found = await complete(context.state.doc.toString(), context.pos);
    return found?.options.length ? { ...found, validFor: /^\w*$/ } : null;
  };
  const started = (view) => {
    closeCompletion(view);
    run();
    return true;
  };
  const keys = [
    { key: "Shift-Enter", run: started },
    { key: "Mod-Enter", run: started },
    { key: "Tab", run: (view) => acceptCompletion(view) || indentMore(view), shift: indentLess },
  ];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.high(keymap.of(keys)), autocompletion({ override: [source], activateOnTypingDelay: 250, icons: false }), history(), drawSelection(), python(), indentUnit.of("    "), indentOnInput(), bracketMatching(), closeBrackets(),
        syntaxHighlighting(classHighlighter), mark,
        keymap.of([...completionKeymap, { key: "Escape", run: () => (leave(), true) }, ...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.lineWrapping, EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(insert) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
    },
    focus: (position) => {
      if (position !== undefined) view.dispatch({ selection: { anchor: position } });
      view.focus();
    },
    /** Mark a line, counted from 1; none for null. */
    mark(line) {
      const there = line !== null && line >= 1 && line <= view.state.doc.lines;
      view.dispatch({ effects: setMark.of(there ? view.state.doc.line(line).from : null) });
    },
    close: () => view.destroy(),
  };
}
