// The page's side of the worker: its states, a queue in which the newest call of a view wins, Stop and a clean start.

/** @typedef {"off" | "loading" | "ready" | "busy" | "failed"} EngineState */
/** @typedef {{message: object, key: *, output: (output: object) => void, done: (result: *) => void, failed: (reason: Error) => void, id?: number}} Job */

const GRACE = 1000; // ms that an interrupted call may take to end before the worker is ended
const ENDED = "Python ended unexpectedly, perhaps for want of memory. Start it again; close other tabs if it happens once more.";
export const ADVICE = {
  webassembly: "This browser has no WebAssembly, or it is switched off, so Python cannot run here. Every stored setting of the figures works without it.",
  stopped: "Stopped.",
  script: "Python’s files could not be loaded. Is the network there? Then try again.",
};

/** A reason that the reader can read: `sentence` says what happened, `kind` is "stopped", "call" or a kind of failure. */
export class Told extends Error {
  constructor(kind, sentence) {
    super(sentence);
    Object.assign(this, { kind, sentence });
  }
}

export class Engine {
  #inner = /** @type {EngineState} */ ("off");
  #asked = false;
  progress = { loaded: 0, total: 0, what: "" };
  problem = "";
  #queue = /** @type {Job[]} */ ([]);
  #listeners = new Set();
  #number = 0;

  /**
   * @param {object} options
   * @param {() => Worker} options.create
   * @param {object} options.start what the start call holds
   * @param {boolean} options.capable whether this browser has WebAssembly
   * @param {boolean} options.isolated whether memory can be shared with the worker
   */
  constructor({ create, start, capable = typeof WebAssembly === "object", isolated = globalThis.crossOriginIsolated === true }) {
    Object.assign(this, { create, given: start, capable, isolated });
  }

  /** Call `listener` at each change; the function that it returns ends that. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the page shows: off, too, while Python only warms up because a reader may be about to ask for it. */
  get state() {
    return this.#asked ? this.#inner : "off";
  }

  get running() {
    return !["off", "failed"].includes(this.state);
  }

  #become(inner, asked = this.#asked) {
    const before = this.state;
    this.#inner = inner;
    this.#asked = asked;
    for (const listener of this.#listeners) listener(this.state, before);
  }

  /** Start without a word on a sign of intent; nothing where the reader has stopped Python. */
  warm() {
    if (this.#inner === "off" && !this.stopped && this.capable) this.#launch();
  }

  start() {
    if (this.running) return;
    this.stopped = false;
    if (!this.capable) return this.#fail("webassembly", ADVICE.webassembly);
    if (["off", "failed"].includes(this.#inner)) this.#launch();
    this.#become(this.#inner, true);
  }

  #launch() {
    this.problem = "";
    this.progress = { loaded: 0, total: 0, what: "Python" };
    this.flag = this.isolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;
    const worker = (this.worker = this.create());
    worker.onmessage = ({ data }) => worker === this.worker && this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault?.();
      if (worker === this.worker) this.#fail("other", this.#inner === "loading" ? ADVICE.script : ENDED);
    };
    this.alive = `miniatures ${Math.random()}`;
    worker.postMessage({ ...this.given, call: "start", alive: this.alive, ...(this.flag && { interrupt: this.flag.buffer }) });
    this.#become("loading");
  }

  /**
   * Ask the worker, starting it where it is off. With a `key`, a call that still waits under the same key is
   * overtaken: it gives null. Rejects with a Told reason.
   * @param {object} message
   * @param {{key?: *, output?: (output: object) => void}} options
   */
  call(message, { key = null, output = () => {} } = {}) {
    const answer = new Promise((done, failed) => {
      if (key !== null) {
        const waiting = this.#queue.findIndex((job) => job.key === key);
        if (waiting >= 0) this.#queue.splice(waiting, 1)[0].done(null);
      }
      this.#queue.push({ message, key, output, done, failed });
    });
    this.start();
    this.#next();
    return answer;
  }

  #next() {
    if (this.#inner !== "ready" || !this.#queue.length) return;
    this.current = this.#queue.shift();
    this.current.id = ++this.#number;
    this.flag?.fill(0);
    this.#become("busy");
    this.worker.postMessage({ ...this.current.message, id: this.current.id });
  }

  #hear({ event, id, output, result, message, ...more }) {
    if (event === "progress") {
      this.progress = more;
      this.#become(this.#inner);
    } else if (event === "alive") this.#watch(this.worker, this.alive);
    else if (event === "ready") {
      this.restored = more;
      this.#idle();
    } else if (event === "failed") this.#fail(more.kind, message);
    else if (!this.current || id !== this.current.id) return;
    else if (event === "output") this.current.output(output);
    else if (event === "done") this.#settle((job) => job.done(JSON.parse(result)));
    else if (event === "error") this.#settle((job) => job.failed(new Told("call", message)));
  }

  /** A worker that the browser ends says nothing: it holds a lock as long as it lives, and the page waits for that. */
  #watch(worker, lock) {
    const gone = () => worker === this.worker && this.#fail("other", ENDED);
    navigator.locks.request(lock, gone).catch((reason) => console.warn(reason));
  }

  #settle(how) {
    clearTimeout(this.ending);
    const job = this.current;
    this.current = null;
    how(job);
    this.#idle();
  }

  #idle() {
    this.#become("ready");
    this.#next();
  }

  /** Stop: where memory is shared the running call alone is interrupted, else the worker ends; what waits is given up. */
  stop() {
    if (!this.running) return;
    if (this.flag && this.current) {
      this.#drop(new Told("stopped", ADVICE.stopped), false);
      Atomics.store(this.flag, 0, 2); // what SIGINT is to Pyodide
      this.ending = setTimeout(() => this.#end(), GRACE);
    } else this.#end();
  }

  #end() {
    this.stopped = true;
    this.#drop(new Told("stopped", ADVICE.stopped));
    this.#become("off", false);
  }

  #fail(kind, sentence) {
    this.#drop(new Told(kind, sentence));
    if (!this.#asked && kind !== "webassembly") return this.#become("off"); // nobody has asked yet: the next start tries again
    this.problem = sentence;
    this.#become("failed", true);
  }

  /** Give up what waits, and with `all` what runs and the worker too. */
  #drop(reason, all = true) {
    const jobs = this.#queue.splice(0);
    if (all) {
      clearTimeout(this.ending);
      this.worker?.terminate();
      this.worker = null;
      if (this.current) jobs.unshift(this.current);
      this.current = null;
    }
    for (const job of jobs) job.failed(reason);
  }
}
