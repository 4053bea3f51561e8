// The page's code cells: run, edited, reset; their outputs stand where the built ones stood.
import { make, theme } from "./dom.js";
import { Outputs } from "./outputs.js";
import { write } from "./writing.js";

const RAN = { done: "ran", error: "raised an error", stopped: "was stopped" };

class Cell {
  /**
   * @param {{number: number, source: string}} entry
   * @param {HTMLElement | null} tools none where the page hides the cell
   * @param {Cells} all
   */
  constructor({ number, source }, tools, all) {
    Object.assign(this, { number, source, text: source, tools, all, running: null });
    this.element = tools?.closest(".cell");
    if (!tools) return;
    this.built = [...this.element.querySelectorAll(":scope > .cell_output")].at(0) ?? null;
    this.code = this.element.querySelector(".cell_input > div[class*='highlight']");
    this.place = make("div", { class: "m-out cell_output", "data-cell": String(number) });
    if (this.built) this.built.after(this.place);
    else (this.element.querySelector(":scope > .cell_input") ?? this.element.lastElementChild).after(this.place);
    this.outputs = new Outputs(this.place, { number, built: this.built, page: all.page });
  }

  button(name) {
    return this.tools.querySelector(`[data-python="${name}"]`);
  }

  /** Run the cell as it stands; true where it went through. A run that goes on is joined. */
  run() {
    this.running ??= this.#run().finally(() => (this.running = null));
    return this.running;
  }

  async #run() {
    const begin = this.#begin();
    try {
      const look = theme(this.element ?? document.body);
      const { ok } = await this.all.engine.call({ call: "run", code: this.text, cell: String(this.number), theme: look }, {
        output: (output) => {
          begin();
          this.#show(output);
        },
      });
      begin();
      this.#mark(ok ? "done" : "error");
      return ok;
    } catch (reason) {
      this.#refused(reason);
      return false;
    } finally {
      if (this.place) this.place.style.minHeight = "";
    }
  }

  /** What was shown stays until the first output is there; then the place keeps its height until the last is. */
  #begin() {
    let begun = !this.tools;
    this.#mark("running");
    this.editor?.mark(null);
    return () => {
      if (begun) return;
      begun = true;
      this.place.style.minHeight = `${(this.built?.isConnected ? this.built : this.place).offsetHeight}px`;
      this.built?.remove();
      this.outputs.clear();
    };
  }

  #show(output) {
    if (!this.tools) return void (output.type === "error" && this.all.say(`A hidden cell of the page raised ${output.name}: ${output.message}`));
    const shown = this.outputs.add(output);
    if (output.type !== "error") return;
    if (output.name === "NameError" && this.number > 1) {
      const click = () => this.all.above(this).then((ok) => ok && this.run());
      shown.append(make("p", {}, "Is it defined in a cell above? ", make("button", { type: "button", click }, "Run all above, then this cell")));
    }
    if (output.line) this.edit(false).then(() => this.editor.mark(output.line));
  }

  /** Python did not run it: say why, beside what was there. */
  #refused(reason) {
    const { kind, sentence = "The cell could not be shown." } = reason;
    if (!kind) console.warn(reason); // not told by the engine
    this.#mark(kind === "stopped" ? "stopped" : "error");
    if (!this.tools) return;
    this.note?.remove();
    this.note = make("p", { class: "m-note", role: "status" }, `${sentence} `);
    if (kind !== "webassembly") this.note.append(make("button", { type: "button", click: () => this.run() }, kind === "stopped" ? "Run again" : "Retry"));
    this.place.append(this.note);
  }

  #mark(state) {
    if (!this.tools) return;
    if (state === "running") this.note?.remove();
    this.place.dataset.state = state;
    this.element.dataset.state = state;
    this.button("run").textContent = state === "running" ? "Running…" : "Run";
    this.button("reset").hidden = false;
    if (state in RAN) this.all.say(`Cell ${this.number} ${RAN[state]}.`);
  }

  /** Put the editor in the place of the code. */
  async edit(focus = true) {
    this.opening ??= this.#open();
    await this.opening;
    if (focus) this.editor.focus();
  }

  async #open() {
    const parent = make("div", { class: "m-editor" });
    const leave = () => this.button("run").focus();
    const changed = (text) => {
      this.text = text;
      this.button("reset").hidden = false;
    };
    const label = `Code of cell ${this.number}. Shift+Enter runs it, Escape leaves it.`;
    if (this.code) this.code.after(parent);
    else this.tools.before(parent);
    this.tools.closest("details")?.setAttribute("open", "");
    this.editor = await write({ parent, text: this.text, label, leave, changed, run: () => this.run(), complete: (text, position) => this.all.complete(text, position) });
    if (this.code) this.code.hidden = true;
    this.button("edit").hidden = true;
    this.editorPlace = parent;
  }

  /** The book's text and its built outputs again. */
  reset() {
    this.editor?.close();
    this.editorPlace?.remove();
    this.editor = this.opening = null;
    this.text = this.source;
    if (this.code) this.code.hidden = false;
    this.outputs.clear();
    if (this.built) this.place.before(this.built);
    delete this.place.dataset.state;
    delete this.element.dataset.state;
    this.button("edit").hidden = false;
    this.button("reset").hidden = true;
    this.button("run").focus();
    this.all.say(`Cell ${this.number} is the book’s again.`);
  }
}

export class Cells {
  /**
   * @param {import("./engine.js").Engine} engine
   * @param {{number: number, source: string}[]} entries
   * @param {object} page
   */
  constructor(engine, entries, page) {
    Object.assign(this, { engine, page });
    this.region = document.body.appendChild(make("p", { class: "m-sr", role: "status" }));
    this.list = entries.map((entry) => new Cell(entry, document.querySelector(`.m-cell-tools[data-cell="${entry.number}"]`), this));
    engine.listen((state) => ["off", "failed"].includes(state) && this.list.forEach(({ element }) => element?.dataset.state === "done" && delete element.dataset.state)); // their names are gone
  }

  say(words) {
    this.region.textContent = words;
  }

  of(button) {
    return this.list.find(({ tools }) => tools?.contains(button));
  }

  /** Run the cells before `cell`, hidden ones too, up to the first that fails; true where all went through. */
  async above(cell) {
    for (const one of this.list.slice(0, this.list.indexOf(cell))) if (!(await one.run())) return false;
    return true;
  }

  /** Names for the editor; only from a Python that runs and has nothing else to do. */
  async complete(text, position) {
    if (this.engine.state !== "ready") return null;
    return this.engine.call({ call: "complete", code: text, position }, { key: "complete" }).catch(() => null);
  }

  act(button, what) {
    const cell = this.of(button);
    const does = { run: () => cell.run(), edit: () => cell.edit(), reset: () => cell.reset(), above: () => this.above(cell) };
    return does[what]?.();
  }
}
