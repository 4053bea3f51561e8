// The one place that says what Python is doing, in the page's header, with its Start, Stop and Retry.
import { make } from "./dom.js";

const WORDS = { off: "Python", ready: "Python is ready", busy: "Python is busy", failed: "Python failed" };
const SPOKEN = { off: "Python is off.", loading: "Python is starting.", ready: "Python is ready.", failed: "" };
const BUTTONS = { off: ["start", "Start"], loading: ["stop", "Stop"], ready: ["stop", "Stop"], busy: ["stop", "Stop"], failed: ["start", "Retry"] };
const MEGA = 1_000_000;

/** "3.1 of 12.0 MB" */
export const megabytes = (loaded, total) => `${(loaded / MEGA).toFixed(1)} of ${(total / MEGA).toFixed(1)} MB`;

/** What the place says of the engine. */
export function words({ state, progress: { loaded, total, what } }) {
  if (state !== "loading" && !(state === "busy" && total > loaded)) return WORDS[state];
  return total ? `${what} ${megabytes(loaded, total)}` : "Python starts";
}

/** @param {import("./engine.js").Engine} engine */
export function showStatus(engine) {
  const place = document.querySelector(".m-engine");
  if (!place) return;
  const [word, bar, button, spoken, problem] = ["word", "bar", "button", "spoken", "problem"].map((name) => place.querySelector(`.m-engine-${name}`));
  const close = make("button", { type: "button", class: "m-engine-close", "aria-label": "Close", click: () => problem.replaceChildren() }, "\u00d7");
  let timer;
  const show = (state) => {
    place.dataset.state = state;
    word.textContent = words(engine);
    const share = engine.progress.total ? engine.progress.loaded / engine.progress.total : 0;
    bar.style.transform = `scaleX(${state === "loading" ? share : 0})`;
    const [asks, label] = BUTTONS[state];
    if (button.textContent !== label) Object.assign(button, { textContent: label }).dataset.python = asks;
    button.setAttribute("aria-label", `${label} Python`);
  };
  engine.listen((state, before) => {
    clearTimeout(timer);
    if (state === "busy" && before !== "busy") timer = setTimeout(() => show(engine.state), 150); // a quick call must not make it flicker
    else show(state);
    if (state === before || state === "busy" || (state === "ready" && before === "busy")) return;
    spoken.textContent = SPOKEN[state];
    problem.replaceChildren(...(state === "failed" ? [make("span", {}, engine.problem), close] : []));
  });
  show(engine.state);
}
