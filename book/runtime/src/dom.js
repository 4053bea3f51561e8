// Small tools for the page: elements, a polite announcement, one script, one theme.

/**
 * An element with its attributes and children; texts are inserted as text.
 * @param {string} tag
 * @param {Record<string, string | boolean | Function>} attributes a function is a listener, false leaves one out
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** The JSON that the build left in an element. */
export const specification = (element) => JSON.parse(element.querySelector(":scope > .m-spec").textContent);

/** A function that runs `action` once, `wait` ms after its last call. */
export function settled(action, wait) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
}

/** A function that says a text in a hidden polite region inside `place`, `wait` ms after the last call. */
export function announcer(place, wait = 300) {
  const region = place.appendChild(make("p", { class: "m-sr", role: "status" }));
  return settled((text) => (region.textContent = text), wait);
}

/** Save `text` as a file of the reader. */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Decode base64 of UTF-8. */
export const fromBase64 = (text) => new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));

/** The address of a file beside this bundle, with the version that the page asks for. */
export function beside(name) {
  const here = new URL(import.meta.url);
  return new URL(name + here.search, here).href;
}

let drawing;
/** The function that draws a figure, loaded when it is first asked for; a failed load may be tried again. */
export function loadDrawing() {
  drawing ??= new Promise((done, failed) => {
    const script = make("script", { src: new URL("plot.js", import.meta.url).href });
    script.onload = () => done(window.drawMiniature);
    script.onerror = () => failed(new Error("plot.js could not be loaded"));
    document.head.append(script);
  }).catch((reason) => {
    drawing = undefined;
    throw reason;
  });
  return drawing;
}

/** The theme's colours and font as a figure needs them. */
export function theme(element, printing) {
  const root = getComputedStyle(document.documentElement);
  const colour = (name) => root.getPropertyValue(`--m-${name}`).trim();
  const dark = !printing && document.documentElement.dataset.theme === "dark";
  const font = getComputedStyle(element).fontFamily;
  if (printing) return { dark, font, ink: "#000", paper: "#fff", muted: "#444", line: "#ddd" };
  return { dark, font, ink: colour("ink"), paper: colour("paper"), muted: colour("muted"), line: colour("line") };
}
