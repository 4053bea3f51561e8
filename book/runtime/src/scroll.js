// What scrolls sideways can be reached and scrolled by keyboard.

const WIDE = "article div.math, article table.dataframe, article .cell_output .output, article .highlight pre";

/** Give a tab stop to each wide part of the page that is cut, and take it from those that fit. */
export function scrollable(root = document) {
  const parts = [...root.querySelectorAll(WIDE)];
  const cut = parts.map((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible");
  parts.forEach((part, index) => (cut[index] ? (part.tabIndex = 0) : part.removeAttribute("tabindex")));
}

/** Look now, when the fonts are there, and whenever the window's width changes. */
export function startScrolling() {
  scrollable();
  document.fonts?.ready.then(() => scrollable());
  new ResizeObserver(() => scrollable()).observe(document.documentElement);
}
