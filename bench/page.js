// Read by bench/views.py and run in the book's page: what a reader does, timed by the page itself.
(() => {
  const Native = Worker;
  const bench = (window.bench = { answered: 0 });
  window.Worker = class extends Native {
    constructor(...how) {
      super(...how);
      bench.worker = this;
      this.addEventListener("message", ({ data }) => {
        if (data.event === "done" || data.event === "error") bench.answered = performance.now();
      });
    }
  };

  let asked = 0; // numbers below zero: the page's own calls count upwards
  const answerTo = (message, output = () => {}) => new Promise((done, failed) => {
    const id = --asked;
    const hear = ({ data }) => {
      if (data.id !== id) return;
      try {
        if (data.event === "error") throw new Error(data.message);
        if (data.event === "output") return output(data.output);
        done(JSON.parse(data.result));
      } catch (error) {
        failed(error);
      }
      bench.worker.removeEventListener("message", hear);
    };
    bench.worker.addEventListener("message", hear);
    bench.worker.postMessage({ id, ...message });
  });
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const changed = (element, what, ready) => new Promise((done) => {
    if (ready()) return done();
    const observer = new MutationObserver(() => {
      if (!ready()) return;
      observer.disconnect();
      done();
    });
    observer.observe(element, what);
  });
  const all = { subtree: true, childList: true, attributes: true, characterData: true };

  /** Milliseconds from a typed value to the figure that Python computed for it. */
  bench.first = async ({ id, name, value }) => {
    const figure = document.getElementById(id);
    const field = figure.querySelector(`.m-number[data-for="${name}"]`);
    const began = performance.now();
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await changed(figure, { attributes: true }, () => figure.dataset.source === "computed");
    await painted();
    return performance.now() - began;
  };

  /** Milliseconds from a moved slider to the picture of its new place; null where the picture stays. */
  bench.step = async ({ id, name, position, live }) => {
    const figure = document.getElementById(id), input = figure.querySelector(`input[type=range][name="${name}"]`);
    const canvas = figure.querySelector(".m-canvas");
    const began = performance.now();
    bench.answered = 0;
    let drawn = false;
    const watch = new MutationObserver(() => (drawn = !live || bench.answered > 0));
    watch.observe(canvas, all);
    input.value = String(position);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    while (!drawn) {
      await new Promise((done) => setTimeout(done, 1));
      if (performance.now() - began < 3000) continue;
      watch.disconnect();
      return null;
    }
    const waited = performance.now() - began;
    watch.disconnect();
    await painted();
    return waited;
  };

  /** Milliseconds from the page's question to the worker's answer, for each setting: what stands between a slider and its view. */
  bench.ask = async ({ view, settings }) => {
    const took = [];
    for (const values of settings) {
      const began = performance.now();
      await answerTo({ call: "view", view, values });
      took.push(performance.now() - began);
    }
    return took;
  };

  /** What a cell prints, run in the page's worker beside what the page itself asks of it. */
  bench.run = async (code) => {
    let printed = "";
    await answerTo({ call: "run", code, cell: "bench", theme: {} }, (output) => {
      if (output.type === "error") throw new Error(output.traceback);
      printed += output.text ?? "";
    });
    return printed;
  };

  /** Bytes of a start in a worker of a given tier, without the page. */
  bench.start = ({ worker, root, tier }) => new Promise((done, failed) => {
    const started = new Native(worker, { type: "module" });
    started.onerror = (event) => failed(new Error(event.message));
    started.onmessage = ({ data }) => {
      if (data.event === "failed") failed(new Error(`${data.message} ${data.detail ?? ""}`));
      if (data.event === "ready") done(data);
    };
    started.postMessage({ call: "start", root, tier, packages: [], options: { snapshot: true } });
  });
})();
