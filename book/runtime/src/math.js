// Formulas that a cell puts out, by KaTeX; its style sheet is in the page already.
import katex from "katex";

/** The formula inside the delimiters that sympy and IPython write around it. */
export const bare = (latex) => latex.trim().replace(/^\$+|\$+$/g, "").replace(/^\\\[|\\\]$/g, "").replace(/^\\begin\{equation\*?\}|\\end\{equation\*?\}$/g, "").replace(/^\s*\\displaystyle/, "").trim();

export function render(latex, place) {
  place.innerHTML = katex.renderToString(bare(latex), { displayMode: true, throwOnError: true });
}
