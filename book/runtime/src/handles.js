// Handles: points over a figure that a reader drags, by pointer or by arrow keys. Each moves two sliders, one for each axis.
import { spoken } from "./address.js";
import { make } from "./dom.js";
import { arrowed, axesOf, placed, pointed } from "./panel.js";

const FINE = 100; // steps over a slider's range, about, that a drag tells apart; a key moves by one, with Shift by ten

/** A round number, 1, 2 or 5 times a power of ten, that divides the range into about FINE steps; 1 at least of whole numbers. */
function stepOf({ low, high, integer }) {
  const exact = (high - low) / FINE;
  const power = 10 ** Math.floor(Math.log10(exact));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= exact * 0.999);
  return integer ? Math.max(1, Math.round(step)) : step;
}

/** The number on the slider's fine grid that is nearest to `value`, within its ends. */
export function gridded(control, value) {
  const step = stepOf(control);
  return Math.min(control.high, Math.max(control.low, Number((Math.round(value / step) * step).toPrecision(12))));
}

class Handle {
  /** @param {import("./view.js").View} view @param {string} name @param {number[]} places of its two sliders, x before y */
  constructor(view, name, places) {
    Object.assign(this, { view, name, places });
    this.controls = places.map((place) => view.spec.controls[place]);
    this.button = view.plot.appendChild(make("button", { type: "button", class: "m-handle", "aria-roledescription": "handle to drag", hidden: true }));
    this.button.addEventListener("keydown", (event) => this.key(event));
    this.button.addEventListener("pointerdown", (event) => this.grip(event));
    this.button.addEventListener("pointermove", (event) => this.held === event.pointerId && this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) this.button.addEventListener(end, () => (this.held = null));
  }

  get at() {
    return this.places.map((place) => this.view.settings[place]);
  }

  get axes() {
    return axesOf(this.view);
  }

  /** Stand where the sliders say. */
  place() {
    const { axes } = this;
    this.button.hidden = !axes;
    if (!axes) return;
    const [left, top] = placed(axes, this.at);
    this.button.style.translate = `${left}px ${top}px`;
    this.button.setAttribute("aria-label", `${this.name}: ${this.controls.map((control, side) => `${control.label.replace(`${this.name}, `, "")} ${spoken(control, this.at[side])}`).join(", ")}`);
  }

  grip(event) {
    if (event.button || !this.axes) return;
    this.held = event.pointerId;
    this.button.setPointerCapture(event.pointerId);
    const [left, top] = pointed(this.view, this.axes, event);
    this.apart = this.axes.map((axis, side) => axis.c2p(this.at[side]) - [left, top][side]); // a handle is not always taken in its middle
    this.view.prefetch();
  }

  drag(event) {
    const [left, top] = pointed(this.view, this.axes, event);
    this.move(this.axes.map((axis, side) => axis.p2c([left, top][side] + this.apart[side])));
  }

  key(event) {
    const way = this.axes && arrowed(event, this.axes);
    if (!way) return;
    event.preventDefault(); // the page stays where it is
    this.move(this.controls.map((control, side) => this.at[side] + way[side] * stepOf(control)));
  }

  move(wanted) {
    const settings = [...this.view.settings];
    this.places.forEach((place, side) => (settings[place] = gridded(this.controls[side], wanted[side])));
    if (settings.every((value, place) => value === this.view.settings[place])) return;
    this.view.set(settings);
    this.place();
    this.view.wantPython();
  }
}

/** The handles that a view's sliders make. @param {import("./view.js").View} view @returns {Handle[]} */
export function handlesOf(view) {
  const grips = view.spec.controls.map(({ handle = [] }) => handle);
  const placeOf = (name, axis) => grips.findIndex((grip) => grip[0] === name && grip[1] === axis);
  const names = new Set(grips.map(([name]) => name).filter(Boolean));
  return [...names].map((name) => new Handle(view, name, [placeOf(name, "x"), placeOf(name, "y")]));
}
