// Hover cards: what a link to a term, a source or a footnote leads to, shown beside it on hover and focus.
import { make } from "./dom.js";

const NOTES = '.footnote, .citation, [role="doc-footnote"], [role="doc-biblioentry"], [role="doc-endnote"]';
const DROPPED = "script, style, button, .headerlink, .backlink, .fn-backref, .label .fn-bracket, iframe, object, embed, form, input";
const OPEN = 150; // ms
const CLOSE = 250;

/** @type {Map<string, Promise<Document>>} */
const pages = new Map();

/** A page of this site as a document, fetched once. */
function pageOf(url) {
  const address = url.origin + url.pathname;
  if (address === location.origin + location.pathname) return Promise.resolve(document);
  if (!pages.has(address)) {
    const loading = fetch(address).then(async (answer) => {
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    });
    loading.catch(() => pages.delete(address));
    pages.set(address, loading);
  }
  return pages.get(address);
}

/** The element that an address names in a page. */
function targetIn(page, { hash }) {
  try {
    return page.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null; // no valid encoding, so no name
  }
}

/** The nodes of a card: the target's own, without links, scripts, handlers and names. */
function content(target) {
  let definition = target.tagName === "DT" ? target.nextElementSibling : null;
  while (definition?.tagName === "DT") definition = definition.nextElementSibling; // several names may share one
  const parts = definition ? [target, definition] : [target];
  return parts.map((part) => {
    const copy = document.importNode(part, true);
    copy.querySelectorAll(DROPPED).forEach((one) => one.remove());
    copy.querySelectorAll("a").forEach((link) => link.replaceWith(make("span", {}, ...link.childNodes)));
    for (const one of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name } of [...one.attributes]) if (name === "id" || name === "href" || name === "role" || name.startsWith("on")) one.removeAttribute(name);
    }
    return make("div", { class: part.tagName === "DT" ? "m-card-term" : "m-card-text" }, ...copy.childNodes);
  });
}

/** The link's target on this site, or null where it is nothing that a card shows. */
function destination(link) {
  const url = new URL(link.href, location.href);
  if (url.origin !== location.origin || url.hash.length < 2) return null;
  if (url.hash.startsWith("#term-") || url.pathname.endsWith("/references.html")) return url;
  const own = url.pathname === location.pathname && targetIn(document, url);
  return own && own.closest(NOTES) ? url : null;
}

class Card {
  constructor() {
    this.box = make("div", { class: "m-card", id: "m-card", role: "tooltip", hidden: true, pointerenter: () => clearTimeout(this.timer), pointerleave: () => this.later(null, CLOSE) });
    document.querySelector("main").append(this.box);
  }

  later(link, wait) {
    clearTimeout(this.timer);
    this.wanted = link; // what is still being fetched for another link comes too late
    this.timer = setTimeout(() => (link ? this.open(link) : this.close()), wait);
  }

  async open(link) {
    const url = destination(link);
    if (this.link !== link) this.close(); // it may lie over this link
    this.wanted = link;
    const page = await pageOf(url).catch(() => null);
    const target = page && targetIn(page, url);
    if (!target || this.wanted !== link) return;
    this.link = link;
    this.box.replaceChildren(...content(target.closest(NOTES) ?? target));
    this.box.hidden = false;
    link.setAttribute("aria-describedby", this.box.id);
    this.put(link);
  }

  /** Below the link's first line, or above it where there is no room; inside the window's width. */
  put(link) {
    Object.assign(this.box.style, { left: "0", top: "0" });
    const [line] = link.getClientRects();
    const box = this.box.getBoundingClientRect();
    const above = line.bottom + box.height + 8 > innerHeight && line.top > box.height + 8;
    const left = Math.max(8, Math.min(line.left, document.documentElement.clientWidth - box.width - 8));
    const top = above ? line.top - box.height - 6 : line.bottom + 6;
    Object.assign(this.box.style, { left: `${left - box.left}px`, top: `${top - box.top}px` });
  }

  close() {
    clearTimeout(this.timer);
    this.wanted = null;
    this.box.hidden = true;
    this.link?.removeAttribute("aria-describedby");
    this.link = null;
  }
}

export function startCards() {
  const links = [...document.querySelectorAll('main a[href*="#"]')].filter((link) => !link.closest(".headerlink, nav") && destination(link));
  if (!links.length) return;
  const card = new Card();
  for (const link of links) {
    link.addEventListener("pointerenter", ({ pointerType }) => pointerType !== "touch" && card.later(link, OPEN));
    link.addEventListener("pointerleave", () => card.later(null, CLOSE));
    link.addEventListener("focus", () => link.matches(":focus-visible") && card.later(link, 0));
    link.addEventListener("blur", () => card.later(null, 0));
  }
  addEventListener("keydown", ({ key }) => key === "Escape" && card.close());
}
