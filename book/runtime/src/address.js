// A view's settings: the values of its controls, on and between the stored steps, and as the page's address keeps them:
// ?<view>.<control>=<value>, only where they differ from the default.

/** The value `share` of the way from `a` to `b`, on the control's own scale. */
const between = ({ scale }, a, b, share) => (scale === "log" ? a * (b / a) ** share : a + (b - a) * share);

/**
 * The value at a position: a stored one at a whole position, else one between its two neighbours,
 * of as few digits as tell it from them (at least 4), or whole where the control is.
 * @param {object} control as the view's specification describes it
 * @param {number} position 0 to the number of stored values less one
 */
export function valueAt(control, position) {
  const { values, integer } = control;
  const below = Math.floor(position);
  if (below === position) return values[below];
  const [a, b] = [values[below], values[below + 1]];
  const exact = between(control, a, b, position - below);
  if (integer) return Math.round(exact);
  for (let digits = 4; digits < 18; digits++) {
    const value = Number(exact.toPrecision(digits));
    if (value > a && value < b) return value;
  }
  return position - below < 0.5 ? a : b;
}

/** Where a value stands: the inverse of valueAt; a whole number for a stored value. */
export function placeOf(control, value) {
  const stored = control.values.indexOf(value);
  if (control.last && stored < 0) return control.values.findLastIndex((one) => !one || value.startsWith(`${one}-`)) + 0.25; // nearest: the longest stored beginning
  if (stored >= 0 || control.kind !== "slider") return stored;
  const above = control.values.findIndex((one) => one > value);
  const [a, b] = [control.values[above - 1], control.values[above]];
  return above - 1 + (control.scale === "log" ? Math.log(value / a) / Math.log(b / a) : (value - a) / (b - a));
}

/** True for a number that the slider accepts, stored or not. */
export const admits = ({ low, high, integer }, number) => Number.isFinite(number) && number >= low && number <= high && (!integer || Number.isInteger(number));

/** True for points that a reader can give: triples of places on the control's grid, as miniatures/placed.py writes them. */
const admitsPoints = ({ last, most }, text) => !text || (/^\d+\.\d+\.\d+(-\d+\.\d+\.\d+)*$/.test(text) && points(text).length <= most && points(text).every((one) => one.every((place, column) => place <= last[column])));

/** The triples of places in a text. */
export const points = (text) => (text ? text.split("-").map((one) => one.split(".").map(Number)) : []);

/**
 * The value of a control's setting as the address gives it, or null where the control does not have it.
 * @param {object} control
 * @param {string} text
 */
export function setting(control, text) {
  if (control.kind === "toggle") return text === "0" || text === "1" ? text === "1" : null;
  if (control.kind === "choice") {
    const named = control.names.indexOf(text);
    const found = named < 0 ? control.values.findIndex((value) => String(value) === text) : named;
    return found < 0 ? null : control.values[found];
  }
  if (control.last) return admitsPoints(control, text) ? text : null;
  const wanted = text.trim() === "" ? NaN : Number(text);
  return admits(control, wanted) ? wanted : null;
}

/**
 * The values of a view's controls: the address's where it has valid ones, the defaults elsewhere.
 * @param {{name: string, controls: object[]}} spec
 * @param {string} search the address's query
 */
export function read({ name, controls }, search) {
  const query = new URLSearchParams(search);
  return controls.map((control) => {
    const text = query.get(`${name}.${control.name}`);
    return (text === null ? null : setting(control, text)) ?? control.value;
  });
}

/**
 * The query with this view's settings written into it; everything else in it is kept.
 * @param {{name: string, controls: object[]}} spec
 * @param {*[]} values
 * @param {string} search
 */
export function write({ name, controls }, values, search) {
  const query = new URLSearchParams(search);
  controls.forEach((control, index) => {
    const key = `${name}.${control.name}`;
    if (values[index] === control.value) query.delete(key);
    else query.set(key, shown(control, values[index]));
  });
  const text = query.toString();
  return text ? `?${text}` : "";
}

function shown(control, value) {
  if (control.kind === "toggle") return String(Number(value));
  return control.kind === "choice" ? control.names[control.values.indexOf(value)] : String(value);
}

/** The number of a setting among the stored states: the last control varies fastest. */
export function stateNumber(controls, positions) {
  return controls.reduce((number, control, index) => number * control.values.length + positions[index], 0);
}

/** A slider's value as its number field shows it: with a proper minus, and every digit where four are not all. */
export function written({ integer }, value) {
  const text = integer || Number(compact(value)) !== value ? String(value) : compact(value);
  return text.replaceAll("-", "\u2212");
}

/** A control's value as the reader hears it, with its unit. */
export function spoken(control, value) {
  if (control.kind === "choice") return control.names[control.values.indexOf(value)];
  if (control.kind === "toggle") return value ? "on" : "off";
  const text = control.integer ? String(value) : compact(value);
  return `${text}${control.unit ? ` ${control.unit}` : ""}`.replaceAll("-", "\u2212");
}

/** Four significant digits, as Python's "{:.4g}" writes them. */
function compact(value) {
  if (value === 0) return "0";
  const [digits, exponent] = value.toExponential(3).split("e");
  if (exponent >= -4 && exponent < 4) return String(Number(value.toPrecision(4)));
  const sign = exponent < 0 ? "-" : "+";
  return `${Number(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
