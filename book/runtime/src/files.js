// The files below _python/: fetched once each, in parallel, counted in bytes, checked against the manifest's digests.

/** What went wrong and what the reader can do; `kind` is network, digest, memory, webassembly or other. */
export class Trouble extends Error {
  constructor(kind, message, cause) {
    super(message, { cause });
    this.kind = kind;
  }
}

const LOST = "The connection was lost while Python was loading. Check it and try again; what has arrived is kept.";
const GONE = "The server does not have a part of Python that this page needs. Reload the page: the book may just have been renewed.";
const DAMAGED = "A part of Python arrived damaged. Try again; if it happens once more, reload the page.";
const URGE = 100; // ms between two reports

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Where there is no crypto.subtle (a page over http from elsewhere), the browser's own check of `integrity` stands in. */
async function right(bytes, entry) {
  return bytes.length === entry.size && (!globalThis.crypto?.subtle || hex(await crypto.subtle.digest("SHA-256", bytes)) === entry.sha256);
}

/** `fetch` with the failures named. */
async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...options });
  } catch (error) {
    throw new Trouble("network", LOST, error);
  }
  if (!response.ok) throw new Trouble("network", GONE, new Error(`${response.status} for ${address}`));
  return response;
}

/** All bytes of a response; `count` hears of each piece. */
async function read(response, size, count) {
  const bytes = new Uint8Array(size);
  let length = 0;
  try {
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return bytes.subarray(0, length);
      if (length + value.length > size) throw new Trouble("digest", DAMAGED);
      bytes.set(value, length);
      count((length += value.length));
    }
  } catch (error) {
    throw error instanceof Trouble ? error : new Trouble("network", LOST, error);
  }
}

export class Files {
  /** `root` is the address of _python/; `say(loaded, total, what)` hears of progress in bytes as they travel. */
  constructor(root, say = () => {}) {
    Object.assign(this, { root, say, under: new Map(), kept: new Map(), said: 0 });
  }

  async open() {
    const response = await ask(new URL("manifest.json", this.root), { cache: "no-cache" });
    this.compressed = response.headers.has("content-encoding"); // else the host sends files as they lie there
    try {
      return (this.manifest = await response.json());
    } catch (error) {
      throw new Trouble("network", LOST, error);
    }
  }

  #report(entry, what, length) {
    const weight = (this.compressed ? entry.br : entry.gz) ?? entry.size;
    this.under.set(entry.file, { weight, loaded: (weight * length) / entry.size });
    const now = Date.now();
    if (now - this.said < URGE && length < entry.size) return;
    this.said = now;
    const all = [...this.under.values()];
    this.say(Math.round(all.reduce((sum, { loaded }) => sum + loaded, 0)), all.reduce((sum, { weight }) => sum + weight, 0), what);
  }

  /** The response for a file: as the host compresses it, else the copy compressed beforehand, unpacked here. */
  async #response(entry, cache) {
    const address = new URL(`${entry.file}?${entry.sha256.slice(0, 8)}`, this.root);
    const unpacked = async () => {
      const { body } = await ask(address.href.replace("?", ".gz?"), { cache });
      const type = entry.file.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
      return new Response(body.pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": type } });
    };
    if (entry.gz && !this.compressed) return unpacked();
    const integrity = globalThis.crypto?.subtle ? undefined : `sha256-${btoa(String.fromCharCode(...entry.sha256.match(/../g).map((pair) => parseInt(pair, 16))))}`;
    const response = await ask(address, { cache, integrity });
    if (!entry.gz || response.headers.has("content-encoding")) return response;
    response.body?.cancel(); // the host compresses some kinds of files and not this one
    return unpacked();
  }

  /** The bytes of one entry of the manifest. Each is fetched once; what failed is fetched again when asked for again. */
  bytes(entry, what) {
    return this.#once(entry, (response) => read(response, entry.size, (length) => this.#report(entry, what, length)), what);
  }

  /** The compiled module of an entry, compiled while it arrives. */
  module(entry, what) {
    return this.#once(entry, async (response) => {
      const copy = response.clone();
      const [module, bytes] = await Promise.all([
        WebAssembly.compileStreaming(response).catch(() => null), // a host may give the file another type
        read(copy, entry.size, (length) => this.#report(entry, what, length)),
      ]);
      bytes.module = module ?? ((await right(bytes, entry)) && (await WebAssembly.compile(bytes)));
      return bytes;
    }, what).then((bytes) => bytes.module);
  }

  #once(entry, take, what) {
    if (!this.kept.has(entry.sha256)) {
      this.#report(entry, what, 0);
      const got = this.#checked(entry, take);
      got.catch(() => this.kept.delete(entry.sha256));
      this.kept.set(entry.sha256, got);
    }
    return this.kept.get(entry.sha256);
  }

  /** What has arrived is in use, or was not needed. */
  forget() {
    this.kept.clear();
  }

  async #checked(entry, take) {
    for (const cache of ["default", "reload"]) { // what a cache spoiled is asked for anew
      const bytes = await take(await this.#response(entry, cache)).catch((error) => {
        if (error.kind !== "digest") throw error;
      });
      if (bytes && (await right(bytes, entry))) return bytes;
    }
    throw new Trouble("digest", DAMAGED, new Error(entry.file));
  }
}
