// Python in a worker of its own. The page's messages and the answers are listed in contributing/architecture.
import { provide, start } from "./boot.js";
import { Files, Trouble } from "./files.js";

const IDLE = 2000; // ms after the start, before what the first answers do not need is fetched
const say = (message) => self.postMessage(message);
const state = { engine: null, files: null, live: null, prepared: new Set() }; // prepared: modules of views

function describe(error) {
  if (error instanceof Trouble) return { kind: error.kind, message: error.message };
  const text = String(error?.message ?? error);
  if (error instanceof RangeError || /memory/i.test(text)) {
    return { kind: "memory", message: "There was not enough memory for Python. Close other pages and try again." };
  }
  return { kind: "other", message: `Python could not start (${text.trim().split("\n").at(-1).slice(0, 300)}). Try again, or reload the page.` };
}

/** Hold a lock until this worker ends, so that the page hears of it; where there are no locks it does not. */
function live(lock) {
  const held = () => {
    say({ event: "alive" });
    return new Promise(() => {});
  };
  navigator.locks?.request(lock, held).catch(() => {}); // forbidden, as storage is
}

async function begin({ root, tier, packages = [], options, interrupt, alive }) {
  if (alive) live(alive);
  const folder = new URL("_python/", root).href;
  if (state.files?.root !== folder) state.files = new Files(folder, (loaded, total, what) => say({ event: "progress", loaded, total, what }));
  const engine = await start(state.files, tier, options);
  const { py, restored, why } = engine;
  if (interrupt) py.setInterruptBuffer(new Uint8Array(interrupt));
  await provide(engine, state.files, packages);
  state.live = await withRest(engine, () => py.pyimport("miniatures.live"));
  state.engine = engine;
  say({ event: "ready", restored, why });
  setTimeout(() => engine.rest().catch(() => {}), IDLE); // tried again by who needs it
}

/** What the snapshot holds answers at once; what it does not is there once the rest of the packages is. */
async function withRest(engine, action) {
  try {
    return await action();
  } catch (error) {
    if (!/No module named|cannot import name/.test(error?.message)) throw error;
    await engine.rest();
    return action();
  }
}

/** The packages that the code and the miniatures it reaches import, loaded. */
const prepare = async (code) => provide(state.engine, state.files, JSON.parse(state.live.needs(code)));
const whole = async (code) => {
  await state.engine.rest();
  await prepare(code);
};

const calls = {
  async view({ view, values }) {
    const module = view.split(":")[0];
    if (!state.prepared.has(module)) await prepare(`import ${module}`);
    state.prepared.add(module);
    return withRest(state.engine, () => state.live.view(view, JSON.stringify(values)));
  },
  async run({ id, code, cell, theme }) {
    await whole(code);
    return state.live.run(code, cell, JSON.stringify(theme ?? {}), (output) => say({ id, event: "output", output: JSON.parse(output) }));
  },
  async check({ exercise, answer }) {
    await prepare(JSON.stringify(exercise)); // its module's packages; an answer that is no Python names none
    await whole(answer);
    return state.live.check(exercise, answer);
  },
  complete: async ({ code, position }) => state.live.complete(code, position),
};

/** The sentence of a Python exception, without the way there. */
function sentence(error) {
  const text = String(error?.message ?? error).trim();
  const last = error?.type ? text.lastIndexOf(`\n${error.type}`) : -1;
  return last < 0 ? text.split("\n").at(-1) : text.slice(last + 1).replace(/^[\w.]+: /, "");
}

async function answer(message) {
  const { id, call } = message;
  if (call === "start") {
    if (!state.engine) await begin(message).catch((error) => say({ event: "failed", ...describe(error), detail: String(error?.cause?.stack ?? error?.stack ?? error) }));
    return;
  }
  if (!state.engine) return say({ id, event: "error", message: "Python is not running." });
  try {
    say({ id, event: "done", result: await calls[call](message) }); // JSON: a text is handed over faster than what it holds
  } catch (error) {
    say({ id, event: "error", message: error instanceof Trouble ? error.message : sentence(error) });
    if (error?.pyodide_fatal_error) say({ event: "failed", ...describe(error) });
  }
}

let before = Promise.resolve();
self.onmessage = ({ data }) => (before = before.then(() => answer(data)));
