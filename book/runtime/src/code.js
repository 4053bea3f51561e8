// Code exercises: the reader's function in an editor, its tests in the worker, and what each of them gave.
import { make } from "./dom.js";
import { write } from "./writing.js";

/** Check the answer in the worker, and show its cases below the feedback. */
export async function check(engine, { spec, feedback }, answer) {
  const verdict = await engine.call({ call: "check", exercise: spec.id, answer }, { key: spec.id });
  if (!verdict) return null; // a later check has overtaken it
  const { right, message, cases = [] } = verdict;
  feedback.parentNode.querySelector(".m-cases")?.remove();
  if (cases.length) feedback.after(table(cases));
  return { right, message };
}

function table(cases) {
  const cell = (kind, words) => make(kind, kind === "th" ? { scope: "col" } : {}, words);
  const code = (words) => make("td", {}, make("code", {}, words));
  const row = ({ call, got, expected, right }) => make("tr", { "data-right": String(right) }, code(call), code(got), code(expected), make("td", {}, right ? "passed" : "failed"));
  const head = make("tr", {}, ...["Put in", "Came out", "Expected", "Test"].map((name) => cell("th", name)));
  const body = make("table", {}, make("thead", {}, head), make("tbody", {}, ...cases.map(row)));
  return make("div", { class: "m-cases", tabindex: "0", role: "group", "aria-label": "What the tests gave" }, body);
}

/** Turn the plain fields of code exercises into editors when they are first entered; the field keeps the text. */
export function startCode(complete) {
  const upgrade = async (field) => {
    if (field.dataset.upgraded) return;
    field.dataset.upgraded = "true";
    const parent = make("div", { class: "m-editor" });
    field.after(parent);
    const label = `${field.labels[0]?.textContent ?? "Your function"}. Shift+Enter checks it, Escape leaves it.`;
    const changed = (text) => text !== field.value && (field.value = text);
    const submit = field.form.querySelector("[type='submit']");
    const editor = await write({ parent, text: field.value, label, complete, changed, leave: () => submit.focus(), run: () => field.form.requestSubmit(submit) });
    if (editor.text !== field.value) editor.text = field.value; // written while the editor was loading
    const focused = document.activeElement === field;
    const at = field.selectionStart;
    field.hidden = true;
    field.addEventListener("input", () => editor.text !== field.value && (editor.text = field.value));
    field.labels[0]?.addEventListener("click", () => editor.focus());
    if (focused) editor.focus(at);
  };
  document.addEventListener("focusin", ({ target }) => target.matches?.(".m-code-answer") && upgrade(target));
  if (document.activeElement?.matches(".m-code-answer")) upgrade(document.activeElement);
}
