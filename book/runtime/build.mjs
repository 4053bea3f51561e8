// npm run build [folder]: dist/ from src/ and the pinned packages; the same bytes each time.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const SERIF = "@fontsource-variable/source-serif-4";
const LATIN = "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD";
export const BUDGET = { "page.js": 16_000, "page.css": 12 * 1024, "plot.js": 350_000, "hands.js": 8_000, "python.js": 14_000, "editor.js": 200_000, "math.js": 90_000, "scoreboard.js": 2_000, "launch.js": 2_000, "slides.js": 40_000, "slides.css": 14_000 }; // gzip

// Parts of Plotly that only drag-selection, drawing, buttons and WebGL reach, none of which a view has.
const UNUSED = /plotly\.js\/src\/(components\/selections\/index|components\/shapes\/display_outlines|components\/modebar\/(buttons|modebar)|plots\/command|lib\/preserve_drawing_buffer)\.js$/;
const NOTHING = "const nothing = () => {}; module.exports = new Proxy(nothing, { get: () => nothing });";
// The prose of Plotly's schema: `description: 'text' + 'text'` and `description: ['text'].join(' ')`.
const PROSE = /\bdescription:\s*(?:\[[^]*?\]\s*\.join\('[^']*'\)|'(?:[^'\\]|\\.)*'(?:\s*\+\s*'(?:[^'\\]|\\.)*')*)\s*(?:,|(?=[\n}]))/g;

// What two packages without a licence text do, in a line each; every browser of today has passive events.
const OWN = { "has-hover": "!matchMedia('(hover: none)').matches", "has-passive-events": "true" };

const lean = {
  name: "lean-plotly",
  setup(bundler) {
    bundler.onResolve({ filter: /^has-(hover|passive-events)$/ }, ({ path }) => ({ path, namespace: "own" }));
    bundler.onLoad({ filter: /.*/, namespace: "own" }, ({ path }) => ({ contents: `module.exports = ${OWN[path]};` }));
    bundler.onLoad({ filter: UNUSED }, () => ({ contents: NOTHING }));
    bundler.onLoad({ filter: /plotly\.js\/src\/.*\.js$/ }, ({ path }) => ({ contents: readFileSync(path, "utf8").replace(PROSE, "") }));
    bundler.onLoad({ filter: /\.css$/ }, () => ({ contents: "" }));
  },
};

async function bundle(dist, file, options) {
  const result = await build({
    absWorkingDir: here, entryPoints: [`src/${file}`], outfile: join(dist, file), bundle: true, minify: true, target: "es2020",
    legalComments: "none", metafile: true, logLevel: "warning", ...options,
  });
  const [output] = Object.values(result.metafile.outputs);
  return Object.keys(output.inputs).filter((path) => output.inputs[path].bytesInOutput > 0);
}

function mathematics(dist) {
  const css = readFileSync(join(modules, "katex/dist/katex.min.css"), "utf8");
  const trimmed = css.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, "");
  if (trimmed === css || /\.(woff|ttf)\)/.test(trimmed)) throw new Error("katex.min.css no longer lists woff2, woff and ttf: see build.mjs");
  mkdirSync(join(dist, "katex/fonts"), { recursive: true });
  writeFileSync(join(dist, "katex/katex.min.css"), trimmed);
  for (const font of trimmed.match(/fonts\/[\w-]+\.woff2/g)) cpSync(join(modules, "katex/dist", font), join(dist, "katex", font));
}

function fonts(dist) {
  const faces = ["normal", "italic"].map((style) => {
    const file = `source-serif-4-latin-wght-${style}.woff2`;
    mkdirSync(join(dist, "fonts"), { recursive: true });
    cpSync(join(modules, SERIF, "files", file), join(dist, "fonts", file));
    return `@font-face{font-family:"Source Serif 4 Variable";font-style:${style};font-weight:200 900;font-display:optional;src:url(${file}) format("woff2");unicode-range:${LATIN}}`;
  });
  writeFileSync(join(dist, "fonts/fonts.css"), faces.join("\n") + "\n");
}

/** Name, version, licence and its text of each package; throws where one is missing. */
export function licences(packages, from = modules) {
  return [...packages].sort().map((name) => {
    const folder = join(from, name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).sort().find((entry) => /^licen[cs]e/i.test(entry));
    const readme = readdirSync(folder).find((entry) => /^readme/i.test(entry));
    const text = file ? readFileSync(join(folder, file), "utf8") : readme && readFileSync(join(folder, readme), "utf8").match(/^#+ *licen[cs]e[^]*$/im)?.[0];
    if (typeof license !== "string" || !text?.trim()) throw new Error(`${name} ${version} comes without a licence: find it or drop the package`);
    return { name, version, license, text: text.trim() };
  });
}

/** Print what the files weigh; throws where one is above its budget. */
export function weigh(dist, budgets = BUDGET) {
  for (const [file, budget] of Object.entries(budgets)) {
    const bytes = gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
    console.log(`${file.padEnd(9)} ${bytes.toLocaleString("en")} bytes in gzip of ${budget.toLocaleString("en")}`);
    if (bytes > budget) throw new Error(`${file} weighs ${bytes} bytes in gzip, ${budget} are allowed`);
  }
}

/** Write everything that a page loads into `dist`. */
export async function make(dist) {
  rmSync(dist, { recursive: true, force: true });
  const inputs = [
    ...(await bundle(dist, "page.js", { format: "esm" })),
    ...(await bundle(dist, "python.js", { format: "esm", target: "es2022" })),
    ...(await bundle(dist, "hands.js", { format: "esm", target: "es2022" })),
    ...(await bundle(dist, "editor.js", { format: "esm" })),
    ...(await bundle(dist, "math.js", { format: "esm" })),
    ...(await bundle(dist, "scoreboard.js", { format: "esm" })),
    ...(await bundle(dist, "launch.js", { format: "esm" })),
    ...(await bundle(dist, "offline.js", { format: "esm", target: "es2022" })),
    ...(await bundle(dist, "service-worker.js", { format: "iife", target: "es2022" })),
    ...(await bundle(dist, "slides.js", { format: "esm", target: "es2022" })),
    ...(await bundle(dist, "page.css", {})),
    ...(await bundle(dist, "slides.css", {})),
    ...(await bundle(dist, "worker.js", { format: "esm", target: "es2022" })),
    ...(await bundle(dist, "plot.js", { format: "iife", define: { global: "window" }, plugins: [lean] })),
  ];
  mathematics(dist);
  fonts(dist);
  const packages = new Set(inputs.flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/)?.[1] ?? []));
  writeFileSync(join(dist, "licences.json"), JSON.stringify(licences(packages.add("katex").add(SERIF)), null, 1) + "\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = resolve(process.argv[2] ?? join(here, "dist"));
  await make(dist);
  weigh(dist);
}
