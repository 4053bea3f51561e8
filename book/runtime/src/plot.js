// The drawing of figures, loaded when the first is near the screen.
// Plotly with the three traces and the components that miniatures.draw uses; its own core.js registers far more.
import "plotly.js/build/plotcss.js";
import annotations from "plotly.js/src/components/annotations/index.js";
import colorbar from "plotly.js/src/components/colorbar/index.js";
import colorscale from "plotly.js/src/components/colorscale/index.js";
import errorbars from "plotly.js/src/components/errorbars/index.js";
import fx from "plotly.js/src/components/fx/index.js";
import images from "plotly.js/src/components/images/index.js";
import legend from "plotly.js/src/components/legend/index.js";
import modebar from "plotly.js/src/components/modebar/index.js";
import shapes from "plotly.js/src/components/shapes/index.js";
import en from "plotly.js/src/locale-en.js";
import enUS from "plotly.js/src/locale-en-us.js";
import * as api from "plotly.js/src/plot_api/plot_api.js";
import { register } from "plotly.js/src/registry.js";
import bar from "plotly.js/src/traces/bar/index.js";
import heatmap from "plotly.js/src/traces/heatmap/index.js";
import scatter from "plotly.js/src/traces/scatter/index.js";
import { dressed } from "./look.js";

for (const name of Object.keys(api)) register({ moduleType: "apiMethod", name, fn: api[name] });
register([scatter, bar, heatmap]);
register([annotations, shapes, images, errorbars, colorscale, colorbar]);
register([legend, fx, modebar]); // the legend reads the shapes' defaults, the hover the legend's
register([en, enUS]);

const STILL = { displayModeBar: false, scrollZoom: false, doubleClick: false, responsive: false }; // a wheel or a swipe scrolls the page

/** Draw a stored figure into `canvas`, or change what is drawn there. */
window.drawMiniature = (canvas, figure, theme, width, height) => {
  const { data, layout } = dressed(figure, theme, width, height);
  const drawn = api.react(canvas, data, layout, STILL);
  document.getElementById("js-plotly-tester")?.setAttribute("aria-hidden", "true"); // where Plotly measures letters
  return drawn;
};
