// Pyodide in Node, with the standard library as the book serves it.
import { register } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ENVIRONMENT } from "./src/image.js";

// Pyodide asks for the package `ws`, which serves sockets; nothing here opens one.
const hook = `export const resolve = (name, context, next) => name === "ws" ? { url: "data:text/javascript,export default {}", shortCircuit: true } : next(name, context);`;

/** {loadPyodide, factory, settings}: `settings()` are what every start is given. */
export async function pyodide(source, standard) {
  register("data:text/javascript," + encodeURIComponent(hook));
  const folder = resolve(source) + "/";
  const { loadPyodide } = await import(pathToFileURL(folder + "pyodide.mjs"));
  const { default: factory } = await import(pathToFileURL(folder + "pyodide.asm.mjs"));
  const info = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.0" };
  const settings = () => ({ indexURL: folder, stdLibURL: resolve(standard), env: { ...ENVIRONMENT }, lockFileContents: { info, packages: {} }, _sysExecutable: "python3" });
  return { loadPyodide, factory, settings };
}
