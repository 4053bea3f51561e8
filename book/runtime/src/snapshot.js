// A snapshot of Python's memory with packages imported: taken by record.mjs in Node, restored in the worker.
//
// Pyodide's own snapshots know nothing of dynamic libraries. Here each library is instantiated at the place it had
// (`memory_base`, `table_base`), without running its relocations and constructors: what they did stands in the memory.
// What a fresh module and its libraries hold anyway is left out, the rest is written over it, and a checksum decides.
// No file of Pyodide's is changed: its module is public in all parts that are needed.

const text = new TextDecoder();

const mixed = (sum, word) => Math.imul(((sum << 7) | (sum >>> 25)) ^ word, 0x9e3779b1);

/** A checksum of the memory, a whole number of pages, in a pass of some milliseconds: four sums that do not wait for each other. */
export function checksum(heap) {
  const words = new Int32Array(heap.buffer, heap.byteOffset, heap.length >> 2);
  let a = 1, b = 2, c = 3, d = 4;
  for (let at = 0; at < words.length; at += 4) {
    a = mixed(a, words[at]);
    b = mixed(b, words[at + 1]);
    c = mixed(c, words[at + 2]);
    d = mixed(d, words[at + 3]);
  }
  return [a, b, c, d];
}

/** The parts of a snapshot's file: its description (JSON) and the runs of bytes that differ from a fresh module's. */
export function parse(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const about = JSON.parse(text.decode(bytes.subarray(4, 4 + length)));
  const runs = new Uint32Array(bytes.slice(4 + length, 4 + length + 8 * about.runs).buffer);
  return { about, runs, data: bytes.subarray(4 + length + 8 * about.runs) };
}

const symbols = (M) => M.LDSO.loadedLibsByName.__main__.exports;
const defined = (all, name) => name in all && !all[name].stub;

/** Where Python keeps the address of its trampoline, which engines that know WebAssembly's garbage collection are given. */
const trampoline = (M) => (M.__PyRuntime + M.HEAP32[M.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2]) >> 2;

/** The trampoline's place in the table is kept where there is none, and its address out of the memory; returns it. */
export function reserve(M) {
  const address = M.HEAP32[trampoline(M)];
  if (!address) M.wasmTable.grow(1);
  M.HEAP32[trampoline(M)] = 0;
  return address;
}

/** Instantiate a library where it stood. Its imports are found as Emscripten's loader finds them. */
function place(M, { name, memoryBase, tableBase, global, needs, handles }, module) {
  const all = symbols(M), scope = {};
  for (const other of needs) Object.assign(scope, M.LDSO.loadedLibsByName[other].exports);
  let own;
  const find = (symbol) => (defined(all, symbol) && all[symbol]) || scope[symbol] || own[symbol];
  const env = new Proxy({}, {
    get(stubs, symbol) {
      if (symbol === "__memory_base") return memoryBase;
      if (symbol === "__table_base") return tableBase;
      if (defined(all, symbol)) return all[symbol];
      let found;
      return (stubs[symbol] ??= (...args) => {
        found ??= find(symbol);
        if (!found) throw new Error(`no library defines ${symbol}`);
        return found(...args);
      });
    },
  });
  const offsets = new Proxy(M.getDylinkMetadata(module).weakImports, M.GOTHandler);
  const instance = new WebAssembly.Instance(module, { env, wasi_snapshot_preview1: env, "GOT.mem": offsets, "GOT.func": offsets });
  own = M.relocateExports(instance.exports, memoryBase);
  const library = M.newDSO(name, undefined, own);
  library.global = global;
  if (global) M.mergeLibSymbols(own, name);
  for (const handle of handles) M.LDSO.loadedLibsByHandle[handle] = library;
}

/** Bring a module that has not run to where the recorded one's libraries and tables were; the memory is written after. */
export function prepare(M, about, modules) {
  if (M.wasmTable.length !== about.table) throw new Error(`the table has ${M.wasmTable.length} entries, ${about.table} were recorded`);
  if (M.HEAPU8.length < about.memory && !(M.growMemory(about.memory), M.HEAPU8.length >= about.memory)) throw new RangeError("out of memory");
  M.wasmTable.grow(about.grown - about.table);
  about.libraries.forEach((library, index) => place(M, library, modules[index]));
  for (const [slot, owner, symbol] of about.slots) {
    const found = owner === "__main__" ? symbols(M)[symbol] : M.LDSO.loadedLibsByName[owner].exports[symbol];
    M.setWasmTableEntry(slot, found);
  }
  for (const [name, value] of Object.entries(about.offsets)) {
    M.GOTHandler.get(new Set(), name).value = value;
  }
  M.updateTableMap(about.table, about.grown - about.table);
}

/** `loadPyodide`'s options that make it start from a snapshot: `factory` makes Pyodide's module, `modules` are the libraries'. */
export function restoring(factory, { about, runs, data }, modules) {
  return {
    _loadSnapshot: Uint8Array.from(about.header),
    async createPyodideModule(settings) {
      const M = await factory(settings), address = reserve(M);
      prepare(M, about, await modules);
      if (M.HEAPU8.length !== about.memory) throw new Error("the memory has another size");
      for (let run = 0, at = 0, from = 0; run < runs.length; run += 2) {
        at += runs[run];
        M.HEAPU8.set(data.subarray(from, from + runs[run + 1]), at);
        at += runs[run + 1];
        from += runs[run + 1];
      }
      if (checksum(M.HEAPU8).some((sum, part) => sum !== about.checksum[part])) throw new Error("the memory differs from what was recorded");
      M.HEAP32[trampoline(M)] = address;
      return M;
    },
  };
}

/** What the recorder keeps of a module that has run: everything of `about` but the memory. `seen` are the instances made. */
export function survey(M, seen, fresh) {
  const all = symbols(M), loaded = Object.entries(M.LDSO.loadedLibsByName).filter(([name]) => name !== "__main__");
  const of = (instance) => {
    const [name, probe] = Object.entries(instance.exports).find(([, value]) => typeof value === "function");
    return loaded.find(([, library]) => library.exports[name] === probe)?.[1];
  };
  const libraries = seen.map(({ instance, memoryBase, tableBase, metadata }) => {
    const library = of(instance);
    const handles = Object.entries(M.LDSO.loadedLibsByHandle).filter(([, other]) => other === library).map(([handle]) => Number(handle));
    const needs = metadata.neededDynlibs.map((need) => loaded.find(([name]) => name.endsWith(`/${need}`))[0]);
    return { name: library.name, memoryBase, tableBase, global: Boolean(library.global), needs, handles, slots: [tableBase, tableBase + metadata.tableSize] };
  });
  const inside = (slot) => libraries.some(({ slots: [from, to] }) => slot >= from && slot < to);
  const owners = new Map();
  for (const { name } of [...libraries, { name: "__main__" }]) {
    for (const [symbol, value] of Object.entries(M.LDSO.loadedLibsByName[name].exports)) if (typeof value === "function" && !owners.has(value)) owners.set(value, [name, symbol]);
  }
  const slots = [];
  for (let slot = fresh; slot < M.wasmTable.length; slot += 1) {
    const value = M.wasmTable.get(slot);
    if (inside(slot) || !value) continue;
    const owner = owners.get(value);
    if (!owner) throw new Error(`nobody is known to own entry ${slot} of the table (${value.name})`);
    slots.push([slot, ...owner]);
  }
  const offsets = Object.fromEntries(Object.entries(M.GOT).map(([name, { value }]) => [name, value]));
  return { table: fresh, grown: M.wasmTable.length, memory: M.HEAPU8.length, libraries: libraries.map(({ slots: _, ...rest }) => rest), slots, offsets };
}
