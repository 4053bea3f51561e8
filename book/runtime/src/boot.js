// Python started: from a snapshot where there is one and it fits, else in the ordinary way. Runs in a worker.
import { Trouble } from "./files.js";
import { complete, DATA, ENVIRONMENT, settle, unpack, unzip } from "./image.js";
import { parse, restoring } from "./snapshot.js";

/** What `loadPyodide` would fetch has been fetched: it is handed what is here. */
async function pyodide(files, module, standard, scripts, options) {
  const { folder, info } = files.manifest;
  const stream = WebAssembly.instantiateStreaming, ask = globalThis.fetch;
  const home = new URL(folder, files.root).href;
  WebAssembly.instantiateStreaming = async (_, imports) => ({ module, instance: await WebAssembly.instantiate(module, imports) });
  globalThis.fetch = async (address) => new Response(String(address).endsWith(".wasm") ? "" : standard);
  try {
    const [{ loadPyodide }, { default: factory }] = await scripts;
    return await loadPyodide({
      indexURL: home, env: { ...ENVIRONMENT }, lockFileContents: { info, packages: {} }, _sysExecutable: "python3", stdout: () => {}, stderr: () => {},
      createPyodideModule: factory, ...options?.(factory),
    });
  } finally {
    Object.assign(globalThis, { fetch: ask });
    WebAssembly.instantiateStreaming = stream;
  }
}

/** An ES module of Pyodide's. Where the host does not compress, the copy compressed beforehand is unpacked and imported. */
async function script(files, entry) {
  if (files.compressed) {
    await files.bytes(entry, "Python"); // in the browser's cache now
    return import(new URL(`${entry.file}?${entry.sha256.slice(0, 8)}`, files.root).href);
  }
  const address = URL.createObjectURL(new Blob([await files.bytes(entry, "Python")], { type: "text/javascript" }));
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** What a restored memory can do without: the files of all that is not imported in it. Fetched once; a failure may be tried again. */
function rest(py, files, tier) {
  let coming = null;
  const bring = async () => {
    complete(py, await files.bytes(files.manifest.tiers[tier].snapshot.image, "the rest of the packages"));
    files.forget();
  };
  return () => (coming ??= bring().catch((error) => {
    coming = null;
    throw error;
  }));
}

/** Start Python with the packages of a tier: {py, restored, why, rest}. `why` says why a snapshot was not used; `rest()` is waited for before code of the reader's. */
export async function start(files, tier, { snapshot = true } = {}) {
  if (typeof WebAssembly !== "object") {
    throw new Trouble("webassembly", "This browser does not run WebAssembly, so Python cannot start. The stored pictures work without it.");
  }
  const manifest = await files.open();
  const { core, tiers, packages, wheel } = manifest;
  const taken = tiers[tier].snapshot;
  const module = files.module(core["pyodide.asm.wasm"], "Python");
  const scripts = Promise.all([script(files, core["pyodide.mjs"]), script(files, core["pyodide.asm.mjs"])]); // read while the rest arrives
  const common = [module, files.bytes(wheel, "the miniatures"), scripts];
  let why = !taken ? "the site has none" : snapshot ? "" : "it was not asked for", py;
  if (!why) {
    try {
      const [memory, standard, libraries] = ["memory", "standard", "libraries"].map((part) => files.bytes(taken[part] ?? manifest[part], `Python with ${tiers[tier].packages.at(-1)}`));
      const modules = libraries.then((bytes) => Promise.all(Array.from(unzip(bytes), ([, library]) => WebAssembly.compile(library))));
      const [compiled] = await Promise.all([module, memory, standard, modules, ...common]);
      const recorded = parse(await memory);
      py = await pyodide(files, compiled, await standard, scripts, (factory) => restoring(factory, recorded, modules));
      settle(py, recorded);
    } catch (error) {
      if (error.kind === "network") throw error;
      why = error.kind === "digest" ? `a part of the snapshot arrived damaged (${error.cause?.message})` : `the snapshot does not fit: ${error.message}`;
      py = undefined;
    }
  }
  const restored = Boolean(py);
  if (!py) {
    const wheels = tiers[tier].packages.map((name) => files.bytes(packages[name], name));
    const [compiled, standard] = await Promise.all([module, files.bytes(files.manifest.standard, "Python"), ...wheels, ...common]);
    py = await pyodide(files, compiled, standard, scripts);
    for (const arrived of wheels) py.unpackArchive(await arrived, "wheel");
  }
  unpack(py, await files.bytes(wheel, "the miniatures"));
  lend(py, files);
  files.forget();
  return { py, restored, why, loaded: new Set(tiers[tier].packages), rest: restored ? rest(py, files, tier) : async () => {} };
}

/** data/ appears whole; a file's bytes are fetched when it is first opened. */
function lend(py, files) {
  py.FS.mkdirTree(DATA);
  for (const [name, { file, sha256, size }] of Object.entries(files.manifest.data)) {
    const url = new URL(`${file}?${sha256.slice(0, 8)}`, files.root).href;
    whole(py.FS.createLazyFile(DATA, name, url, true, false).contents, url, size);
  }
}

/** Let a lazy file come in one piece: Emscripten takes the length of what is on its way for the file's, where the host sends it in brotli. */
function whole(contents, url, size) {
  contents.cacheLength = () => {
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    request.responseType = "arraybuffer";
    request.send();
    const bytes = new Uint8Array(request.response ?? []);
    if (request.status !== 200) throw new Error(`${url}: ${request.status}`);
    if (bytes.length !== size) throw new Error(`${url} has ${bytes.length} bytes, not ${size}`);
    contents.setDataGetter(() => bytes);
    Object.assign(contents, { _length: size, _chunkSize: size, lengthKnown: true });
  };
}

/** Load the packages that provide `names` (as imported), with what they depend on, unless they are there. */
export async function provide({ py, loaded }, files, names) {
  const { packages } = files.manifest, wanted = [];
  const add = (name) => {
    if (loaded.has(name) || wanted.includes(name)) return;
    packages[name].depends.forEach(add);
    wanted.push(name);
  };
  for (const [name, entry] of Object.entries(packages)) if (entry.imports.some((top) => names.includes(top))) add(name);
  const arriving = wanted.map((name) => files.bytes(packages[name], name));
  await Promise.all(arriving);
  for (const [index, name] of wanted.entries()) {
    py.unpackArchive(await arriving[index], "wheel");
    loaded.add(name);
  }
}
