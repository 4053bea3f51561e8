// node record.mjs <folder of Pyodide> <stdlib.zip> <site.zip> <out> <modules…>: Python with the modules imported, as a snapshot.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pyodide } from "./node.mjs";
import { unpack } from "./src/image.js";
import { checksum, prepare, reserve, survey } from "./src/snapshot.js";

const [source, standard, site, out, ...imports] = process.argv.slice(2);
const { loadPyodide, factory, settings } = await pyodide(source, standard);

// The same bytes each time: no time and no chance in what is recorded.
const { default: crypto } = await import("node:crypto");
let chance = 7, tick = 1_700_000_000_000;
crypto.randomFillSync = globalThis.crypto.getRandomValues = (view) => view.fill(chance);
Date.now = () => (tick += 1);
performance.now = () => (tick += 1) - 1_700_000_000_000;

const seen = [];
const { Instance } = WebAssembly;
function watched(module, imports) {
  const instance = new Instance(module, imports);
  const base = imports?.env?.__memory_base;
  if (base !== undefined && imports.env.__table_base !== undefined) seen.push({ module, instance, memoryBase: base, tableBase: imports.env.__table_base });
  return instance;
}
/** Pyodide's module with nothing run in it yet. */
async function bare() {
  const stop = new Error("that is all"), made = [];
  const createPyodideModule = async (options) => {
    made.push(await factory({ ...options, noInitialRun: true }));
    reserve(made[0]);
    throw stop;
  };
  await loadPyodide({ ...settings(), createPyodideModule }).catch((error) => {
    if (error !== stop) throw error;
  });
  return made[0];
}

const fresh = await bare();
const table = fresh.wasmTable.length, first = new Int32Array(fresh.HEAPU8.slice().buffer);
chance = 201; // a module as another reader's: what differs between the two is always written
tick += 123_456_789;
const another = (await bare()).HEAPU8;
[chance, tick] = [7, tick - 123_456_789];
const createPyodideModule = (options) => factory({ ...options, preRun: [...options.preRun, reserve] });
const py = await loadPyodide({ ...settings(), _makeSnapshot: true, createPyodideModule });
const M = py._module;
unpack(py, new Uint8Array(readFileSync(site)));
WebAssembly.Instance = watched;
py.runPython(`import ${imports.join(", ")}`);
WebAssembly.Instance = Instance;
for (const one of seen) one.metadata = M.getDylinkMetadata(one.module);
py.runPython(readFileSync(new URL("settle.py", import.meta.url), "utf8"));
scrub(M);
const taken = py.makeMemorySnapshot();
const length = new DataView(taken.buffer).getUint32(4, true);
const memory = taken.subarray(length);
const about = { ...survey(M, seen, table), header: [...taken.subarray(0, length)], checksum: checksum(memory.slice()) };
prepare(fresh, about, seen.map(({ module }) => module));
const { runs, pieces } = difference(memory, fresh.HEAPU8, another);
about.runs = runs.length / 2;
const words = new TextEncoder().encode(JSON.stringify(about));
const start = Uint32Array.of(words.length);
writeFileSync(join(out, "memory.bin"), Buffer.concat([start, words, runs].map((part) => Buffer.from(part.buffer)).concat(pieces)));
writeFileSync(join(out, "libraries.json"), JSON.stringify(about.libraries.map(({ name }) => name)));
console.log(JSON.stringify({ libraries: about.libraries.length, memory: memory.length, runs: about.runs, bytes: pieces.reduce((sum, piece) => sum + piece.length, 0) }));

/** Fill what the allocator holds free with zeros, without growing the memory: it compresses to nothing. */
function scrub(M) {
  const { memory } = M.LDSO.loadedLibsByName.__main__.exports, held = [];
  memory.grow = () => { throw new RangeError("not now"); };
  for (let bytes = 1 << 22; bytes >= 16; bytes >>= 1) {
    for (;;) {
      const place = M._malloc(bytes);
      if (!place) break;
      M.HEAPU8.fill(0, place, place + bytes);
      held.push(place);
    }
  }
  held.forEach((place) => M._free(place));
  delete memory.grow;
}

/** The runs in which two memories differ: [gap, length, gap, length …] and the bytes of each. */
function difference(memory, fresh, another, gap = 4) {
  const now = new Int32Array(memory.slice().buffer), then = new Int32Array(fresh.slice().buffer), third = new Int32Array(another.slice().buffer);
  const chancy = new Set(); // words that depend on time and chance, and what lies around them
  third.forEach((word, at) => { if (word !== first[at]) for (let near = at - 16; near <= at + 16; near += 1) chancy.add(near); });
  const same = (at) => now[at] === then[at] && !chancy.has(at);
  const runs = [], pieces = [];
  let end = 0;
  for (let at = 0; at < now.length; ) {
    if (same(at)) { at += 1; continue; }
    let last = at;
    for (let next = at + 1; next < now.length && next - last <= gap; next += 1) if (!same(next)) last = next;
    runs.push(4 * (at - end), 4 * (last + 1 - at));
    pieces.push(Buffer.from(memory.subarray(4 * at, 4 * (last + 1))));
    at = end = last + 1;
  }
  return { runs: new Uint32Array(runs), pieces };
}
