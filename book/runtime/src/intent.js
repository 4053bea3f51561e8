// Python in the page is asked for by what carries data-python, by a code exercise, or by a view between its steps.
// Until a reader shows that intent nothing of it is fetched; then python.js begins, and starts the worker.
import { beside, settled } from "./dom.js";
import { adopt, registerProvider, release, views } from "./view.js";

const ASKS = "[data-python], .m-code-answer, .m-exercise[data-kind='code'] button[type='submit']";
const DWELL = 200; // ms of a pointer or the focus resting on it
const LOST = "Python could not be loaded. Is the network there? Try again.";

let loading;
/** The page's side of Python, loaded when it is first asked for; a failed load may be tried again. */
export function python() {
  loading ??= import(beside("python.js")).then(({ begin }) => begin({ adopt, registerProvider, release, views })).catch((reason) => {
    loading = undefined;
    const place = document.querySelector(".m-engine-problem");
    if (place) place.textContent = LOST;
    throw Object.assign(reason, { sentence: LOST });
  });
  return loading;
}

/** The present sign of intent, and what it asks for. */
const asking = ({ target }) => target instanceof Element && target.closest(ASKS);
const quietly = (action) => python().then(action).catch((reason) => console.warn(reason));

export function startIntent() {
  if (!document.querySelector(".m-python")) return;
  const start = () => quietly(({ engine }) => engine.warm());
  const resting = settled((element) => (element.matches(":hover") || element.contains(document.activeElement)) && !navigator.connection?.saveData && start(), DWELL);
  for (const sign of ["pointerover", "focusin"]) document.addEventListener(sign, (event) => asking(event) && resting(asking(event)), { passive: true });
  document.addEventListener("pointerdown", (event) => asking(event) && start(), { passive: true });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-python]");
    const what = button?.dataset.python; // now: it may read otherwise once Python is there
    if (button) quietly((page) => page.act(button, what));
  });
  document.addEventListener("m-wants-python", ({ target }) => quietly((page) => page.act(target, "start")));
}
