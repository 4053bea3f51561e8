// How a stored figure becomes what Plotly draws: the theme's colours, the book's axes, panels that fit the width.
import palette from "../../../code/miniatures/palette.json";
import { categories, grid, LETTER, rowHeights, visible } from "./size.js";

const AXIS = /^[xy]axis\d*$/;
const DARK = new Map(Object.entries(palette.light).map(([name, light]) => [light, palette.dark[name]]));

/** @typedef {{dark: boolean, ink: string, paper: string, muted: string, line: string, font: string}} Theme */

/**
 * `value` with every light palette colour in it replaced by its dark one; arrays without any are kept as they are,
 * so that Plotly sees by identity that data is unchanged.
 * @param {*} value part of a figure
 */
export function darkened(value) {
  if (typeof value === "string") return DARK.get(value) ?? value;
  if (value === null || typeof value !== "object") return value;
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, darkened(item)]));
  const out = value.map(darkened);
  return out.some((item, index) => item !== value[index]) ? out : value;
}

/** `text` broken at spaces into lines of at most `limit` visible letters; markup counts nothing. */
export function wrapped(text, limit) {
  const lines = [""];
  for (const word of text.match(/(?:<[^<>]*>|\S)+/g) ?? []) {
    const line = lines[lines.length - 1];
    if (line && visible(`${line} ${word}`) > limit) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.join("<br>");
}

/**
 * What Plotly draws for a stored figure.
 * @param {import("./size.js").Figure} figure
 * @param {Theme} theme
 * @param {number} width in px
 * @param {number} height in px
 */
export function dressed(figure, theme, width, height) {
  const { data, layout } = theme.dark ? darkened(figure) : figure;
  const out = { ...layout, ...neutral(layout, theme), width, height, shapes: layout.shapes?.map(labelled) };
  for (const key of Object.keys(layout).filter((key) => AXIS.test(key))) out[key] = axis(figure, layout[key], key, theme);
  const traces = data.map((trace) => (trace.type === "heatmap" ? { hoverongaps: false, ...trace, ...bar(trace, theme) } : reaching(trace, theme)));
  const frames = arranged({ data: traces, layout: out }, width, height, rowHeights(figure, width, height));
  for (const frame of frames) fit(out, frame);
  return { data: traces, layout: out };
}

function neutral(layout, { ink, paper, muted, font }) {
  const title = { x: 0, xref: "paper", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { t: 4 }, automargin: true, font: { size: 14, color: ink, weight: 600 } };
  return {
    autosize: false, dragmode: false, uirevision: "view", separators: ".\u2009",
    paper_bgcolor: "transparent", plot_bgcolor: "transparent",
    font: { family: font, size: 13, color: ink },
    margin: { l: 8, r: 12, t: layout.meta?.panels > 1 ? 30 : 12, b: 8, pad: 2 },
    hoverlabel: { bgcolor: paper, bordercolor: muted, align: "left", font: { family: font, size: 13, color: ink } },
    legend: {
      orientation: "h", xref: "paper", x: 0, xanchor: "left", yref: "container", y: 0, yanchor: "bottom",
      bgcolor: "transparent", font: { size: 12.5, color: ink }, itemclick: false, itemdoubleclick: false, ...layout.legend,
    },
    ...(layout.title && { title: { ...title, ...layout.title } }),
  };
}

function axis(figure, given, key, { ink, muted, line }) {
  return {
    automargin: true, fixedrange: true, showgrid: !categories(figure, key).length, gridcolor: line, gridwidth: 1, zerolinecolor: line, zerolinewidth: 1.5,
    tickfont: { size: 12, color: muted }, exponentformat: given.type === "log" ? "power" : "B", ...given,
    ...(given.title?.text && { title: { font: { size: 13, color: ink }, standoff: 10, ...given.title } }),
  };
}

function bar(trace, { ink, muted }) {
  if (!trace.showscale) return {};
  const { title, ...rest } = trace.colorbar ?? {};
  return { colorbar: { xpad: 6, tickfont: { size: 12, color: muted }, ...rest, title: { font: { size: 13, color: ink }, ...title } } };
}

/** A trace whose error bars, if any, are drawn in the colour of its points, or in ink where they stand on bars. */
function reaching(trace, { ink }) {
  const out = { ...trace };
  for (const key of ["error_x", "error_y"]) if (trace[key]) out[key] = { width: 4, ...(trace.type === "bar" && { color: ink }), ...trace[key] };
  return out;
}

/** A shape; the label of a vertical line stands upright beside the line's end. */
function labelled(shape) {
  if (!shape.label || shape.type !== "line" || shape.x0 !== shape.x1) return shape;
  return { ...shape, label: { textangle: 0, xanchor: "left", yanchor: "top", padding: 4, ...shape.label } };
}

/** Give each panel its domain and each colour bar its place; the panels' names and sizes in px. Panels of a row are equally wide. */
function arranged(figure, width, height, { down, highs }) {
  const { layout } = figure;
  const { tags, columns, scaled, bars, inner, panel, gap, margins } = grid(figure, width);
  const tall = height - margins;
  const frames = tags.map((tag, n) => ({ tag, width: panel, height: highs[Math.floor(n / columns)] }));
  if (tags.length === 1) return frames;
  frames.forEach((frame, n) => {
    const { tag, height: high } = frame;
    const row = Math.floor(n / columns);
    const left = (n % columns) * (panel + gap) + bars.slice(0, n % columns).reduce((sum, one) => sum + one, 0);
    const top = tall - highs.slice(0, row).reduce((sum, one) => sum + one + down, 0);
    layout[`xaxis${tag}`] = { ...layout[`xaxis${tag}`], domain: [left / inner, (left + panel) / inner] };
    layout[`yaxis${tag}`] = { constraintoward: "top", ...layout[`yaxis${tag}`], domain: [Math.max(0, top - high) / tall, top / tall] };
    const [across, up] = drawnPart(layout, frame);
    for (const trace of scaled[n]) {
      const place = { x: (left + (panel * (1 + across)) / 2) / inner, xanchor: "left", y: top / tall, yanchor: "top", len: (high * up) / tall, lenmode: "fraction", ypad: 0 };
      Object.assign(trace.colorbar, place);
    }
  });
  return frames;
}

/** The shares of a panel's width and height that are drawn where its axes have one scale; [1, 1] elsewhere. */
function drawnPart(layout, { tag, width, height }) {
  const [across, up] = [layout[`xaxis${tag}`].range, layout[`yaxis${tag}`].range];
  if (!layout[`yaxis${tag}`].scaleanchor || !across || !up) return [1, 1];
  const scale = Math.min(width / Math.abs(across[1] - across[0]), height / Math.abs(up[1] - up[0]));
  return [(scale * Math.abs(across[1] - across[0])) / width, (scale * Math.abs(up[1] - up[0])) / height];
}

/** Break the titles of a panel's axes and its heading so that they fit, and set the ticks of its logarithmic axes. */
function fit(layout, { tag, width, height }) {
  for (const [letter, length] of [["x", width], ["y", height]]) {
    const given = layout[`${letter}axis${tag}`];
    if (given?.title?.text) given.title = { ...given.title, text: wrapped(given.title.text, length / LETTER) };
    if (given?.type === "log" && given.range && !given.tickvals) Object.assign(given, decades(given.range, length / (letter === "x" ? 44 : 28)));
  }
  const heading = ({ xref, yref, showarrow }) => xref === `x${tag} domain` && yref === `y${tag} domain` && !showarrow;
  layout.annotations = layout.annotations?.map((one) => (heading(one) ? { ...one, align: "left", text: wrapped(one.text, width / (LETTER + 1.2)) } : one));
  const lines = Math.max(1, ...(layout.annotations ?? []).filter(heading).map((one) => one.text.split("<br>").length));
  if (lines > 1) layout.margin = { ...layout.margin, t: Math.max(layout.margin.t, 12 + 18 * lines) };
}

/** Ticks of a logarithmic axis whose range is known, at most about `most`: powers of ten in one size, with 2 and 5 on a short axis. */
export function decades(range, most) {
  const [low, high] = [Math.min(...range), Math.max(...range)];
  const every = Math.max(1, Math.ceil((high - low) / most));
  const steps = high - low < 1.6 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(low); power <= high + 1e-9; power++) {
    for (const step of power % every ? [] : steps) {
      const place = power + Math.log10(step);
      if (place >= low - 1e-9 && place <= high + 1e-9) ticks.push({ step, power });
    }
  }
  const small = ticks.every(({ power }) => Math.abs(power) <= 3);
  return { tickvals: ticks.map(({ step, power }) => Number(`${step}e${power}`)), ticktext: ticks.map((tick) => powerText(tick, small)) };
}

function powerText({ step, power }, small) {
  if (small || power === 0 || power === 1) return (step * 10 ** power).toFixed(Math.max(0, -power));
  return `${step === 1 ? "" : `${step}·`}10<sup>${String(power).replace("-", "\u2212")}</sup>`;
}
