// Python in the page: one worker behind its views, its cells and its code exercises. Loaded on the first sign of intent.
import { Cells } from "./cells.js";
import { check, startCode } from "./code.js";
import { beside } from "./dom.js";
import { Engine } from "./engine.js";
import { goLive } from "./live.js";
import { showStatus } from "./status.js";

const CALM = 3000; // ms after an answer; keeping is not to slow down the next one

/** What Python has loaded is kept for a reader without a connection, when there is nothing else to do. */
function keepLoaded(engine) {
  let timer;
  engine.listen((state) => {
    clearTimeout(timer);
    if (state === "ready") timer = setTimeout(() => import(beside("offline.js")).then(({ remember }) => remember()).catch((reason) => console.warn(reason)), CALM);
  });
}

/** @param {object} page what page.js hands over: adopt, release, registerProvider, views */
export function begin(page) {
  const { root, tier, cells: entries } = JSON.parse(document.querySelector(".m-python").textContent);
  const engine = new Engine({
    create: () => new Worker(beside("worker.js"), { type: "module" }),
    start: { root: new URL(root, document.baseURI).href, tier, packages: [], options: { snapshot: true } }, // what only a cell needs comes with its run
  });
  showStatus(engine);
  keepLoaded(engine);
  const refresh = goLive(engine, page);
  const cells = new Cells(engine, entries, { ...page, refresh });
  startCode((text, position) => cells.complete(text, position));
  const act = (target, what) => {
    if (what === "stop") engine.stop();
    else if (cells.of(target)) return cells.act(target, what);
    else engine.start(); // its button, a view, what stands between its steps
  };
  return { engine, act, check: (exercise, answer) => check(engine, exercise, answer) };
}
