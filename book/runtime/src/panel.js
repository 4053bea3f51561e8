// The first panel of a figure: where its axes lie on the screen, and the ways of the arrow keys along them.

export const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** The first panel's axes as they are drawn, null before. */
export function axesOf(view) {
  const { xaxis, yaxis } = view.canvas._fullLayout ?? {};
  return xaxis && yaxis ? [xaxis, yaxis] : null;
}

/** Where coordinates lie, px from the corner of the canvas. */
export const placed = (axes, at) => axes.map((axis, side) => axis._offset + axis.c2p(at[side]));

/** Where a pointer is, px of the figure from the corner of the panel; a slide shows the figure larger or smaller than it is. */
export function pointed(view, axes, { clientX, clientY }) {
  const { left, top, width } = view.canvas.getBoundingClientRect();
  const scale = width / view.canvas.offsetWidth || 1;
  return [(clientX - left) / scale - axes[0]._offset, (clientY - top) / scale - axes[1]._offset];
}

/** +1 for an axis that grows to the right or upwards, -1 for one that is turned round. */
export function signs(axes) {
  const down = axes.map((axis) => axis.c2p(1) < axis.c2p(0)); // towards smaller pixels: up, where the axis is not turned round
  return [down[0] ? -1 : 1, down[1] ? 1 : -1];
}

/** The way that an event's arrow key points, in steps along the axes, ten with Shift; null for another key. */
export function arrowed(event, axes) {
  const way = KEYS[event.key];
  if (!way || event.altKey || event.ctrlKey || event.metaKey) return null;
  const turned = signs(axes);
  return way.map((one, side) => one * turned[side] * (event.shiftKey ? 10 : 1));
}
