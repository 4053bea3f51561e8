// Where a reader writes code: the editor where it can be loaded, else a plain field that does the same.
import { beside, make } from "./dom.js";

let loading;
const load = () => (loading ??= import(beside("editor.js")).catch((reason) => {
  loading = undefined;
  throw reason;
}));

/** An editor in `options.parent`, as editor.js describes it. */
export async function write(options) {
  const own = (event) => event.ctrlKey || event.metaKey || event.altKey || event.stopPropagation(); // the theme takes "/" for its search
  options.parent.addEventListener("keydown", own);
  try {
    return (await load()).openEditor(options);
  } catch (reason) {
    console.warn(reason);
    return plain(options);
  }
}

function plain({ parent, text, label, run, leave, changed }) {
  const keydown = (event) => {
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      run();
    } else if (event.key === "Escape") leave();
  };
  const field = make("textarea", { class: "m-plain", "aria-label": label, rows: String(text.split("\n").length + 1), spellcheck: "false", input: () => changed(field.value), keydown });
  field.value = text;
  parent.append(field);
  return {
    get text() {
      return field.value;
    },
    set text(words) {
      field.value = words;
    },
    focus: () => field.focus(),
    mark() {}, // the error names the line
    close: () => field.remove(),
  };
}
