// Views go live: their sliders become continuous, and what is not stored is asked of Python; newest wins.
import { placeOf } from "./address.js";

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

/**
 * @param {import("./engine.js").Engine} engine
 * @param {{registerProvider: Function, views: Map<HTMLElement, object>}} page
 */
export function goLive(engine, { registerProvider, views }) {
  registerProvider(async (view, values) => {
    if (!engine.running || !view.spec.view || !wanting(view, values)) return null;
    try {
      return await engine.call({ call: "view", view: view.spec.view, values }, { key: view });
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
