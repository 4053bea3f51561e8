// A board over a figure's first panel that takes clicks and pointer moves, with a cross hair for the keyboard.
import { make } from "./dom.js";
import { arrowed, axesOf, placed, pointed } from "./panel.js";

export class Board {
  /**
   * @param {import("./view.js").View} view
   * @param {{low: number[], step: number, last: number[]}} control
   * @param {number} first the column of x in a triple; y comes after
   * @param {string} role what the cross hair is for a reader who does not see it
   */
  constructor(view, control, first, role) {
    Object.assign(this, { view, low: control.low, step: control.step, last: control.last.slice(first, first + 2) });
    this.at = this.last.map((last) => Math.round(last / 2)); // the cross hair, in places of the grid
    this.area = view.plot.appendChild(make("div", { class: "m-board-area", hidden: true }));
    this.area.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays where it is
    this.cross = view.plot.appendChild(make("button", { type: "button", class: "m-cross", "aria-roledescription": role, hidden: true }));
  }

  get axes() {
    return axesOf(this.view);
  }

  /** Coordinates of places on the grid. */
  coordinates(at = this.at) {
    return at.map((place, side) => Number((this.low[side] + place * this.step).toPrecision(12)));
  }

  /** The places nearest to a pointer. */
  under(event) {
    const { axes } = this;
    return pointed(this.view, axes, event).map((pixel, side) => this.held(Math.round((axes[side].p2c(pixel) - this.low[side]) / this.step), side));
  }

  held(place, side) {
    return Math.min(this.last[side], Math.max(0, place));
  }

  /** Move the cross hair by the arrow key of an event, `stride` places at a time; false for another key. */
  moveBy(event, stride = 1) {
    const way = this.axes && arrowed(event, this.axes);
    if (!way) return false;
    event.preventDefault(); // the page stays where it is
    this.moveTo(this.at.map((place, side) => this.held(place + stride * way[side], side)));
    return true;
  }

  moveTo(at) {
    this.at = at;
    this.place();
  }

  /** Lie where the figure has its panel now. */
  place() {
    const { axes } = this;
    this.area.hidden = this.cross.hidden = !axes;
    if (!axes) return;
    const [across, down] = axes;
    Object.assign(this.area.style, { left: `${across._offset}px`, top: `${down._offset}px`, width: `${across._length}px`, height: `${down._length}px` });
    this.cross.style.translate = placed(axes, this.coordinates()).map((pixel) => `${pixel}px`).join(" ");
  }
}
