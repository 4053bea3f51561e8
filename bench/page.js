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

  /** Milliseconds from a moved slider to the answer (live only) and to the picture of it; null where the picture stays. */
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
    return { answer: live ? bench.answered - began : 0, drawn: waited };
  };

  /** What a cell prints, run in the page's worker beside what the page itself asks of it. */
  bench.run = (code) => new Promise((done, failed) => {
    let printed = "";
    const hear = ({ data }) => {
      if (data.id !== -1) return;
      if (data.event === "output" && data.output.type === "error") failed(new Error(data.output.traceback));
      if (data.event === "output") printed += data.output.text ?? "";
      if (data.event === "error") failed(new Error(data.message));
      if (data.event !== "done") return;
      bench.worker.removeEventListener("message", hear);
      done(printed);
    };
    bench.worker.addEventListener("message", hear);
    bench.worker.postMessage({ id: -1, call: "run", code, cell: "bench", theme: {} });
  });

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
