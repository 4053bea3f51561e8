// JupyterLab's renderer of Plotly figures: the book's own drawing, ../../../_runtime/plot.js, in JupyterLab's colours.
// A federated extension by hand: what a bundler would write around sixty lines is larger than they are.
(() => {
  const MIME = "application/vnd.plotly.v1+json";
  const root = new URL("../../../_runtime/plot.js", document.currentScript.src);
  let drawing, Widget;

  const loaded = () => (drawing ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: root.href, onload: resolve, onerror: () => reject(new Error(`${root.href} did not load`)) });
    document.head.append(script);
  }));

  function theme() {
    const style = getComputedStyle(document.body);
    const colour = (name) => style.getPropertyValue(name).trim();
    return {
      dark: document.body.dataset.jpThemeLight === "false", ink: colour("--jp-ui-font-color0") || "#000", muted: colour("--jp-ui-font-color2") || "#666",
      paper: colour("--jp-layout-color1") || "#fff", line: colour("--jp-border-color2") || "#ddd", font: colour("--jp-ui-font-family") || "sans-serif",
    };
  }

  function extension() {
    return class Figure extends Widget {
      constructor() {
        super();
        this.sizes = new ResizeObserver(() => this.draw());
      }

      async renderModel(model) {
        this.figure = model.data[MIME];
        this.node.setAttribute("role", "img");
        this.node.setAttribute("aria-label", model.data["text/plain"] ?? "Figure");
        this.node.style.minHeight = `${this.figure.layout.height ?? 360}px`; // the page does not jump while it is drawn anew
        await loaded();
        this.sizes.observe(this.node);
      }

      draw() {
        const width = this.node.clientWidth;
        if (width) window.drawMiniature(this.node, this.figure, theme(), width, this.figure.layout.height ?? 360);
      }

      dispose() {
        this.sizes.disconnect();
        super.dispose();
      }
    };
  }

  const made = () => {
    const Figure = extension();
    return { __esModule: true, default: { id: "miniatures-figures:plotly", rendererFactory: { safe: true, mimeTypes: [MIME], createRenderer: () => new Figure() }, rank: 0, dataType: "json" } };
  };
  (window._JUPYTERLAB ??= {})["miniatures-figures"] = {
    async init(scope) {
      const [shared] = Object.values(scope["@lumino/widgets"]);
      ({ Widget } = (await shared.get())());
    },
    get: async () => made,
  };
})();
