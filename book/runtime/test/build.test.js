import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { licences, make, weigh } from "../build.mjs";

const place = mkdtempSync(join(tmpdir(), "runtime-"));
const dist = join(place, "one");
before(() => make(dist));
after(() => rmSync(place, { recursive: true }));

const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const read = (name) => readFileSync(join(dist, name), "utf8");

test("two builds give the same bytes", async () => {
  const other = join(place, "two");
  await make(other);
  assert.deepEqual(files(other).map((file) => file.slice(other.length)), files(dist).map((file) => file.slice(dist.length)));
  for (const file of files(dist)) assert.ok(readFileSync(file).equals(readFileSync(join(other, file.slice(dist.length)))), file);
});

test("every file is within its budget, and one above it stops the build", () => {
  weigh(dist);
  assert.throws(() => weigh(dist, { "plot.js": 1000 }), /plot\.js weighs \d+ bytes in gzip, 1000 are allowed/);
});

test("all that a page may load for Python of the page's own, Plotly apart, is at most 0.6 MB in brotli", () => {
  const bytes = readdirSync(dist).filter((name) => /\.(js|css)$/.test(name) && name !== "plot.js").map((name) => brotliCompressSync(readFileSync(join(dist, name))).length);
  assert.ok(bytes.length >= 6);
  assert.ok(bytes.reduce((sum, one) => sum + one, 0) <= 600_000);
});

test("every package in the bundle comes with its licence, and one without stops the build", () => {
  const listed = JSON.parse(read("licences.json"));
  for (const name of ["plotly.js", "@plotly/d3", "@noble/hashes", "katex", "@codemirror/view", "@lezer/python", "@fontsource-variable/source-serif-4", "reveal.js"]) {
    assert.ok(listed.some((one) => one.name === name), name);
  }
  for (const { name, version, license, text } of listed) {
    assert.match(version, /^\d+\.\d+\.\d+/, name);
    assert.match(license, /^(MIT|BSD-3-Clause|ISC|Zlib|OFL-1\.1)$/, name);
    assert.ok(text.length > 200, name);
  }
  mkdirSync(join(place, "bare"));
  writeFileSync(join(place, "bare/package.json"), '{"version": "1.0.0", "license": "MIT"}');
  assert.throws(() => licences(["bare"], place), /bare 1\.0\.0 comes without a licence/);
});

test("nothing in the bundle evaluates text, which the pages' policy forbids", () => {
  for (const name of ["page.js", "plot.js", "python.js", "editor.js", "math.js", "slides.js"]) assert.doesNotMatch(read(name), /\bnew Function\b|\beval\(/, name);
});

test("every address in a style sheet is a file beside it", () => {
  for (const sheet of ["page.css", "katex/katex.min.css", "fonts/fonts.css"]) {
    const folder = join(dist, sheet, "..");
    for (const [, address] of read(sheet).matchAll(/url\(([^)]*)\)/g)) assert.ok(readFileSync(join(folder, address)).length > 1000, address);
  }
  assert.doesNotMatch(read("katex/katex.min.css"), /\.(woff|ttf)\)/);
  assert.equal(read("fonts/fonts.css").match(/font-display:optional/g).length, 2);
});

test("the lock file pins digests and no registry", () => {
  const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
  for (const [name, entry] of Object.entries(packages)) {
    if (name) assert.match(entry.integrity, /^sha512-/, name);
    assert.equal(entry.resolved, undefined, name);
  }
});
