// Views go live: their sliders become continuous, and what is not stored is asked of Python; newest wins.
import { placeOf, points } from "./address.js";

const POSITIONS = 200; // of a continuous slider, about: what an arrow key moves is one of them

/**
 * How far a slider moves at a time, in stored steps: a power of two, so that every stored step is met exactly.
 * Whole numbers that are all stored need nothing between.
 * @param {{values: number[], integer: boolean}} control
 */
export function fineness({ values, integer }) {
  const last = values.length - 1;
  const gap = integer ? Math.max(...values.slice(1).map((value, index) => value - values[index])) : Infinity;
  const parts = Math.min(2 ** Math.ceil(Math.log2(Math.max(2, POSITIONS / last))), 2 ** Math.ceil(Math.log2(gap)));
  return 1 / parts;
}

/** True where the page holds no state for `values`. */
export function wanting({ spec }, values) {
  if (spec.states) return spec.controls.some((control) => !Number.isInteger(placeOf(control, values[control.name])));
  return spec.controls.some(({ name, value }) => values[name] !== value);
}

/** The triples of numbers that a control's text of places stands for; another control's value as it is. */
export function sent({ kind, last, kinds, low, step }, value) {
  if (!last) return value;
  const across = (place, side) => Number((low[side] + place * step).toPrecision(12));
  return points(value).map(([one, two, three]) => (kind === "trace" ? [one / 100, across(two, 0), across(three, 1)] : [across(one, 0), across(two, 1), kinds[three][1]]));
}

/**
 * @param {import("./engine.js").Engine} engine
 * @param {{registerProvider: Function, views: Map<HTMLElement, object>}} page
 */
export function goLive(engine, { registerProvider, views }) {
  registerProvider(async (view, values) => {
    if (!engine.running || !view.spec.view || !wanting(view, values)) return null;
    try {
      const given = Object.fromEntries(view.spec.controls.map((control) => [control.name, sent(control, values[control.name])]));
      return await engine.call({ call: "view", view: view.spec.view, values: given }, { key: view });
    } catch (reason) {
      if (reason.kind === "stopped") return null;
      const shown = view.spec.states ? " The nearest stored step is shown." : "";
      throw Object.assign(reason, { sentence: `${reason.sentence}${shown}` });
    }
  });
  const set = (view, live) => {
    const stage = engine.state === "loading" ? "starting" : String(live);
    if (!view.form || view.form.dataset.live === stage) return;
    view.live = live;
    view.form.dataset.live = stage;
    for (const control of view.spec.controls) if (control.kind === "slider") view.input(control).step = live ? String(fineness(control)) : "1";
    view.showControls(true);
    view.tell();
  };
  const all = () => {
    const live = ["ready", "busy"].includes(engine.state);
    for (const view of views.values()) set(view, live);
  };
  engine.listen((state, before) => {
    all();
    if (state !== "ready" || !["loading", "off"].includes(before)) return;
    for (const view of views.values()) if (view.form && wanting(view, view.values) && view.state.source !== "computed") view.update();
  });
  all();
  return all;
}
