import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { bundled } from "./bundled.js";

const { address, answers, live, look, palette, size, store } = await bundled();

const SIGMA = { name: "sigma", kind: "slider", values: [0.3, 1, 3, 10], value: 3, low: 0.3, high: 10, scale: "log", integer: false, unit: "px" };
const RULE = { name: "rule", kind: "choice", values: ["a", 2.5], names: ["first rule", "second & last"], value: "a", unit: "" };
const LOG = { name: "log", kind: "toggle", values: [false, true], value: false, unit: "" };
const SPEC = { name: "curve", controls: [SIGMA, RULE, LOG] };

test("an address value is kept on and between the steps", () => {
  for (const [text, value] of [["3", 3], ["1.8", 1.8], ["1e1", 10], ["0.3", 0.3], ["2.3145678", 2.3145678]]) assert.equal(address.setting(SIGMA, text), value);
  assert.equal(address.setting({ ...SIGMA, integer: true }, "2"), 2);
  assert.equal(address.setting({ ...SIGMA, integer: true }, "2.5"), null);
});

test("an address value that the control does not have is ignored", () => {
  for (const text of ["", " ", "0.29", "10.01", "-3", "NaN", "Infinity", "3px", "<img src=x>", "__proto__", "0x10000"]) assert.equal(address.setting(SIGMA, text), null, text);
  for (const text of ["", "third", "A", "0", "toString"]) assert.equal(address.setting(RULE, text), null, text);
  for (const text of ["", "2", "true", "on", "constructor"]) assert.equal(address.setting(LOG, text), null, text);
  assert.deepEqual(address.read(SPEC, "?curve.sigma=99&curve.rule=%3Cscript%3E&curve.log=7"), [3, "a", false]);
});

test("settings survive the way through the address, defaults are left out, strangers are kept", () => {
  for (const sigma of [...SIGMA.values, 2.31, 0.30000001, 9.999]) {
    for (const [rule, log] of [["a", false], ["a", true], [2.5, false], [2.5, true]]) {
      const search = address.write(SPEC, [sigma, rule, log], "?q=1&other.sigma=5&curve.sigma=1");
      assert.deepEqual(address.read(SPEC, search), [sigma, rule, log]);
      assert.match(search, /q=1&other\.sigma=5/);
      assert.equal(search.includes("curve.log"), log);
    }
  }
  assert.equal(address.write(SPEC, [3, "a", false], "?curve.log=1"), "");
  assert.equal(address.stateNumber(SPEC.controls, [3, 1, 1]), 15);
});

test("a choice is found by its name first, then by its value", () => {
  assert.equal(address.setting(RULE, "second & last"), 2.5);
  assert.equal(address.setting(RULE, "2.5"), 2.5);
});

test("a position is a value and back: stored ones exactly, between them on the control's own scale", () => {
  SIGMA.values.forEach((value, index) => {
    assert.equal(address.valueAt(SIGMA, index), value);
    assert.equal(address.placeOf(SIGMA, value), index);
  });
  assert.equal(address.valueAt(SIGMA, 2.5), 5.477); // sqrt(30)
  assert.equal(address.valueAt({ ...SIGMA, scale: "linear" }, 2.5), 6.5);
  for (const scale of ["log", "linear"]) {
    for (let position = 0; position <= 3; position += 1 / 64) {
      const value = address.valueAt({ ...SIGMA, scale }, position);
      const place = address.placeOf({ ...SIGMA, scale }, value);
      assert.ok(Math.abs(place - position) < 0.005, `${scale} ${position}: ${value} stands at ${place}`);
      assert.equal(Number.isInteger(place), Number.isInteger(position), "a value between two steps is neither of them");
    }
  }
});

test("close steps get more digits, whole numbers stay whole", () => {
  const close = { ...SIGMA, values: [1, 1.0001], low: 1, high: 1.0001, scale: "linear" };
  assert.equal(address.valueAt(close, 0.5), 1.00005);
  const whole = { ...SIGMA, values: [0, 10, 20], low: 0, high: 20, scale: "linear", integer: true };
  assert.deepEqual([0, 0.26, 0.5, 1.75].map((position) => address.valueAt(whole, position)), [0, 3, 5, 18]);
});

test("a slider is fine enough to be continuous, and meets every stored step", () => {
  for (const count of [2, 4, 11, 25, 150, 500]) {
    const control = { ...SIGMA, values: Array.from({ length: count }, (_, n) => n / 7) };
    const step = live.fineness(control);
    assert.equal(Number.isInteger(1 / step) && Number.isInteger(Math.log2(1 / step)), true);
    assert.ok(step <= 0.5 && (count - 1) / step >= 200, `${count} steps`);
  }
  assert.equal(live.fineness({ values: [0, 1, 2, 3], integer: true }), 1);
  assert.equal(live.fineness({ values: [1, 2, 4, 8], integer: true }), 1 / 4);
});

const MARKS = { name: "clicks", kind: "marks", value: "", values: ["", "1.2.0", "1.2.0-3.0.1"], low: [-2, 0], step: 0.1, last: [40, 10, 1], most: 3, kinds: [["object", 1], ["background", -1]] };

test("marks stand at the longest stored beginning, and reach Python as numbers", () => {
  assert.deepEqual(["", "1.2.0", "1.2.0-3.0.1", "1.2.0-4.0.1", "1.2.0-3.0.1-0.0.0", "11.2.0"].map((text) => address.placeOf(MARKS, text)), [0, 1, 2, 1.25, 2.25, 0.25]);
  assert.deepEqual(live.sent(MARKS, "1.2.0-3.10.1"), [[-1.9, 0.2, 1], [-1.7, 1, -1]]);
  assert.deepEqual(live.sent({ ...MARKS, kind: "trace", last: [200, 40, 10] }, "5.1.2"), [[0.05, -1.9, 0.2]]);
  assert.deepEqual(live.sent(MARKS, ""), []);
  assert.equal(live.sent(SIGMA, 3), 3);
});

test("an address sets only marks that a reader can set", () => {
  for (const text of ["1.2.0", "40.10.1", "0.0.0-0.0.0-0.0.0", ""]) assert.equal(address.setting(MARKS, text), text);
  for (const text of ["41.0.0", "0.11.0", "0.0.2", "0.0", "0.0.0-", "-0.0.0", "0.0.0-0.0.0-0.0.0-0.0.0", "1e1.0.0", "a"]) assert.equal(address.setting(MARKS, text), null, text);
});

test("what the page has not stored is asked of Python", () => {
  const view = (states) => ({ spec: { ...SPEC, states } });
  const setting = { sigma: 3, rule: "a", log: false };
  assert.equal(live.wanting(view("states.bin"), { ...setting, sigma: 10 }), false);
  assert.equal(live.wanting(view("states.bin"), { ...setting, sigma: 9.9 }), true);
  assert.equal(live.wanting(view(null), setting), false); // its default came with it
  assert.equal(live.wanting(view(null), { ...setting, log: true }), true);
});

test("values are spoken with four digits, unit and a minus sign", () => {
  const spoken = (value, more = {}) => address.spoken({ kind: "slider", values: [value], unit: "", ...more }, value);
  assert.equal(spoken(3, { unit: "px" }), "3 px");
  assert.equal(spoken(-0.00012345), "\u22120.0001234");
  assert.equal(spoken(1e-6), "1e\u221206");
  assert.equal(spoken(123456, { integer: true }), "123456");
  assert.equal(spoken(123456), "1.235e+05");
  assert.equal(spoken(0), "0");
  assert.equal(address.spoken(LOG, true), "on");
  assert.equal(address.spoken(RULE, 2.5), "second & last");
});

test("a number field shows every digit of a value", () => {
  assert.equal(address.written({}, 2.31456), "2.31456");
  assert.equal(address.written({}, -0.5), "\u22120.5");
  assert.equal(address.written({}, 1e-6), "1e\u221206");
  assert.equal(answers.parseNumber(address.written({}, 1e-6)), 1e-6);
  assert.equal(address.written({ integer: true }, 123456), "123456");
});

test("numbers are read as people write them, and nothing else is", () => {
  const right = { "0.5": 0.5, "0,5": 0.5, "1e-3": 0.001, "1/3": 1 / 3, "\u22122": -2, " 7 ": 7, "+1.": 1, ".25": 0.25, "\u22121/4": -0.25, "1 / 2": 0.5, "1E3": 1000, "-0": -0 };
  for (const [text, value] of Object.entries(right)) assert.equal(answers.parseNumber(text), value, text);
  for (const text of ["", " ", "abc", "1/0", "0/0", "1/2/3", "1e999", "1,000.5", "--1", "1e", "0x1f", "NaN", "Infinity", "5 px", "1_000", "\u0663"]) assert.equal(answers.parseNumber(text), null, text);
});

test("buckets round halves up, as floor(x / step + 1/2)", () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, -0.2, 0].map((x) => answers.bucket(x, 1)), ["1", "2", "3", "0", "-1", "0", "0"]);
  assert.equal(answers.bucket(0.397, 0.01), "40");
});

test("a digest is the head of SHA-256", () => {
  for (const [salt, key] of [["", ""], ["5f1c", "40"], ["abc", "2,0,1"], ["\u00e9", "\ud83d\ude00".repeat(50)]]) {
    assert.equal(answers.digest(salt, key), createHash("sha256").update(`${salt}:${key}`).digest("hex").slice(0, 16));
  }
});

test("an answer is right, a known mistake, or neither", () => {
  const check = { salt: "s", right: [answers.digest("s", "1")], mistakes: [{ keys: [answers.digest("s", "2")], message: "TQ==" }] };
  assert.deepEqual(answers.judged(check, "1"), { right: true, mistake: null });
  assert.equal(answers.judged(check, "2").mistake.message, "TQ==");
  assert.deepEqual(answers.judged(check, "3"), { right: false, mistake: null });
});

test("light palette values are distinct, and every one is swapped wherever it stands", () => {
  const light = Object.values(palette.light);
  assert.equal(new Set(light).size, light.length);
  const figure = { data: [{ marker: { color: [palette.light.blue, palette.light.ink] }, colorscale: [[0, palette.light["sequential-0"]], [1, "#ffffff"]], y: [1, 2] }] };
  const dark = look.darkened(figure);
  assert.deepEqual(dark.data[0].marker.color, [palette.dark.blue, palette.dark.ink]);
  assert.deepEqual(dark.data[0].colorscale, [[0, palette.dark["sequential-0"]], [1, "#ffffff"]]);
  assert.equal(dark.data[0].y, figure.data[0].y); // the same array: Plotly need not look at it again
  assert.equal(figure.data[0].marker.color[0], palette.light.blue);
  for (const name of Object.keys(palette.light)) assert.equal(look.darkened(palette.light[name]), palette.dark[name]);
});

const THEME = { dark: false, ink: "#111", paper: "#fff", muted: "#555", line: "#ddd", font: "sans-serif" };
const panels = (count, columns, more = {}) => ({
  data: Array.from({ length: count }, (_, n) => ({ type: "scatter", x: [1], y: [1], xaxis: `x${n ? n + 1 : ""}`, yaxis: `y${n ? n + 1 : ""}` })),
  layout: { height: 600, showlegend: false, meta: { panels: count, columns, gap: 0.1 }, annotations: [], ...Object.fromEntries(Array.from({ length: count }, (_, n) => [[`xaxis${n ? n + 1 : ""}`, { title: { text: "x" } }], [`yaxis${n ? n + 1 : ""}`, {}]]).flat()), ...more },
});
const drawn = (figure, width) => look.dressed(figure, THEME, width, size.heightAt(figure, width, false)).layout;
const domains = (layout, letter) => Object.keys(layout).filter((key) => key.startsWith(`${letter}axis`)).sort().map((key) => layout[key].domain);

test("panels stand side by side where there is room", () => {
  const layout = drawn(panels(4, 2), 760);
  const [one, two, three, four] = domains(layout, "x");
  assert.equal(layout.height, 600);
  assert.ok(one[1] < two[0] && Math.abs(two[1] - 1) < 1e-9 && one[0] === 0);
  assert.deepEqual([one, two], [three, four]);
  const up = domains(layout, "y");
  assert.ok(up[0][0] > up[2][1] && up[0][1] === 1 && up[2][0] >= 0);
});

test("below 560 px panels are stacked and keep the height that each had", () => {
  const layout = drawn(panels(4, 2), 390);
  assert.equal(layout.height, 1200);
  assert.ok(domains(layout, "x").every(([left, right]) => left === 0 && Math.abs(right - 1) < 1e-9));
  const up = domains(layout, "y");
  for (let n = 1; n < 4; n++) assert.ok(up[n][1] < up[n - 1][0], "panels overlap");
  assert.equal(drawn(panels(3, 3), 390).height, 1800);
  assert.equal(drawn(panels(1, 1), 390).height, 600);
});

test("a colour bar stands by its panel, and the panels of a row stay equally wide", () => {
  const figure = panels(2, 2);
  figure.data[0] = { ...figure.data[0], type: "heatmap", showscale: true, colorbar: { title: { text: "z" } } };
  const { data, layout } = look.dressed(figure, THEME, 760, 600);
  const [one, two] = domains(layout, "x");
  assert.ok(Math.abs(one[1] - one[0] - (two[1] - two[0])) < 1e-9);
  assert.ok(Math.abs(data[0].colorbar.x - one[1]) < 1e-9 && two[0] - one[1] > 78 / 760);
  assert.equal(figure.data[0].colorbar.x, undefined, "the stored figure was changed");
});

test("axes of one scale leave no empty height behind", () => {
  const square = { scaleanchor: "x", constrain: "domain", range: [0, 10], visible: false };
  const figure = { data: [], layout: { height: 500, xaxis: { range: [0, 10], visible: false }, yaxis: square } };
  assert.equal(size.heightAt(figure, 390, false), 500);
  assert.equal(size.heightAt(figure, 390, true), 390); // 370 px of plot and the margins
});

test("a wide picture above a curve takes only its own height where they are stacked", () => {
  const figure = panels(2, 2, { xaxis: { range: [0, 20], visible: false }, yaxis: { scaleanchor: "x", range: [0, 5], visible: false } });
  const [loose, tight] = [size.heightAt(figure, 390, false), size.heightAt(figure, 390, true)];
  const layout = look.dressed(figure, THEME, 390, tight).layout;
  const { panel } = size.grid(figure, 390);
  const [full] = size.rowHeights(figure, 390, loose).highs;
  assert.deepEqual(size.rowHeights(figure, 390, tight).highs, [panel / 4, full]);
  assert.ok(Math.abs(loose - tight - (full - panel / 4)) <= 1);
  assert.ok(layout.yaxis.domain[0] > layout.yaxis2.domain[1] && layout.yaxis.domain[1] === 1);
  const [above, below] = [layout.yaxis, layout.yaxis2].map(({ domain }) => domain[1] - domain[0]);
  assert.ok(Math.abs(above / below - panel / 4 / full) < 0.01, "the panels keep their proportions");
});

test("long titles are broken between words, markup is not", () => {
  assert.equal(look.wrapped("one two three", 7), "one two<br>three");
  assert.equal(look.wrapped("x<sup>2</sup> of <b>all</b>", 5), "x<sup>2</sup> of<br><b>all</b>");
  assert.equal(look.wrapped("unbreakable", 4), "unbreakable");
  assert.equal(look.wrapped("a < b", 20), "a < b");
  const layout = drawn({ data: [], layout: { height: 360, xaxis: { title: { text: "a rather long title of an axis that must not be cut at this width" } }, yaxis: {} } }, 390);
  assert.ok(layout.xaxis.title.text.split("<br>").every((line) => line.length * size.LETTER <= 390));
});

test("logarithmic axes of known range get powers of ten, with 2 and 5 where they are few", () => {
  assert.deepEqual(look.decades([-2, 2], 8), { tickvals: [0.01, 0.1, 1, 10, 100], ticktext: ["0.01", "0.1", "1", "10", "100"] });
  assert.deepEqual(look.decades([0, 1], 8).tickvals, [1, 2, 5, 10]);
  assert.deepEqual(look.decades([-6, 6], 4), { tickvals: [1e-6, 1e-3, 1, 1000, 1e6], ticktext: ["10<sup>\u22126</sup>", "10<sup>\u22123</sup>", "1", "10<sup>3</sup>", "10<sup>6</sup>"] });
  assert.deepEqual(look.decades([2, -1], 8).tickvals, [0.1, 1, 10, 100]);
});

test("categories have no grid lines, numbers with written ticks have", () => {
  const figure = { data: [{ type: "bar", x: ["a", "b"], y: [1, 2] }], layout: { xaxis: {}, yaxis: { tickvals: [1, 2], ticktext: ["one", "two"] } } };
  const { xaxis, yaxis } = drawn(figure, 600);
  assert.deepEqual([xaxis.showgrid, yaxis.showgrid], [false, true]);
});

test("a stored figure is never changed by drawing it", () => {
  const figure = panels(2, 2, { title: { text: "t" }, shapes: [{ type: "line", x0: 1, x1: 1, label: { text: "here" } }] });
  const before = JSON.stringify(figure);
  look.dressed(figure, { ...THEME, dark: true }, 390, 600);
  assert.equal(JSON.stringify(figure), before);
});

test("progress is read only where it is one", () => {
  const good = { version: 1, exercises: { "a-1": { tries: 2, solved: true, answer: "3" } } };
  assert.deepEqual([...store.parsed(JSON.stringify(good))], Object.entries(good.exercises));
  const entry = good.exercises["a-1"];
  for (const bad of [{ ...entry, tries: -1 }, { ...entry, tries: 1.5 }, { ...entry, solved: 1 }, { ...entry, answer: 3 }, { ...entry, answer: "x".repeat(4001) }, null, []]) {
    assert.equal(store.parsed(JSON.stringify({ version: 1, exercises: { "a-1": bad } })), null, JSON.stringify(bad));
  }
  for (const text of ["", "{", "null", "[]", "1", '{"version":2,"exercises":{}}', '{"version":1,"exercises":[]}', '{"version":1}']) assert.equal(store.parsed(text), null, text);
  assert.equal(store.parsed('{"version":1,"exercises":{"__proto__":{"tries":1,"solved":true,"answer":""}}}').size, 1);
});

test("what was solved stays solved when progresses are merged", () => {
  const solved = { tries: 1, solved: true, answer: "3" };
  const tried = { tries: 5, solved: false, answer: "4" };
  const both = store.merged(new Map([["a", solved]]), new Map([["a", tried], ["b", tried]]));
  assert.deepEqual(both.get("a"), { tries: 5, solved: true, answer: "3" });
  assert.deepEqual(both.get("b"), tried);
  assert.deepEqual(store.merged(new Map([["a", tried]]), new Map([["a", solved]])).get("a"), { tries: 5, solved: true, answer: "3" });
});

test("storage that is forbidden or holds nonsense reads as nothing and breaks nothing", () => {
  assert.equal(store.read().size, 0); // Node has no localStorage
  assert.equal(store.keep("a", { tries: 1, solved: false, answer: "" }), false);
});
