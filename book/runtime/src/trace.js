// A trace: the way of the reader's pointer over a figure while words appear, recorded after a press of the button.
import { Board } from "./board.js";
import { make } from "./dom.js";

const EVERY = 50; // ms between two places that are kept
const STRIDE = 25; // presses of an arrow key across the panel

export class Trace {
  /** @param {import("./view.js").View} view @param {object} control @param {number} index its place among the view's controls */
  constructor(view, control, index) {
    Object.assign(this, { view, control, index });
    const { label, stops } = control;
    this.board = new Board(view, control, 1, "pointer of the recording");
    this.board.cross.setAttribute("aria-label", `${label}: while it records, ${stops.length ? `the keys 1 to ${stops.length} jump to a place, and ` : ""}the arrow keys move. Escape gives up.`);
    this.board.area.addEventListener("pointermove", (event) => this.recording && this.board.moveTo(this.board.under(event)));
    this.board.area.addEventListener("pointerdown", (event) => this.recording && this.board.moveTo(this.board.under(event)));
    this.board.cross.addEventListener("keydown", (event) => this.key(event));
    this.record = make("button", { type: "button", click: () => (this.recording ? this.stop() : this.start()) }, "Record");
    this.example = make("button", { type: "button", click: () => this.set(control.values[1]) }, "Show an example");
    this.clear = make("button", { type: "button", click: () => this.set("") }, "Clear");
    this.words = make("span", { class: "m-prompt", role: "status" });
    const box = view.form.querySelector(`.m-control[data-name="${CSS.escape(control.name)}"]`);
    box.append(make("span", { class: "m-hand" }, this.record, ...(control.values.length > 1 ? [this.example] : []), this.clear, this.words));
    view.form.addEventListener("reset", () => this.stop());
    document.addEventListener("visibilitychange", () => this.stop());
  }

  start() {
    if (!this.board.axes) return;
    for (const other of this.view.hands) other.stop?.();
    Object.assign(this, { recording: true, places: [], kept: -Infinity, began: performance.now() });
    for (const part of this.shown) part.classList.add("m-recording");
    this.record.textContent = "Stop";
    this.board.cross.focus({ preventScroll: true });
    for (const part of [this.words, this.board.area]) part.scrollIntoView({ block: "nearest" }); // the words stay in sight
    this.tick();
  }

  /** What looks otherwise while it records. */
  get shown() {
    return [this.view.plot, this.board.area, this.board.cross, this.words];
  }

  /** Give up; what was recorded before stays. */
  stop() {
    if (!this.recording) return;
    this.recording = false;
    this.words.textContent = "";
    for (const part of this.shown) part.classList.remove("m-recording");
    this.record.textContent = "Record";
  }

  tick() {
    if (!this.recording) return;
    const time = performance.now() - this.began;
    const words = this.control.prompts.findLast(([due]) => 1000 * due <= time)?.[1] ?? "Ready …";
    if (this.words.textContent !== words) this.words.textContent = words;
    const over = time >= 1000 * this.control.seconds;
    if (over || time - this.kept >= EVERY) this.keep(time);
    if (over) this.finish();
    else requestAnimationFrame(() => this.tick());
  }

  /** Keep where the pointer is, where it has moved. */
  keep(time) {
    const hundredths = Math.min(this.control.last[0], Math.round(time / 10));
    const { at } = this.board;
    const before = this.places.at(-1);
    if (before && (hundredths <= before[0] || (before[1] === at[0] && before[2] === at[1]))) return;
    this.places.push([hundredths, ...at]);
    this.kept = time;
  }

  finish() {
    this.stop();
    this.set(this.places.map((place) => place.join(".")).join("-"));
    this.record.focus({ preventScroll: true });
  }

  set(text) {
    this.stop();
    this.view.set(this.view.settings.map((one, place) => (place === this.index ? text : one)));
    this.view.wantPython();
  }

  key(event) {
    if (!this.recording) return;
    const stop = this.control.stops[Number(event.key) - 1];
    if (event.key === "Escape") this.stop();
    else if (stop) this.board.moveTo(stop.map((one, side) => this.board.held(Math.round((one - this.board.low[side]) / this.board.step), side)));
    else if (!this.board.moveBy(event, Math.max(1, Math.round(Math.min(...this.board.last) / STRIDE)))) return;
    event.preventDefault();
  }

  place() {
    this.board.place();
    this.clear.disabled = !this.view.settings[this.index];
  }
}
