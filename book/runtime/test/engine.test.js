// The engine with a scripted worker: states, queue, Stop, faults.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundled } from "./bundled.js";

const { engine: { ADVICE, Engine }, math, status } = await bundled();

/** A worker that keeps what it is told and says what the test lets it say. */
class Fake {
  heard = [];
  ended = false;

  postMessage(message) {
    this.heard.push(message);
  }

  say(message) {
    this.onmessage({ data: message });
  }

  terminate() {
    this.ended = true;
  }
}

function begun(options = {}) {
  const workers = [];
  const create = () => workers[workers.push(new Fake()) - 1];
  const engine = new Engine({ create, start: { root: "https://book.test/", tier: "numpy" }, capable: true, isolated: false, ...options });
  const states = [engine.state];
  engine.listen((state) => state === states.at(-1) || states.push(state));
  return { engine, states, workers, get worker() { return workers.at(-1); } };
}

function ready(options) {
  const all = begun(options);
  all.engine.start();
  all.worker.say({ event: "ready", restored: true, why: "" });
  return all;
}

const view = (sigma) => ({ call: "view", view: "m:f", values: { sigma } });
const settled = () => new Promise((done) => setTimeout(done));

test("a worker that ends without a word gives up its lock, and the page says so", async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const waiting = new Map();
  const locks = { request: async (name, held) => void waiting.set(name, held) };
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  const { engine, workers } = ready();
  workers[0].say({ event: "alive" });
  const asked = engine.call(view(1));
  const [[lock, held]] = waiting;
  assert.equal(lock, workers[0].heard[0].alive);
  held();
  await assert.rejects(asked, ({ sentence }) => sentence.includes("ended unexpectedly"));
  assert.equal(engine.state, "failed");
  engine.start();
  held(); // of a worker that is long gone
  assert.equal(engine.state, "loading");
  if (before) Object.defineProperty(globalThis, "navigator", before);
  else delete globalThis.navigator;
});

test("a sign of intent starts the worker without a word, and there is one of them", () => {
  const { engine, states, workers } = begun();
  assert.equal(workers.length, 0);
  engine.warm();
  engine.warm();
  workers[0].say({ event: "progress", loaded: 1, total: 2, what: "Python" });
  assert.deepEqual([engine.state, engine.running, status.words(engine)], ["off", false, "Python"]);
  engine.start();
  engine.warm();
  assert.equal(workers.length, 1);
  const [{ alive, ...start }, ...others] = workers[0].heard;
  assert.match(alive, /^miniatures 0\./);
  assert.deepEqual([start, ...others], [{ call: "start", root: "https://book.test/", tier: "numpy" }]);
  workers[0].say({ event: "progress", loaded: 3_100_000, total: 12_000_000, what: "numpy" });
  assert.equal(status.words(engine), "numpy 3.1 of 12.0 MB");
  workers[0].say({ event: "ready", restored: true, why: "" });
  assert.equal(status.words(engine), "Python is ready");
  assert.deepEqual(states, ["off", "loading", "ready"]);
});

test("a worker that failed before anybody asked is no news; the next start tries again", () => {
  const { engine, states, workers } = begun();
  engine.warm();
  workers[0].say({ event: "failed", kind: "network", message: "lost" });
  assert.deepEqual([engine.state, workers[0].ended, states], ["off", true, ["off"]]);
  engine.start();
  assert.deepEqual([engine.state, workers.length], ["loading", 2]);
});

test("what has warmed up is there at once", async () => {
  const { engine, workers } = begun();
  engine.warm();
  workers[0].say({ event: "ready" });
  assert.equal(engine.state, "off");
  const answer = engine.call(view(1));
  assert.equal(engine.state, "busy");
  workers[0].say({ id: workers[0].heard[1].id, event: "done", result: JSON.stringify(1) });
  assert.equal(await answer, 1);
});

test("a call starts Python, waits for it and is answered", async () => {
  const all = begun();
  const answer = all.engine.call(view(1));
  assert.equal(all.worker.heard.length, 1);
  all.worker.say({ event: "ready" });
  const { id, ...asked } = all.worker.heard[1];
  assert.deepEqual(asked, view(1));
  assert.equal(all.engine.state, "busy");
  all.worker.say({ id, event: "done", result: JSON.stringify({ description: "one" }) });
  assert.deepEqual(await answer, { description: "one" });
  assert.deepEqual(all.states, ["off", "loading", "ready", "busy", "ready"]);
});

test("of a view's waiting calls the newest wins; other views and cells keep their turn", async () => {
  const { engine, worker } = ready();
  const running = engine.call(view(1), { key: "a" });
  const overtaken = engine.call(view(2), { key: "a" });
  const other = engine.call(view(3), { key: "b" });
  const cells = [engine.call({ call: "run", code: "1" }), engine.call({ call: "run", code: "2" })];
  const newest = engine.call(view(4), { key: "a" });
  assert.equal(await overtaken, null);
  const order = [];
  while (engine.state === "busy") {
    const { id, values, code } = worker.heard.at(-1);
    order.push(values?.sigma ?? `cell ${code}`);
    worker.say({ id, event: "done", result: JSON.stringify(order.length) });
  }
  assert.deepEqual(order, [1, 3, "cell 1", "cell 2", 4]);
  assert.deepEqual(await Promise.all([running, other, ...cells, newest]), [1, 2, 3, 4, 5]);
});

test("outputs reach the call that runs, and nobody after it has ended", async () => {
  const { engine, worker } = ready();
  const seen = [];
  const answer = engine.call({ call: "run", code: "print(1)" }, { output: (output) => seen.push(output.text) });
  const { id } = worker.heard.at(-1);
  worker.say({ id, event: "output", output: { type: "stream", name: "stdout", text: "1" } });
  worker.say({ id: id + 7, event: "output", output: { type: "stream", name: "stdout", text: "stranger" } });
  worker.say({ id, event: "done", result: JSON.stringify({ ok: true }) });
  worker.say({ id, event: "output", output: { type: "stream", name: "stdout", text: "late" } });
  assert.deepEqual([await answer, seen], [{ ok: true }, ["1"]]);
});

test("a view that raises gives its sentence, and the next call is answered", async () => {
  const { engine, worker } = ready();
  const first = engine.call(view(-1));
  const second = engine.call(view(1));
  worker.say({ id: worker.heard.at(-1).id, event: "error", message: "sigma=-1 must be positive" });
  await assert.rejects(first, { kind: "call", sentence: "sigma=-1 must be positive" });
  worker.say({ id: worker.heard.at(-1).id, event: "done", result: JSON.stringify("right") });
  assert.equal(await second, "right");
});

test("Stop ends the worker, gives up what waits, and the next call starts a clean one", async () => {
  const { engine, states, workers } = ready();
  const calls = [engine.call({ call: "run", code: "while True: pass" }), engine.call(view(1))];
  engine.stop();
  for (const call of calls) await assert.rejects(call, { kind: "stopped" });
  assert.deepEqual([engine.state, workers[0].ended], ["off", true]);
  engine.warm(); // a pointer that rests where Stop was
  assert.equal(workers.length, 1);
  const answer = engine.call(view(2));
  workers[0].say({ event: "ready" }); // the dead speak no more
  assert.equal(engine.state, "loading");
  workers[1].say({ event: "ready" });
  workers[1].say({ id: workers[1].heard[1].id, event: "done", result: JSON.stringify(2) });
  assert.equal(await answer, 2);
  assert.deepEqual(states.slice(-4), ["loading", "ready", "busy", "ready"]);
});

test("where memory is shared Stop interrupts the call and Python lives on; where that does not help, it ends", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { engine, worker } = ready({ isolated: true });
  const flag = new Uint8Array(worker.heard[0].interrupt);
  const call = engine.call({ call: "run", code: "while True: pass" });
  const waiting = engine.call(view(1));
  engine.stop();
  await assert.rejects(waiting, { kind: "stopped" });
  assert.equal(flag[0], 2);
  worker.say({ id: worker.heard.at(-1).id, event: "done", result: JSON.stringify({ ok: false }) });
  assert.deepEqual(await call, { ok: false });
  t.mock.timers.tick(5000);
  assert.deepEqual([engine.state, worker.ended], ["ready", false]);
  const deaf = engine.call({ call: "run", code: "deaf" });
  assert.equal(flag[0], 0);
  engine.stop();
  t.mock.timers.tick(1000);
  await assert.rejects(deaf, { kind: "stopped" });
  assert.deepEqual([engine.state, worker.ended], ["off", true]);
});

test("a failure says what to do, and Retry starts anew", async () => {
  const all = begun();
  const call = all.engine.call(view(1));
  all.worker.say({ event: "failed", kind: "network", message: "The network was lost." });
  await assert.rejects(call, { kind: "network", sentence: "The network was lost." });
  assert.deepEqual([all.engine.state, all.engine.problem, all.workers[0].ended], ["failed", "The network was lost.", true]);
  all.engine.warm();
  assert.equal(all.engine.state, "failed"); // intent alone does not try again
  all.engine.start();
  all.worker.say({ event: "ready" });
  assert.deepEqual([all.engine.state, all.engine.problem, all.workers.length], ["ready", "", 2]);
});

test("a worker that cannot be loaded, or dies, is a failure", async () => {
  const loading = begun();
  loading.engine.start();
  loading.worker.onerror({});
  assert.deepEqual([loading.engine.state, loading.engine.problem], ["failed", ADVICE.script]);
  const running = ready();
  const call = running.engine.call({ call: "run", code: "bytearray(2**33)" });
  running.worker.onerror({});
  await assert.rejects(call, { kind: "other" });
  assert.match(running.engine.problem, /memory/);
});

test("without WebAssembly nothing is started", async () => {
  const { engine, workers } = begun({ capable: false });
  await assert.rejects(engine.call(view(1)), { kind: "webassembly", sentence: ADVICE.webassembly });
  await settled();
  assert.deepEqual([engine.state, workers.length], ["failed", 0]);
});

test("formulas lose the delimiters that sympy and IPython write", () => {
  for (const latex of ["$\\displaystyle x^2$", "$$x^2$$", "\\[x^2\\]", "\\begin{equation*}x^2\\end{equation*}", "x^2"]) assert.equal(math.bare(latex), "x^2", latex);
});
