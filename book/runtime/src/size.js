// How much room the parts of a figure take at a width, in px: estimates that are good enough to reserve it before anything is drawn.

const NARROW = 560; // px of plot width below which panels stand one below the other
export const LETTER = 6.6; // px, mean width of a letter of 13 px
const AXIS = /^([xy])axis(\d*)$/;

/** @typedef {{data: object[], layout: object}} Figure */

export const visible = (text) => text.replace(/<[^>]*>/g, "").length;
const most = (values) => Math.max(0, ...values);
const total = (values) => values.reduce((sum, one) => sum + one, 0);

/** The categories that traces put on an axis. */
export function categories({ data }, key) {
  const [, letter, tag] = key.match(AXIS);
  const own = data.filter((trace) => (trace[`${letter}axis`] ?? letter) === letter + tag);
  return own.flatMap((trace) => (Array.isArray(trace[letter]) ? trace[letter] : [])).filter((word) => typeof word === "string");
}

/** Room that an axis takes beside its panel. */
function room(figure, key) {
  const axis = figure.layout[key] ?? {};
  if (axis.visible === false) return 0;
  const words = axis.ticktext ?? categories(figure, key);
  const longest = Math.min(24, Math.max(4, ...words.map((word) => visible(String(word)))));
  return (key[0] === "x" ? 22 : 8 + longest * LETTER) + (axis.title?.text ? 28 : 4);
}

const barRoom = ({ colorbar }) => (colorbar?.title?.text ? 78 : 56); // the bar, its numbers, its title

/** Height of the legend below the figure: its entries stand in columns as wide as the longest. */
function legendRoom({ data, layout }, width) {
  const entries = layout.showlegend === false ? [] : data.filter(({ name, showlegend }) => name && showlegend !== false).map(({ name }) => 42 + LETTER * visible(name));
  if (!entries.length) return 0;
  const rows = total(entries) <= width ? 1 : Math.ceil(entries.length / Math.max(1, Math.floor(width / most(entries))));
  return 12 + 19 * rows;
}

/** How high a panel is for its width where its axes have one scale; null where they have not. */
function aspect({ layout }, tag) {
  const [across, up] = [layout[`xaxis${tag}`]?.range, layout[`yaxis${tag}`]?.range];
  return across && up && layout[`yaxis${tag}`].scaleanchor ? Math.abs((up[1] - up[0]) / (across[1] - across[0])) : null;
}

/**
 * Rows and columns of panels, their width, the gaps and margins, all in px; one panel for a figure without panels.
 * @param {Figure} figure
 * @param {number} width
 */
export function grid(figure, width) {
  const { meta, height = 360 } = figure.layout;
  const panels = meta?.panels ?? 1;
  const wide = Math.min(meta?.columns ?? 1, panels);
  const columns = width < NARROW ? 1 : wide;
  const rows = Math.ceil(panels / columns);
  const tags = Array.from({ length: panels }, (_, n) => (n ? String(n + 1) : ""));
  const scaled = tags.map((tag) => figure.data.filter((trace) => trace.showscale && (trace.xaxis ?? "x") === `x${tag}`));
  const ofColumn = (column, values) => values.filter((_, n) => n % columns === column);
  const bars = Array.from({ length: columns }, (_, column) => most(ofColumn(column, scaled).flat().map(barRoom)));
  const inner = width - 20 - most(ofColumn(0, tags).map((tag) => room(figure, `yaxis${tag}`)));
  const beside = 10 + most(tags.filter((_, n) => n % columns).map((tag) => room(figure, `yaxis${tag}`)));
  const gap = Math.max((meta?.gap ?? 0) * inner, beside);
  const legend = legendRoom(figure, inner);
  const below = most(tags.map((tag) => room(figure, `xaxis${tag}`)));
  return {
    tags, columns, rows, scaled, bars, inner, gap, below: below + 34, margins: (panels > 1 ? 38 : 20) + below + legend,
    panel: (inner - gap * (columns - 1) - total(bars)) / columns,
    height: (height / Math.ceil(panels / wide)) * rows + (width < NARROW ? Math.max(0, legend - 31) : 0),
  };
}

/**
 * The heights of the rows of panels and the room between them, px, for a figure of `height`: the rows are equally high,
 * but where that height leaves it out, the space that axes of one scale would leave empty is taken from their rows.
 * @param {Figure} figure
 */
export function rowHeights(figure, width, height) {
  const within = grid(figure, width);
  const close = closely(figure, within);
  if (Math.abs(height - close.height) <= 1) return close;
  return evenly(figure, within, height);
}

function evenly({ layout }, { rows, below, margins }, height) {
  const down = Math.max((layout.meta?.gap ?? 0) * ((layout.height ?? 360) - margins), below); // as wide as beside each other
  return { down, highs: Array(rows).fill((height - margins - down * (rows - 1)) / rows) };
}

function closely(figure, within) {
  const { tags, columns, rows, panel, margins, height } = within;
  const { down, highs } = evenly(figure, within, height);
  const close = highs.map((high, row) => {
    const ratios = tags.slice(row * columns, (row + 1) * columns).map((tag) => aspect(figure, tag));
    return ratios.includes(null) ? high : Math.min(high, panel * Math.max(...ratios));
  });
  return { down, highs: close, height: total(close) + down * (rows - 1) + margins };
}

/**
 * The figure's height at this width: stacked panels keep the height that each had, a long legend gets its own.
 * `tight` leaves out the space that axes of one scale would leave empty.
 * @param {Figure} figure
 */
export function heightAt(figure, width, tight) {
  const within = grid(figure, width);
  const needed = tight ? closely(figure, within).height : Infinity;
  return Math.round(Math.min(within.height, Math.max(160, needed)));
}
