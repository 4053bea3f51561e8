// Marks: points that a reader sets in a figure by click, or with the cross hair and Enter; the last one can be taken back.
import { points } from "./address.js";
import { Board } from "./board.js";
import { make } from "./dom.js";
import { placed } from "./panel.js";

const joined = (marks) => marks.map((mark) => mark.join(".")).join("-");

export class Marks {
  /** @param {import("./view.js").View} view @param {object} control @param {number} index its place among the view's controls */
  constructor(view, control, index) {
    Object.assign(this, { view, control, index, dots: [] });
    this.board = new Board(view, control, 0, "cross hair");
    this.board.area.addEventListener("click", (event) => this.add(this.board.under(event)));
    this.board.area.addEventListener("pointerdown", () => view.prefetch());
    this.board.cross.addEventListener("click", () => this.add(this.board.at));
    this.board.cross.addEventListener("keydown", (event) => this.key(event));
    this.which = make("select", { class: "m-which", "aria-label": "A click marks" }, ...control.kinds.map(([name], kind) => make("option", { value: String(kind) }, name)));
    this.which.addEventListener("change", () => this.place());
    this.next = this.button("Next prepared", () => this.set(points(this.control.values[this.prepared + 1])));
    this.undo = this.button("Undo", () => this.set(this.marks.slice(0, -1)));
    this.clear = this.button("Clear", () => this.set([]));
    this.count = make("span", { class: "m-count" });
    const box = view.form.querySelector(`.m-control[data-name="${CSS.escape(control.name)}"]`);
    box.append(make("span", { class: "m-hand" }, ...(control.kinds.length > 1 ? [this.which] : []), ...(control.values.length > 1 ? [this.next] : []), this.undo, this.clear, this.count));
  }

  button(words, click) {
    return make("button", { type: "button", click }, words);
  }

  get marks() {
    return points(this.view.settings[this.index]);
  }

  /** How many of the prepared marks stand there, where they are all that do; -1 else. */
  get prepared() {
    return this.control.values.indexOf(this.view.settings[this.index]);
  }

  add(at) {
    if (this.marks.length >= this.control.most) return this.view.refuse(`${this.control.label}: ${this.control.most} are the most. Take some back.`);
    this.set([...this.marks, [...at, Number(this.which.value)]]);
  }

  set(marks) {
    this.view.set(this.view.settings.map((one, place) => (place === this.index ? joined(marks) : one)));
    this.view.wantPython();
  }

  key(event) {
    const kind = Number(event.key) - 1;
    if (this.board.moveBy(event)) return this.place();
    if (["Backspace", "Delete"].includes(event.key) && this.marks.length) this.set(this.marks.slice(0, -1));
    else if (this.control.kinds[kind] && this.control.kinds.length > 1) this.which.value = String(kind);
    else return;
    event.preventDefault();
    this.place();
  }

  /** Put the cross hair, the buttons and the marks that the figure does not show yet where they belong. */
  place() {
    const { board, marks, control, view } = this;
    board.place();
    const [x, y] = board.coordinates();
    const [name] = control.kinds[Number(this.which.value)];
    board.cross.setAttribute("aria-label", `${control.label}, at x ${x}, y ${y}. Enter marks ${name}, Delete takes the last one back.`);
    board.cross.dataset.kind = board.area.dataset.kind = this.which.value;
    this.undo.disabled = this.clear.disabled = !marks.length;
    this.next.disabled = this.prepared < 0 || this.prepared === control.values.length - 1;
    this.count.textContent = `${marks.length} of ${control.most}`;
    for (const dot of this.dots) dot.remove();
    this.dots = board.axes && view.state.source === "near" ? marks.map((mark) => this.dot(mark)) : [];
    view.plot.append(...this.dots);
  }

  dot([x, y, kind]) {
    const dot = make("span", { class: "m-dot", "data-kind": String(kind) });
    dot.style.translate = placed(this.board.axes, this.board.coordinates([x, y])).map((pixel) => `${pixel}px`).join(" ");
    return dot;
  }
}
