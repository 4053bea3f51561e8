// What a cell puts out, as the page shows it: text, tables, mathematics, pictures, figures, views, verdicts, errors.
import { beside, make } from "./dom.js";

const VIEW = "application/vnd.miniatures.view+json";
const CLAIM = "application/vnd.miniatures.claim+json";
const PLOTLY = "application/vnd.plotly.v1+json";
const MOST_TEXT = 110_000; // letters of a cell’s text; the worker sends at most 100 kB and a word on the rest

const text = (words, kind = "") => make("pre", { class: `m-text ${kind}`.trim(), tabindex: "0" }, words);

let mathematics;
/** KaTeX, loaded when the first formula comes. */
const loadMath = () => (mathematics ??= import(beside("math.js")).catch((reason) => {
  mathematics = undefined;
  throw reason;
}));

/** How each MIME type is shown, the richest first; each gives an element. */
const SHOWN = {
  [VIEW]: (data, place) => viewFigure({ ...data, name: data.name || place.name() }),
  [CLAIM]: verdict,
  [PLOTLY]: ({ data, layout: { template, ...layout } = {} }, place) =>
    viewFigure({ name: place.name(), view: "", figure: { data, layout }, description: typeof layout.title === "string" ? layout.title : layout.title?.text ?? "", controls: [], states: null }),
  "image/svg+xml": (data, place) => picture(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(data)}`, place),
  "image/png": (data, place) => picture(`data:image/png;base64,${data.replaceAll("\n", "")}`, place),
  "text/html": html,
  "text/latex": (data, place, { "text/plain": plain = data }) => {
    const box = make("div", { class: "math m-math" }, text(plain));
    loadMath().then(({ render }) => render(data, box)).catch((reason) => console.warn(reason)); // the plain text stays
    return box;
  },
  "text/plain": (data) => text(data),
};

const picture = (src, { number }) => make("img", { class: "m-picture", src, alt: `Figure that cell ${number} draws` });

/** The cell's own HTML; scripts in it do not run, by the page's policy. */
function html(data) {
  const box = make("div", { class: "m-html output text_html" });
  box.innerHTML = data;
  for (const corner of box.querySelectorAll("thead th:empty")) corner.replaceWith(make("td")); // heads nothing
  return box;
}

function verdict({ claim, measured, seeds, verdict, reason }, { built }) {
  const old = built?.querySelector(`[id="${CSS.escape(claim.replace(".", "-"))}"]`);
  const head = old?.querySelector(".m-claim-head").cloneNode(true) ?? make("p", { class: "m-claim-head" }, make("span", { class: "m-claim-number" }, claim), make("strong", { class: "m-verdict" }));
  head.querySelector(".m-verdict").textContent = verdict;
  const rows = Object.entries({ Measured: measured, Seeds: seeds, Why: reason }).flatMap(([name, words]) => [make("dt", {}, name), make("dd", {}, words)]);
  return make("aside", { class: "m-claim", "data-verdict": verdict, "aria-label": `Verdict on claim ${claim}, measured here` }, head, make("dl", {}, ...rows));
}

/** The figure of a view, as templates/view.html writes it. */
export function viewFigure(spec) {
  const figure = make("figure", { class: "m-view", id: spec.name, "data-view": spec.view });
  if (spec.controls.length) {
    const tools = make("div", { class: "m-tools" }, make("span", { class: "m-source" }), make("button", { type: "reset", class: "m-reset" }, "Reset"), make("button", { type: "button", class: "m-link" }, "Copy link"));
    const boxes = (handles) => spec.controls.filter(({ handle }) => Boolean(handle) === handles).map((control) => controlBox(spec, control));
    const folded = boxes(true);
    const numbers = folded.length ? [make("details", { class: "m-numbers" }, make("summary", {}, "Handles in numbers"), ...folded)] : [];
    figure.append(make("form", { class: "m-controls", autocomplete: "off" }, ...boxes(false), ...numbers, tools));
  }
  figure.append(make("div", { class: "m-plot" }));
  if (spec.description) figure.append(make("figcaption", { class: "m-words", "aria-live": "polite" }, spec.description));
  const page = make("script", { type: "application/json", class: "m-spec" });
  page.textContent = JSON.stringify({ ...spec, states: null });
  figure.append(page);
  return figure;
}

function controlBox({ name: view }, { name, kind, label, unit, values, value, names, play, last }) {
  const id = `${view}.${name}`;
  const at = values.indexOf(value);
  const box = make("div", { class: "m-control", "data-name": name, "data-kind": kind, ...(last && { role: "group", "aria-labelledby": id }) });
  const words = make("label", { for: id }, label);
  if (last) box.append(make("span", { class: "m-name", id }, label), make("input", { type: "hidden", name, value: "0" }));
  else if (kind === "toggle") box.append(make("input", { type: "checkbox", role: "switch", id, name, checked: value }), words);
  else if (kind === "choice") {
    const options = names.map((one, index) => make("option", { value: String(index), selected: index === at }, unit ? `${one} ${unit}` : one));
    box.append(words, make("select", { id, name }, ...options));
  } else {
    const field = make("input", { class: "m-number", type: "text", inputmode: "decimal", "data-for": name, "aria-label": `Type a value: ${label}` });
    box.append(words, make("input", { type: "range", id, name, min: "0", max: String(values.length - 1), step: "1", value: String(at) }), make("span", { class: "m-typed" }, field, make("span", { class: "m-unit" }, unit)));
    if (play) box.append(make("button", { type: "button", class: "m-play", "data-for": name, "aria-describedby": id }, "Play"));
  }
  return box;
}

/** The outputs of one cell in the page, in the order in which they come. */
export class Outputs {
  /**
   * @param {HTMLElement} element
   * @param {{number: number, built: HTMLElement | null, page: object}} cell
   */
  constructor(element, { number, built, page }) {
    Object.assign(this, { element, number, built, page, figures: [], letters: 0, count: 0 });
  }

  name() {
    return `run-${this.number}-${++this.count}`;
  }

  /** Show one OUTPUT of the worker's protocol; the element that shows it, null for what is not for the eye. */
  add(output) {
    if (output.type === "stream") return this.stream(output);
    if (output.type === "error") return this.error(output);
    const type = Object.keys(SHOWN).find((one) => one in output.data);
    if (!type) return null; // what glue keeps for the prose
    const shown = this.element.appendChild(SHOWN[type](output.data[type], this, output.data));
    if (shown.matches(".m-view")) {
      this.figures.push(shown);
      this.page.adopt(shown);
      this.page.refresh();
    }
    return shown;
  }

  stream({ name, text: words }) {
    words = words.slice(0, MOST_TEXT - this.letters);
    this.letters += words.length;
    const last = this.element.lastElementChild;
    if (!words) return last;
    if (last?.matches(`.m-text[data-stream="${name}"]`)) last.append(words);
    else this.element.append(Object.assign(text(words), { className: `m-text m-${name}` }));
    this.element.lastElementChild.dataset.stream = name;
    return this.element.lastElementChild;
  }

  error({ name, message, traceback }) {
    const box = make("div", { class: "m-error", role: "alert" }, make("p", {}, make("strong", {}, name), message ? `: ${message}` : ""));
    if (traceback?.trim()) box.append(make("details", {}, make("summary", {}, "Traceback"), text(traceback)));
    return this.element.appendChild(box);
  }

  clear() {
    for (const figure of this.figures.splice(0)) this.page.release(figure);
    this.element.replaceChildren();
    this.letters = this.count = 0;
  }
}
