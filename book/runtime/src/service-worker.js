// Keeps what the reader loaded of one release of the book. The build puts RELEASE, the release's name, in front.
// A file is kept only if its digest is the release's; a new release takes over when it has all of what was kept, never before.
/* global RELEASE */
const ROOT = self.registration.scope;
const PREFIX = `miniatures ${ROOT} `;
const CACHE = PREFIX + RELEASE;
const LIST = `${ROOT}offline.json`, KEPT = `${ROOT}kept.json`;
const WHOLE = 2_000_000; // bytes; smaller files are checked before the page gets them, larger ones while it does
const AT_ONCE = 6;
const TURNS = 40; // how often a page that waits for the release told to take over asks anew, should it not hear that it has
let list, told, turns = 0, over = false;

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const named = (path) => `${ROOT}${path}`;
const kept = (address) => caches.match(address, { cacheName: CACHE });
const files = async () => (list ??= (await (await kept(LIST))?.json()) ?? { files: {} }).files;

/** The path below ROOT that an address asks for, without query; a folder's is its index.html. */
function path(address) {
  const { origin, pathname } = new URL(address);
  const whole = origin + pathname;
  if (!whole.startsWith(ROOT)) return null;
  const below = decodeURI(whole.slice(ROOT.length));
  return below === "" || below.endsWith("/") ? `${below}index.html` : below;
}

/** A response to keep, when the bytes are the release's; else null. */
async function checked(response, entry) {
  if (!response.ok) return null;
  const bytes = await response.arrayBuffer();
  if (hex(await crypto.subtle.digest("SHA-256", bytes)) !== entry[1]) return null;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(bytes, { headers });
}

async function each(items, task) {
  const waiting = [...items];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (waiting.length) await task(waiting.shift());
  }));
}

/** Fetch and keep `name`, or take it over from `old` where the bytes are the same; throws where it is not this release's. */
async function keep(cache, all, name, old, before) {
  const entry = all[name];
  if (!entry || (await cache.match(named(name)))) return;
  const same = before?.[name]?.[1] === entry[1] && (await old.match(named(name)));
  const right = same || (await checked(await fetch(named(name)), entry)) || (await checked(await fetch(named(name), { cache: "reload" }), entry)); // the browser's own cache may hold an older one
  if (!right) throw new Error(`${name} on the server is not of release ${RELEASE}`);
  await cache.put(named(name), right);
}

async function install() {
  const response = await fetch(LIST, { cache: "no-store" });
  const fresh = await response.clone().json();
  if (fresh.release !== RELEASE) throw new Error(`the server is between two releases: ${RELEASE} and ${fresh.release}`);
  const earlier = (await caches.keys()).find((name) => name.startsWith(PREFIX) && name !== CACHE);
  const cache = await caches.open(CACHE);
  try {
    await cache.put(LIST, response);
    if (!earlier) return;
    const old = await caches.open(earlier), chosen = await old.match(KEPT);
    const before = (await (await old.match(LIST)).json()).files, names = new Set((await old.keys()).map(({ url }) => path(url)));
    if (chosen) {
      const groups = await chosen.clone().json();
      for (const [name, [, , group]] of Object.entries(fresh.files)) if (groups.includes(group)) names.add(name);
    }
    await each(names, (name) => keep(cache, fresh.files, name, old, before));
    if (chosen) await cache.put(KEPT, chosen);
  } catch (problem) {
    await caches.delete(CACHE);
    throw problem;
  }
}

/** The release's cache, begun anew where it is gone: the reader had it removed, or the browser was short of room. */
async function opened() {
  if (await caches.has(CACHE)) return;
  await install();
  list = undefined;
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

const through = (response, stream, type) => new Response(response.body.pipeThrough(stream), { headers: { "Content-Type": type } });

/** What is kept of a file; a file kept compressed is unpacked for those who ask for it plain, and the other way round. */
async function found(name) {
  const there = await kept(named(name));
  if (there) return there;
  const packed = await kept(named(`${name}.gz`));
  if (packed) return through(packed, new DecompressionStream("gzip"), name.endsWith(".wasm") ? "application/wasm" : /\.m?js$/.test(name) ? "text/javascript" : "application/octet-stream");
  const plain = name.endsWith(".gz") && (await kept(named(name.slice(0, -3))));
  return plain ? through(plain, new CompressionStream("gzip"), "application/octet-stream") : undefined;
}

/** Keep a file, unless the reader has had everything removed since. */
async function put(name, response) {
  if (await caches.has(CACHE)) await (await caches.open(CACHE)).put(named(name), response).catch((full) => console.warn(`${name} is not kept: ${full.message}`));
}

/**
 * Bring the release that waits into force when no other page of the book is open; true when it was told to, and while it
 * is on its way: it cannot come while this worker has anything to answer, and on a busy machine not at once.
 */
async function handOver() {
  const { waiting } = self.registration;
  if (!waiting || (await self.clients.matchAll({ type: "window" })).length > 1) return false;
  if (waiting === told) return ++turns < TURNS;
  turns = 0;
  told = waiting;
  waiting.postMessage("take over");
  return true;
}

/** A page that asks for nothing until the other release has it, or for a second where that was before it listened. */
const again = () => new Response('<!DOCTYPE html><meta http-equiv="refresh" content="1"><script>navigator.serviceWorker.addEventListener("controllerchange", () => location.reload())</script>', { headers: { "Content-Type": "text/html" } });

/** What is not kept, from the network, and kept then. A page of another release waits for that release to take over. */
async function fetched(event, name) {
  const entry = (await files())[name];
  const response = await fetch(event.request);
  if (!entry || over || !response.ok || event.request.headers.has("range")) return response;
  if (entry[0] > WHOLE) {
    const copy = response.clone();
    event.waitUntil(checked(copy, entry).then((right) => right && put(name, right)).catch(() => {})); // the page hears of a lost connection itself
    return response;
  }
  const spare = response.clone();
  const right = (await checked(response, entry)) || (await checked(await fetch(named(name), { cache: "reload" }), entry));
  if (right) {
    event.waitUntil(put(name, right.clone()));
    return right;
  }
  const newer = await (await fetch(LIST, { cache: "no-store" })).json();
  if (newer.release === RELEASE) return spare; // the host alters what it serves: such a file is not kept
  await self.registration.update();
  if (event.request.mode !== "navigate") return Response.error(); // half of another release would be worse
  const coming = self.registration.installing;
  await new Promise((done) => (coming ? coming.addEventListener("statechange", done, { once: true }) : done()));
  if (await handOver()) return again();
  over = true; // the new release cannot be kept: better nothing than a page of one release with a script of another
  await caches.delete(CACHE);
  await self.registration.unregister();
  return spare;
}

const MISSING = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Not kept</title>
<style>body{font:1.1rem/1.5 sans-serif;max-width:34em;margin:4em auto;padding:0 1em;color-scheme:light dark}</style>
<h1>This page is not kept on this device</h1><p>There is no connection, and this page of the book was not opened before. <a href="${ROOT}chapters/index.html">To the first page</a></p></html>`;

async function answer(event, name) {
  if (event.request.mode === "navigate" && (await handOver())) return again();
  const there = await found(name);
  if (there) return there;
  return fetched(event, name).catch((lost) => {
    if (event.request.mode !== "navigate") throw lost;
    return new Response(MISSING, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
  });
}

/** Keep what a page says that it has loaded, out of the browser's own cache where it is still there. */
async function remember(addresses, options) {
  const all = await files();
  await each(new Set(addresses.map(path)), async (name) => {
    if (!all[name] || (await kept(named(name)))) return;
    const address = addresses.find((one) => path(one) === name);
    const response = await fetch(address, options).catch(() => null); // it is not in the browser's cache, or there is no connection
    const right = response && (await checked(response, all[name]));
    if (right) await put(name, right);
  });
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  else if (event.data.remember) {
    const loaded = opened().then(() => remember(event.data.remember, { cache: "force-cache" }));
    const perhaps = loaded.then(() => remember(event.data.perhaps, { cache: "only-if-cached", mode: "same-origin" }));
    event.waitUntil(perhaps.finally(() => event.ports[0].postMessage("done")));
  }
});
self.addEventListener("fetch", (event) => {
  const { method, cache, url } = event.request;
  const name = method === "GET" && cache !== "no-store" && path(url); // who keeps files asks the host itself for its bytes
  if (name && name !== "service-worker.js" && name !== "offline.json") event.respondWith(answer(event, name));
});
