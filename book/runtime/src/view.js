// Views: a figure, its controls, its words. No mathematics here: a view shows states that others computed.
import { admits, placeOf, read, spoken, stateNumber, valueAt, write, written } from "./address.js";
import { parseNumber } from "./answers.js";
import { announcer, beside, loadDrawing, make, settled, specification, theme } from "./dom.js";
import { Film } from "./film.js";
import { heightAt } from "./size.js";
import { decode, unpack } from "./states.js";

/** @typedef {{figure: {data: object[], layout: object}, description: string, source?: string}} State where it comes from: SOURCES */
/** @typedef {(view: View, values: Record<string, *>) => Promise<State | null>} Provider */

const LOST = "This setting could not be loaded; the default is shown.";
const PRINTED = 640; // px
const SOON = 120; // ms that a live view may take before the nearest stored state is shown instead: the picture must not flicker
/** What a view says of the state that it shows, once it can show others; a provider's own states are "computed". */
const SOURCES = { stored: "stored step", near: "nearest stored step", computed: "computed here" };
const STARTING = "Python starts \u2026";
/** Somebody reads: the first sign of life. Until then nothing is fetched that the page does not need to stand. */
const reader = new Promise((here) => {
  for (const sign of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(sign, here, { once: true, passive: true, capture: true });
});

/** @type {Map<string, Promise<object>>} */
const files = new Map();

/** The decoded states of a view's file, fetched once; a failed fetch may be tried again. */
function statesOf({ states: url, controls }) {
  if (!files.has(url)) {
    const loading = fetch(url).then(async (answer) => {
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      const all = decode(await unpack(await answer.arrayBuffer()));
      const wanted = controls.reduce((count, { values }) => count * values.length, 1);
      if (all.count !== wanted) throw new Error(`${url} has ${all.count} states, not ${wanted}`);
      return all;
    });
    loading.catch(() => files.delete(url));
    files.set(url, loading);
  }
  return files.get(url);
}

/** The stored state of a setting, between the steps the nearest: the default is in the page, every other in its file. */
const stored = async ({ spec }, values) => {
  const { controls, figure, description, states } = spec;
  const positions = controls.map((control) => placeOf(control, values[control.name]));
  const source = !states ? "computed" : positions.every(Number.isInteger) ? "stored" : "near";
  const nearest = positions.map(Math.round);
  if (controls.every((control, index) => control.values[nearest[index]] === control.value)) return states || positions.every(Number.isInteger) ? { figure, description, source } : null;
  if (!states) return null;
  const all = await statesOf(spec);
  return { ...all.state(stateNumber(controls, nearest)), source };
};

/** @type {Provider[]} */
const providers = [stored];

/**
 * Ask `provider` for states before those that were registered earlier; it answers null where it has none.
 * @param {Provider} provider
 */
export const registerProvider = (provider) => void providers.unshift(provider);

const placed = (input) => (input.type === "checkbox" ? input.checked : input.value);

export class View {
  /**
   * @param {HTMLElement} figure
   * @param {{top: number, width: number}} place where its plot stands now
   */
  constructor(figure, { top, width }) {
    this.figure = figure;
    this.spec = specification(figure);
    this.form = figure.querySelector(".m-controls");
    this.plot = figure.querySelector(".m-plot");
    this.words = figure.querySelector(".m-words");
    this.canvas = this.plot.appendChild(make("div", { class: "m-canvas", "aria-hidden": "true" }));
    this.state = { figure: this.spec.figure, description: this.spec.description, source: this.spec.states ? "stored" : "computed" };
    this.settings = this.spec.controls.map(({ value }) => value);
    this.asked = this.shown = 0;
    this.places = [];
    this.tight = top > innerHeight; // what is on screen keeps the height that the page gave it
    this.drawnWidth = width;
    this.fit(width);
    this.tell();
    if (this.form) this.listen();
  }

  /** The settings by name. */
  get values() {
    return Object.fromEntries(this.spec.controls.map((control, index) => [control.name, this.settings[index]]));
  }

  /** True while a control stands between its stored steps. */
  get between() {
    return this.spec.controls.some((control, index) => !Number.isInteger(placeOf(control, this.settings[index])));
  }

  input(control) {
    return this.form.elements.namedItem(control.name);
  }

  listen() {
    this.words?.setAttribute("aria-live", "off"); // every step of a slider would be read out
    this.announce = announcer(this.figure);
    this.status = this.form.querySelector(".m-tools").appendChild(make("span", { class: "m-status", role: "status" }));
    this.remember = settled(() => this.writeAddress(), 150); // browsers limit how often the address may change
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", ({ target }) => target.name && this.moved());
    this.form.addEventListener("change", ({ target }) => target.matches(".m-number") && this.typed(target));
    this.form.addEventListener("reset", () => setTimeout(() => this.set(this.spec.controls.map(({ value }) => value))));
    this.form.querySelector(".m-link").addEventListener("click", () => this.copyLink());
    this.films = this.spec.controls.filter(({ play }) => play).map((control) => new Film(this, control, this.form.querySelector(`.m-play[data-for="${CSS.escape(control.name)}"]`)));
    for (const intent of this.films.length ? ["pointerdown", "focusin"] : ["pointerenter", "pointerdown", "focusin"]) this.form.addEventListener(intent, () => this.prefetch(), { passive: true });
    if (this.spec.controls.some(({ handle, last }) => handle || last)) this.loadHands();
    this.settings = read(this.spec, location.search);
    this.showControls(true);
    if (this.spec.controls.some(({ value }, index) => value !== this.settings[index])) this.update();
  }

  /** What is worked in the figure itself: its own file, for the pages that have it. */
  async loadHands() {
    try {
      this.hands = (await import(beside("hands.js"))).handsOf(this);
      this.hands.forEach((hand) => hand.place());
    } catch (reason) {
      this.report("What is set in the figure itself could not be loaded.", () => location.reload());
      console.warn(reason);
    }
  }

  /** Fetch the states before they are needed; a failure is reported when one is. */
  prefetch() {
    if (this.spec.states) statesOf(this.spec).catch(() => {});
  }

  /** Controls were moved: those that stand elsewhere than they were put have new values. */
  moved() {
    this.settings = this.spec.controls.map((control, index) => {
      const input = this.input(control);
      const before = this.settings[index];
      if (placed(input) === this.places[index]) return before;
      const value = input.type === "checkbox" ? input.checked : valueAt(control, Number(input.value));
      return control.integer ? this.stepped(control, input, value, before) : value;
    });
    this.refuse("");
    this.showControls();
    this.remember();
    this.wantPython();
    return this.update();
  }

  /** What is not stored takes Python: python.js hears it, loaded by intent.js. */
  wantPython() {
    if (this.between || !this.spec.states) this.figure.dispatchEvent(new CustomEvent("m-wants-python", { bubbles: true }));
  }

  /** Between whole numbers a key must not do nothing: the next one, where the thumb has moved and the number has not. */
  stepped(control, input, value, before) {
    const way = Math.sign(Number(input.value) - placeOf(control, before));
    if (value !== before || !way || !admits(control, value + way)) return value;
    input.value = String(placeOf(control, value + way));
    return value + way;
  }

  /** A number was written beside a slider; between the steps it takes Python, which a view asks for by an event. */
  typed(field) {
    const index = this.spec.controls.findIndex(({ name }) => name === field.dataset.for);
    const control = this.spec.controls[index];
    const value = parseNumber(field.value);
    const right = value !== null && admits(control, value);
    field.setAttribute("aria-invalid", String(!right));
    if (!right) return this.refuse(`${control.label}: ${control.integer ? "a whole number" : "a number"} from ${spoken(control, control.low)} to ${spoken(control, control.high)} is accepted.`);
    this.set(this.settings.map((one, place) => (place === index ? value : one)));
    this.wantPython();
  }

  /** Take over settings, wherever they come from. */
  set(settings) {
    this.settings = settings;
    this.refuse("");
    this.showControls(true);
    this.remember();
    return this.update();
  }

  /** Say below the controls why a typed value is not taken; nothing for "". */
  refuse(words) {
    this.form.querySelector(".m-refusal")?.remove();
    if (words) this.form.append(make("p", { class: "m-refusal", role: "alert" }, words));
    else for (const field of this.form.querySelectorAll(".m-number[aria-invalid]")) field.removeAttribute("aria-invalid");
  }

  /** Let outputs, and where `inputs` is set the inputs themselves, say where the controls stand. */
  showControls(inputs = false) {
    this.spec.controls.forEach((control, index) => {
      const input = this.input(control);
      const value = this.settings[index];
      const position = placeOf(control, value);
      if (inputs && input.type === "checkbox") input.checked = position === 1;
      else if (inputs) input.value = String(position);
      this.places[index] = placed(input);
      if (input.type !== "range") return;
      input.setAttribute("aria-valuetext", spoken(control, value));
      input.style.setProperty("--m-at", `${(100 * position) / (control.values.length - 1)}%`);
      this.form.querySelector(`.m-number[data-for="${CSS.escape(control.name)}"]`).value = written(control, value);
    });
    this.hands?.forEach((hand) => hand.place());
  }

  /** The first state that a provider has for `values`; null where none has. A reason with a sentence is for the reader. */
  async ask(values) {
    this.reason = "";
    for (const provider of providers) {
      try {
        const state = await provider(this, values);
        if (state) return state;
      } catch (reason) {
        if (reason.sentence) this.reason = reason.sentence;
        else console.warn(reason);
      }
    }
    return null;
  }

  /**
   * Show the state of the present setting: between the steps the nearest stored one where the setting's own is not there soon.
   * What a later move has overtaken is dropped.
   */
  async update() {
    const ticket = ++this.asked;
    const { values } = this;
    const waiting = this.between && setTimeout(() => this.showNearest(values, ticket), this.live ? SOON : 0);
    const state = await this.ask(values);
    clearTimeout(waiting);
    if (ticket < this.shown || (!state && ticket !== this.asked)) return;
    this.answered = ticket;
    if (!state && !this.spec.states && !this.reason) return; // Python is on its way
    this.report(this.reason || (state ? "" : LOST));
    await this.show(state ?? { figure: this.spec.figure, description: this.spec.description, source: "stored" }, ticket);
  }

  async showNearest(values, ticket) {
    const near = await stored(this, values).catch(() => null); // update reports where nothing else comes
    if (near && this.answered !== ticket) this.show(near, ticket);
  }

  /** Put a state on screen unless a later one is there already. */
  show(state, ticket = this.asked) {
    if (ticket < this.shown) return;
    this.shown = ticket;
    this.state = state;
    this.tell();
    this.say();
    this.announce?.(state.description);
    return this.draw();
  }

  /** Say where the state comes from: between the steps always, else once the view is live. */
  tell() {
    const { source = "computed" } = this.state;
    this.figure.dataset.source = source;
    const place = this.form?.querySelector(".m-source");
    if (place) place.textContent = this.live || source !== "stored" ? SOURCES[source] : this.form.dataset.live === "starting" ? STARTING : "";
  }

  /** Put the description below the figure, in a place that grows but never shrinks: the page must not jump. */
  say() {
    if (!this.words) return;
    this.words.style.minHeight = `${this.words.offsetHeight}px`;
    this.words.textContent = this.state.description;
  }

  /** A sentence about what went wrong, with a way to try again; none for "". */
  report(problem, retry = () => this.update()) {
    this.problem?.remove();
    if (!problem) return;
    this.problem = make("p", { class: "m-problem", role: "alert" }, `${problem} `, make("button", { type: "button", click: retry }, "Retry"));
    this.plot.after(this.problem);
  }

  width(plot = this.plot.clientWidth) {
    const width = plot || PRINTED; // none while it is hidden
    return View.printing ? Math.min(PRINTED, width) : width;
  }

  /** Reserve the height that the figure takes where its plot has this width, within the bounds that a slide sets. */
  fit(plot) {
    const { minHeight, maxHeight } = this.plot.style;
    this.height = Math.max(parseFloat(minHeight) || 0, Math.min(parseFloat(maxHeight) || Infinity, heightAt(this.state.figure, this.width(plot), this.tight)));
    this.plot.style.height = `${this.height}px`;
  }

  /** Draw the state once the view is near the screen. */
  async draw() {
    this.fit();
    if (!this.near) return;
    try {
      this.paint(await loadDrawing());
    } catch (reason) {
      this.report("The figure could not be drawn; its still picture is shown.", () => this.update());
      console.warn(reason);
    }
  }

  paint(draw) {
    draw(this.canvas, this.state.figure, theme(this.plot, View.printing), this.width(), this.height);
    this.hands?.forEach((hand) => hand.place());
    this.plot.querySelector(".m-still")?.remove();
    this.painted = true;
  }

  writeAddress() {
    const search = write(this.spec, this.settings, location.search);
    if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
  }

  async copyLink() {
    this.writeAddress();
    const link = `${location.href.split("#")[0]}#${this.figure.id}`;
    this.status.replaceChildren();
    try {
      await navigator.clipboard.writeText(link);
      this.status.textContent = "Link copied.";
    } catch {
      const field = make("input", { class: "m-address", readonly: true, value: link, "aria-label": "Link to this setting" });
      this.status.replaceChildren("Copy this link: ", field);
      field.select();
    }
  }
}

/** The page's views by their figure. @type {Map<HTMLElement, View>} */
export const views = new Map();
let observers;

/** Where a figure's plot stands. A question to the layout after a change costs a layout of the page: all ask before the first changes. */
function placeOnPage(figure) {
  const plot = figure.querySelector(".m-plot");
  return { top: plot.getBoundingClientRect().top, width: plot.clientWidth };
}

/** Bring a figure of the page to life: it is drawn as it comes near the screen and again when theme, width or paper change. */
export function adopt(figure, place = placeOnPage(figure)) {
  observers ??= watched();
  const view = new View(figure, place);
  views.set(figure, view);
  observers.near.observe(figure);
  observers.dwell.observe(figure);
  observers.resized.observe(view.plot);
  return view;
}

/** Forget a view that leaves the page. */
export function release(figure) {
  const view = views.get(figure);
  if (!view) return;
  views.delete(figure);
  observers.near.unobserve(figure);
  observers.dwell.unobserve(figure);
  observers.resized.unobserve(view.plot);
}

function watched() {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const view = views.get(target);
      if (isIntersecting && view && !view.near) {
        view.near = true;
        view.draw();
      }
    }
  }, { rootMargin: "300px" });
  const dwell = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const view = views.get(target);
      clearTimeout(view?.dwelling);
      if (view) view.dwelling = isIntersecting && !view.films?.length && setTimeout(() => reader.then(() => view.dwelling && view.prefetch()), 800);
    }
  }, { rootMargin: "-40% 0px" });
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const view = views.get(target.closest(".m-view"));
      if (view && target.clientWidth && view.width() !== view.drawnWidth) {
        view.drawnWidth = view.width();
        if (view.words) view.words.style.minHeight = "";
        view.draw();
      }
    }
  });
  const redraw = () => views.forEach((view) => view.near && view.draw());
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  return { near, dwell, resized };
}

export function startViews() {
  const figures = [...document.querySelectorAll(".m-view")];
  const places = figures.map(placeOnPage);
  figures.forEach((figure, index) => adopt(figure, places[index]));
}

/** On paper every view is drawn, in the light theme; still pictures stay where plot.js is not there. */
function print(printing) {
  View.printing = printing;
  for (const view of views.values()) {
    view.plot.querySelector(".m-still")?.setAttribute("loading", "eager");
    view.fit();
    if (window.drawMiniature && (printing || view.painted)) view.paint(window.drawMiniature);
  }
}
