// The reader's copy of the book: started when Python is, or by "Keep this book offline"; loaded only then.
const ROOT = new URL("..", import.meta.url).href;
const PREFIX = `miniatures ${ROOT} `;
const KEPT = `${ROOT}kept.json`;
const AT_ONCE = 6;
const GROUPS = { book: "All pages and their figures", python: "Python in the page", lite: "The notebooks in JupyterLite" };

const megabytes = (bytes) => (bytes < 950_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(bytes < 9.5e6 ? 1 : 0)} MB`);
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const possible = () => isSecureContext && "serviceWorker" in navigator && "caches" in globalThis;

/** The registration, with a worker that is active; throws where the browser keeps nothing for this site. */
export async function registered() {
  const registration = await navigator.serviceWorker.register(`${ROOT}service-worker.js`);
  const coming = registration.installing ?? registration.waiting;
  if (!registration.active) {
    await new Promise((done, failed) => coming.addEventListener("statechange", () => {
      if (coming.state === "activated") done();
      else if (coming.state === "redundant") failed(new Error("The book’s list of files did not arrive, or there is no room for it. Check the connection, free some space and try again."));
    }));
  }
  return registration;
}

/** Resolves when this page's requests go through the book's worker, or cannot. JupyterLite's pages wait for it. */
export async function ready() {
  if (!possible()) return;
  await registered();
  if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  await tell([location.href, ...loaded()]);
}

let kept = false; // something, by this page: where nothing is left of it, the reader has had it removed
const loaded = () => performance.getEntriesByType("resource").map(({ name }) => name);

/** `perhaps` are kept only where the browser's own cache has them: they may not have been loaded at all. */
async function tell(addresses, perhaps = []) {
  const { active } = await registered(), { port1, port2 } = new MessageChannel();
  const heard = new Promise((done) => (port1.onmessage = done));
  active.postMessage({ remember: addresses.filter((address) => address.startsWith(ROOT)), perhaps }, [port2]);
  await heard;
}

/** The addresses of what the page's Python is made of, and of what its cells may have loaded besides, as its worker asks for them. */
async function python() {
  const words = document.querySelector("script.m-python");
  if (!words) return [[], []];
  const { tier } = JSON.parse(words.textContent), folder = `${ROOT}_python/`;
  const response = await fetch(`${folder}manifest.json`, { cache: "force-cache" });
  const compressed = response.headers.has("content-encoding"), manifest = await response.json();
  const { snapshot, packages: started } = manifest.tiers[tier];
  const sure = [...Object.values(manifest.core), manifest.wheel, ...(snapshot ? [...Object.values(snapshot), manifest.standard] : started.map((name) => manifest.packages[name]))];
  const perhaps = [...Object.values(manifest.packages), ...Object.values(manifest.data)];
  const address = ({ file, sha256, gz }) => `${folder}${file}${gz && !compressed ? ".gz" : ""}?${sha256.slice(0, 8)}`;
  return [[`${folder}manifest.json`, ...sure.map(address)], perhaps.map(address)];
}

/** Keep what this page has loaded, and its Python. Called when Python is ready; says nothing where nothing can be kept. */
export async function remember() {
  if (!possible()) return;
  try {
    if (kept && !(await current()).length) return;
    const [sure, perhaps] = await python();
    await tell([location.href, ...loaded(), ...sure], perhaps);
    kept = true;
  } catch (problem) {
    console.warn(`Nothing is kept: ${problem.message}`);
  }
}

const current = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));

async function state() {
  const [name] = await current();
  const kept = name && (await (await caches.open(name)).match(KEPT));
  return kept ? kept.json() : [];
}

/** The files of the groups: {address, size, sha256}, compressed copies where the host sends files as they lie there. */
async function wanted(groups, files) {
  const compressed = (await fetch(`${ROOT}_python/manifest.json`, { cache: "no-store" })).headers.has("content-encoding");
  return Object.entries(files).filter(([, [, , group]]) => groups.includes(group)).map(([name]) => {
    const taken = !compressed && files[`${name}.gz`] ? `${name}.gz` : name;
    return { address: ROOT + taken, size: files[taken][0], sha256: files[taken][1], name: taken };
  });
}

/** The response to keep, when its bytes are the release's. */
async function right({ address, sha256 }, cache, signal) {
  const response = await fetch(address, { cache, signal }), bytes = await response.arrayBuffer();
  if (!response.ok || hex(await crypto.subtle.digest("SHA-256", bytes)) !== sha256) return null;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(bytes, { headers });
}

function renewed({ name }) {
  throw new Error(`${name} is not what the book's list says. The book may just have been renewed: reload the page and try again.`);
}

/** Fetch every file of the groups into the release's cache; `say(bytes, of)` hears of progress. What was added goes when it fails. */
export async function keep(groups, say, signal) {
  const { release, files } = await (await fetch(`${ROOT}offline.json`, { cache: "no-cache" })).json();
  await tell([]); // its worker may have no cache any more
  if (!(await caches.has(PREFIX + release))) throw new Error("A newer release of the book is just arriving. Reload the page and try again.");
  const cache = await caches.open(PREFIX + release), all = await wanted(groups, files), added = [];
  await navigator.storage?.persist?.();
  const total = all.reduce((sum, { size }) => sum + size, 0), waiting = [...all];
  let done = 0;
  const work = async () => {
    for (let one; (one = waiting.shift()); say((done += one.size), total)) {
      if (await cache.match(one.address)) continue;
      await cache.put(one.address, (await right(one, "default", signal)) ?? (await right(one, "no-store", signal)) ?? renewed(one));
      added.push(one.address);
    }
  };
  try {
    const works = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => work().catch((problem) => {
      waiting.length = 0; // the others end with what they are at
      throw problem;
    })));
    for (const { reason: problem } of works) if (problem) throw problem;
    await cache.put(KEPT, new Response(JSON.stringify(groups), { headers: { "Content-Type": "application/json" } }));
  } catch (problem) {
    await Promise.all(added.map((address) => cache.delete(address)));
    throw problem;
  }
}

/** Forget everything that was kept of the book. */
export async function forget() {
  kept = true;
  for (const name of await current()) await caches.delete(name);
  await (await navigator.serviceWorker.getRegistration(ROOT))?.unregister();
}

function reason(problem) {
  if (problem.name === "AbortError") return "Stopped. What had arrived was removed again.";
  if (problem.name === "QuotaExceededError") return "There is not enough room: this browser gives the book no more storage. Free some space, or choose less.";
  if (problem.name === "SecurityError" || problem.name === "NotAllowedError") return "This browser is set to keep nothing for this site. A private window or forbidden storage does that.";
  if (problem instanceof TypeError) return "The connection was lost. Try again: what was kept before is still there.";
  return problem.message;
}

const made = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Fill `box` with the choice, the size said beforehand, progress and removal. */
export async function panel(box) {
  if (!possible()) {
    box.replaceChildren(made("p", { role: "status", textContent: isSecureContext ? "This browser cannot keep a site for later." : "A browser keeps a site only when it comes over https (or from this computer)." }));
    return;
  }
  const said = made("p", { role: "status", className: "m-offline-said" });
  try {
    const kept = await state();
    if (kept.length) return keptPanel(box, said, kept);
    const { files } = await (await fetch(`${ROOT}offline.json`, { cache: "no-cache" })).json();
    choicePanel(box, said, Object.fromEntries(await Promise.all(Object.keys(GROUPS).map(async (group) => [group, (await wanted([group], files)).reduce((sum, { size }) => sum + size, 0)]))));
  } catch (problem) {
    said.textContent = reason(problem);
    box.replaceChildren(said);
  }
}

function keptPanel(box, said, kept) {
  const words = kept.map((group) => GROUPS[group]).join(", ");
  const remove = made("button", { type: "button", className: "m-button", textContent: "Remove it from this device" });
  remove.onclick = async () => {
    await forget();
    await panel(box);
    box.querySelector(".m-offline-said").textContent = "Removed. The space is free again.";
  };
  said.textContent = `Kept on this device: ${words.charAt(0)}${words.slice(1)}. It is renewed whole when the book is.`;
  box.replaceChildren(said, remove);
}

function choicePanel(box, said, sizes) {
  const boxes = Object.entries(GROUPS).filter(([group]) => sizes[group]).map(([group, words]) => {
    const input = made("input", { type: "checkbox", name: group, checked: group !== "lite", disabled: group === "book" });
    return made("label", {}, input, ` ${words}, ${megabytes(sizes[group])}`);
  });
  const chosen = () => boxes.map((label) => label.firstChild).filter((input) => input.checked).map((input) => input.name);
  const start = made("button", { type: "button", className: "m-button" });
  const name = () => {
    const lite = box.querySelector("input[name=lite]"), base = box.querySelector("input[name=python]");
    if (lite?.checked && base) base.checked = true; // the notebooks run on the same Python
    start.textContent = `Keep ${megabytes(chosen().reduce((sum, group) => sum + sizes[group], 0))} offline`;
  };
  const set = made("fieldset", { className: "m-offline-choice" }, made("legend", { textContent: "What to keep on this device" }), ...boxes);
  set.onchange = name;
  start.onclick = () => download(box, said, chosen());
  box.replaceChildren(set, start, said);
  name();
}

async function download(box, said, groups) {
  const bar = made("progress", { max: 1, value: 0 }), stopper = new AbortController();
  bar.setAttribute("aria-label", "Kept so far");
  const stop = made("button", { type: "button", className: "m-button", textContent: "Stop", onclick: () => stopper.abort() });
  const numbers = made("span");
  box.replaceChildren(made("p", {}, bar, " ", numbers), stop, said);
  said.textContent = "Keeping the book. You can go on reading.";
  try {
    await keep(groups, (done, total) => {
      Object.assign(bar, { max: total, value: done });
      numbers.textContent = `${megabytes(done)} of ${megabytes(total)}`;
    }, stopper.signal);
    await panel(box);
  } catch (problem) {
    await panel(box);
    box.querySelector(".m-offline-said").textContent = reason(problem);
  }
}
