// A chapter's slides: reveal.js turns the pages; views and exercises are page.js's, as on the chapter's page.
import Reveal from "reveal.js";
import { beside } from "./dom.js";

const WIDTH = 1280; // px of a slide; reveal.js shows it as large as the window allows
const UPRIGHT = 520; // in a window that is higher than wide
const LEAST = { wide: 220, upright: 340 }; // px of a figure's height; a slide that has less room scrolls
const SIZES = [1, 0.92, 0.85, 0.78, 0.72, 0.66]; // of the letters: the largest that fits
const FIELDS = "input, select, textarea, [contenteditable], .m-handle, .m-cross"; // have arrow keys of their own
const PRESSED = "button, summary, a[href]"; // have Space and Enter

const article = document.querySelector(".reveal");
const deck = new Reveal(article);
const page = await import(beside("page.js")); // the same module as the page's own

/** A slide's size in its own px: as wide as its letters want, as high as the window makes it. */
function size() {
  const ratio = article.clientHeight / article.clientWidth;
  return ratio > 1 ? { width: UPRIGHT, height: Math.round(UPRIGHT * ratio) } : { width: WIDTH, height: Math.round(WIDTH * Math.min(0.8, Math.max(0.45, ratio))) };
}

/** Give a slide's figure the room that its words leave, and its words letters that fit. */
function fit(slide) {
  const inner = slide.querySelector(".m-slide");
  if (!inner.offsetHeight) return; // hidden: it is its turn when it is shown
  const views = [...inner.querySelectorAll(".m-view")].map((figure) => page.views.get(figure)).filter(Boolean);
  const least = article.classList.contains("m-upright") ? LEAST.upright : LEAST.wide;
  for (const { plot } of views) Object.assign(plot.style, { height: `${least}px`, minHeight: "", maxHeight: "" });
  for (const size of SIZES) {
    inner.style.setProperty("--m-letters", size);
    if ([inner, ...inner.querySelectorAll(".m-words")].every((one) => one.scrollHeight <= one.clientHeight + 1)) break;
  }
  const spare = inner.clientHeight - parseFloat(getComputedStyle(inner).paddingBottom) - Math.max(...[...inner.children].map((one) => one.offsetTop + one.offsetHeight));
  for (const view of views) {
    const beside = getComputedStyle(view.figure).display === "grid"; // its words stand at its side
    const room = beside ? view.plot.parentElement.clientHeight : least + Math.max(0, spare) / views.length;
    Object.assign(view.plot.style, { minHeight: beside ? `${room}px` : "", maxHeight: `${room}px` });
    view.draw();
  }
}

/** The present slide and those that the next key shows. */
function fitNear() {
  const slides = deck.getSlides(), { h } = deck.getIndices();
  for (const slide of slides.slice(Math.max(0, h - 1), h + 2)) fit(slide);
}

/** False for a key that belongs to what has the focus. */
function forDeck({ key }) {
  const focused = document.activeElement;
  if (focused?.closest(FIELDS)) return false;
  return !(focused?.closest(PRESSED) && [" ", "Enter"].includes(key));
}

/** From within a field the keys of a presenter turn the page, and Escape gives the arrow keys back to the deck. */
function leaving(event) {
  const field = document.activeElement?.closest(FIELDS);
  const turn = { PageDown: () => deck.next(), PageUp: () => deck.prev(), Escape: () => field.blur() }[event.key];
  if (!field || field.matches("textarea, [contenteditable]") || !turn) return;
  event.preventDefault();
  event.stopPropagation();
  turn();
}

function tell() {
  const { h } = deck.getIndices(), count = document.querySelector(".m-deck-count");
  count.textContent = `${h + 1} / ${deck.getTotalSlides()}`;
  for (const [move, end] of [["prev", deck.isFirstSlide()], ["next", deck.isLastSlide()]]) document.querySelector(`[data-deck="${move}"]`).disabled = end;
}

function shown() {
  if (!deck.getCurrentSlide().contains(document.activeElement)) document.activeElement?.closest(".slides")?.contains(document.activeElement) && document.activeElement.blur();
  fitNear();
  tell();
}

/** The deck in the window's present shape. */
function laid() {
  const { width, height } = size();
  document.documentElement.style.setProperty("--m-deck-height", `${height}px`);
  article.classList.toggle("m-upright", width === UPRIGHT);
  return { width, height };
}

for (const place of article.querySelectorAll(".m-view, .m-exercise")) place.setAttribute("data-prevent-swipe", "");
addEventListener("keydown", leaving, true);
for (const button of document.querySelectorAll("[data-deck]")) button.addEventListener("click", () => deck[button.dataset.deck]());
await deck.initialize({
  ...laid(), margin: 0, minScale: 0.1, maxScale: 5, center: false, hash: true, controls: false, transition: "none", backgroundTransition: "none",
  scrollActivationWidth: null, viewDistance: 2, mobileViewDistance: 2, keyboardCondition: forDeck, pdfMaxPagesPerSlide: 1,
});
deck.on("slidechanged", shown);
deck.on("pdf-ready", () => deck.getSlides().forEach(printed));
addEventListener("resize", () => {
  deck.configure(laid());
  fitNear();
});
document.fonts?.ready.then(fitNear);
shown();

/** On paper every figure is drawn. */
function printed(slide) {
  for (const figure of slide.querySelectorAll(".m-view")) if (page.views.has(figure)) page.views.get(figure).near = true;
  fit(slide);
}
