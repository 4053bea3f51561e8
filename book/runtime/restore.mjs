// node restore.mjs <folder of Pyodide> <stdlib.zip> <folder of a snapshot>: starts from the snapshot and uses what is in it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pyodide } from "./node.mjs";
import { complete, settle, unzip } from "./src/image.js";
import { parse, restoring } from "./src/snapshot.js";

const [source, standard, folder] = process.argv.slice(2);
const part = (name) => new Uint8Array(readFileSync(join(folder, name)));
const { loadPyodide, factory, settings } = await pyodide(source, standard);
const modules = Promise.all(Array.from(unzip(part("libraries.zip")), ([, library]) => WebAssembly.compile(library)));
const recorded = parse(part("memory.bin"));
const py = await loadPyodide({ ...settings(), ...restoring(factory, recorded, modules) });
settle(py, recorded);
complete(py, part("image.zip"));
console.log(py.runPython(readFileSync(new URL("verify.py", import.meta.url), "utf8")));
