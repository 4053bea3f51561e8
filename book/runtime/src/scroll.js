// What scrolls sideways can be reached and scrolled by keyboard.

const WIDE = "article div.math, article table.dataframe, article .cell_output .output, article .highlight pre";

/** Give a tab stop to each wide part of the page that is cut, and take it from those that fit. */
export function scrollable(root = document) {
  for (const part of root.querySelectorAll(WIDE)) {
    const cut = part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible";
    if (cut) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
}

/** Look now, when the fonts are there, and whenever the window's width changes. */
export function startScrolling() {
  scrollable();
  document.fonts?.ready.then(() => scrollable());
  new ResizeObserver(() => scrollable()).observe(document.documentElement);
}
