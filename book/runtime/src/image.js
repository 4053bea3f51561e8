// What the recorder and the worker do alike: the environment, and the files below site-packages.

const SITE = "/lib/python3.14/site-packages";
export const DATA = "/data";
export const ENVIRONMENT = { HOME: "/home/pyodide", PYTHONHASHSEED: "0", MPLBACKEND: "agg", MINIATURES_DATA: DATA, MINIATURES_PAGE: "1", LANG: "C.UTF-8", _: "python3" };

// What was one and the same for every reader becomes this reader's own.
const AFTER = `
import importlib, random, sys
importlib.invalidate_caches()
random.seed()
if "numpy.random" in sys.modules:
    sys.modules["numpy.random"].seed()
`;

/** Make a restored memory this reader's own. What is imported in it works; `complete` brings the files of the rest. */
export function settle(py, { about }) {
  for (const { name } of about.libraries) { // loaded already, and looked for by those that need them
    py.FS.mkdirTree(name.slice(0, name.lastIndexOf("/")));
    py.FS.writeFile(name, "");
  }
  py.runPython(AFTER);
}

/** Bring in the files of what the packages hold besides. */
export function complete(py, image) {
  unpack(py, image);
  py.runPython("import importlib; importlib.invalidate_caches()");
}

/** Write the files of a stored archive below a folder of Python's. */
export function unpack(py, bytes, folder = SITE) {
  const made = new Set();
  for (const [path, data] of unzip(bytes)) {
    if (path.endsWith("/")) continue;
    const place = `${folder}/${path}`, parent = place.slice(0, place.lastIndexOf("/"));
    if (!made.has(parent)) py.FS.mkdirTree(parent);
    made.add(parent);
    py.FS.writeFile(place, data, { canOwn: true });
  }
}

/** The files of an archive whose parts are stored as they are: [path, bytes] of each. */
export function* unzip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), text = new TextDecoder();
  let end = bytes.length - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end -= 1;
  for (let at = view.getUint32(end + 16, true), left = view.getUint16(end + 10, true); left; left -= 1) {
    const size = view.getUint32(at + 24, true), name = view.getUint16(at + 28, true), start = view.getUint32(at + 42, true);
    const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    yield [text.decode(bytes.subarray(at + 46, at + 46 + name)), bytes.subarray(from, from + size)];
    at += 46 + name + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}
