// A JupyterHub of the reader's own: its address is asked for once and kept in this browser. Loaded when the menu is first opened.
import { make } from "./dom.js";

const PLACE = "miniatures.hub";
const REFUSED = "This is not the address of a hub. It looks like hub.example.org";

/**
 * The address of a hub as people copy it, without what lies below it; null where it is none.
 * @param {string} text
 */
export function hub(text) {
  const words = text.trim();
  if (/[\s"'<>\\^`{|}]/.test(words)) return null;
  let url;
  try {
    url = new URL(/^[a-z][a-z\d+.-]*:(?!\d)/i.test(words) ? words : "https://" + words);
  } catch {
    return null;
  }
  const { protocol, hostname, origin, pathname, username, password } = url;
  if (!/^https?:$/.test(protocol) || username || password || !/\w/.test(hostname)) return null;
  return origin + pathname.replace(/\/(hub|user|services)(\/.*)?$/, "").replace(/\/+$/, "");
}

/** What is stored; "" where storage is forbidden or holds something else. */
function read() {
  try {
    return hub(localStorage.getItem(PLACE) || ":") ?? "";
  } catch {
    return "";
  }
}

/** Store an address, or forget it; false where that is not possible. */
function keep(address) {
  try {
    if (address) localStorage.setItem(PLACE, address);
    else localStorage.removeItem(PLACE);
    return true;
  } catch {
    return false;
  }
}

export function begin(menu) {
  for (const place of menu.querySelectorAll(".m-hub")) {
    place.hidden = false;
    show(place, read());
  }
}

/** The link to a known hub, with a button that changes it; else the question for one. */
function show(place, address, said = "", focused = false) {
  if (!address) return ask(place, "", focused);
  const link = make("a", { href: `${address}/${place.dataset.pull}` }, `Open on ${new URL(address).host}`);
  const change = make("button", { type: "button", click: () => ask(place, address, true) }, "Another hub");
  place.replaceChildren(link, " ", make("small", {}, "your JupyterHub "), change, make("small", { role: "status" }, said));
  if (focused) link.focus();
}

function ask(place, address, focused) {
  const field = make("input", { type: "url", name: "hub", value: address, autocomplete: "url", inputmode: "url", placeholder: "hub.example.org", spellcheck: "false" });
  const problem = make("small", { role: "alert" });
  const form = make("form", { novalidate: true, submit: (event) => {
    event.preventDefault();
    const found = field.value.trim() ? hub(field.value) : "";
    if (found === null || (!found && !address)) {
      problem.textContent = REFUSED;
      field.setAttribute("aria-invalid", "true");
      return field.focus();
    }
    const kept = keep(found);
    show(place, found, kept ? " Kept in this browser." : " It cannot be kept: this browser’s storage is full or switched off.", true);
  } }, make("label", {}, "Open on a JupyterHub, at ", field), " ", make("button", {}, "Use this hub"), problem);
  place.replaceChildren(form);
  if (focused) field.focus();
}
