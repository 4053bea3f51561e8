"""The states' format: what Python encodes, Python and the page's own script decode to the same figures."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import draw, states
from miniatures.explore import Choice, Slider, Toggle, View, explore

ROOT = Path(__file__).parents[1]
SCRIPT = """
import { readFileSync } from "node:fs";
const { decode, unpack } = await import(process.argv[1]);
const out = [];
for (const file of process.argv.slice(2)) {
  const bytes = readFileSync(file);
  const all = decode(await unpack(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
  out.push(Array.from({ length: all.count }, (_, index) => all.state(index)));
}
process.stdout.write(JSON.stringify(out));
"""


def in_node(folder, files):
    """What src/states.js makes of states files: for each its (figure, description) pairs."""
    node = shutil.which("node")
    assert node, "Node 20 or later is needed to run the page's scripts"
    paths = []
    for number, content in enumerate(files):
        paths.append(folder / f"{number}.bin")
        paths[-1].write_bytes(content)
    script = (ROOT / "book/runtime/src/states.js").as_uri()
    command = [node, "--input-type=module", "-e", SCRIPT, script, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return [[(one["figure"], one["description"]) for one in states_] for states_ in json.loads(done.stdout)]


def agree(found, wanted):
    """Both sides multiply the same whole number by the same step: not one bit may differ (json writes 2.0 where JavaScript writes 2)."""
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict)
            and list(found) == list(wanted)
            and all(agree(found[key], wanted[key]) for key in wanted)
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(agree, found, wanted))
    if isinstance(wanted, bool) or wanted is None or isinstance(wanted, str):
        return found is wanted or (isinstance(wanted, str) and found == wanted)
    return not isinstance(found, bool) and found == wanted


def leaves(value, path=()):
    """Each number of a figure with the path of its scalar or array."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index) if isinstance(item, dict) else path)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


def spreads(figures):
    """Path -> the range that its numbers span over all states, or their size where they are all alike."""
    numbers = {}
    for figure_ in figures:
        for path, value_ in leaves(figure_):
            numbers.setdefault(path, []).append(value_)
    return {path: max(values) - min(values) or abs(values[0]) for path, values in numbers.items()}


def near(found, wanted, spread, path=()):
    """True where each number lies within a ten-thousandth of its path's range, or of itself (4 digits), and all else is equal."""
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict)
            and found.keys() == wanted.keys()
            and all(near(found[key], wanted[key], spread, (*path, key)) for key in wanted)
        )
    if isinstance(wanted, list):
        places = [(*path, index) if isinstance(item, dict) else path for index, item in enumerate(wanted)]
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(near(a, b, spread, place) for a, b, place in zip(found, wanted, places, strict=True))
        )
    if isinstance(wanted, bool) or not isinstance(wanted, (int, float)):
        return found == wanted and type(found) is type(wanted)
    return not isinstance(found, bool) and abs(found - wanted) <= 1e-4 * max(spread[path], abs(wanted))


# ---- real views


def changing(sigma: float, kind: str, log: bool) -> View:
    """A view whose marks, lengths, texts and axes all change."""
    x = np.linspace(-3, 3, 7 if kind == "few" else 13)
    y = np.exp(-((x / sigma) ** 2))
    marks = [draw.line(x, y, name="curve"), draw.points(x, np.where(y > 0.5, y, np.nan), error=y / 10)]
    if kind == "cells":
        marks = [draw.heatmap(np.outer(y, y), labels=[[f"{v:.1f}" for v in row] for row in np.outer(y, y)], bar="z")]
    if log:
        marks.append(draw.text(0, 0, f"σ = {sigma:g} – “{kind}” ☃"))
    return View(
        draw.figure(*marks, draw.vertical(sigma), y=draw.axis("y", log=log)), f"σ = {sigma:g} px, {kind}, {log}."
    )


def test_real_views_decode_alike(tmp_path):
    explorer = explore(
        changing,
        sigma=Slider(0.1, 9, 1, steps=3, scale="log"),
        kind=Choice(["few", "many", "cells"], "few"),
        log=Toggle(False),
    )
    encoded = explorer.stored()
    (found,) = in_node(tmp_path, [states.pack(encoded)])
    python = states.decode(encoded)
    assert len(found) == len(python) == 18
    originals = [changing(**setting) for setting in explorer.settings()]
    plain = [draw.plain(original.figure) for original in originals]
    spread = spreads(plain)
    for (one, words), (two, words2), original, wanted in zip(found, python, originals, plain, strict=True):
        assert words == words2 == original.description
        assert agree(one, two), words
        assert near(two, wanted, spread), words


def test_states_that_the_server_has_unpacked_are_read_too(tmp_path):
    encoded = states.encode([draw.figure(draw.line([0, 1], [n, 1])) for n in range(3)], ["a", "b", "c"])
    packed = states.pack(encoded)
    zipped, plain = in_node(tmp_path, [packed, gzip.decompress(packed)])
    assert zipped == plain
    assert [words for _, words in zipped] == ["a", "b", "c"]


def test_broken_states_are_refused(tmp_path):
    good = states.pack(states.encode([draw.figure()], ["a"]))
    for broken in (good[:-9], b"", b"\x1f", b"{", b"<!doctype html>", good[:20] + b"xx" + good[22:]):
        with pytest.raises(AssertionError):
            in_node(tmp_path, [broken])


# ---- random figures

number = st.one_of(
    st.none(),
    st.integers(-(10**6), 10**6),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: 0.0 if abs(v) < 1e-9 else v),
)
row = st.lists(number, max_size=6)
matrix = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(number, min_size=width, max_size=width), min_size=1, max_size=4)
)
text = st.text(max_size=8)
value = st.one_of(
    st.booleans(),
    number.filter(lambda v: v is not None),
    text,
    row,
    matrix,
    st.lists(text, max_size=3),
    st.just({}),
    st.just([]),
)
trace = st.dictionaries(st.sampled_from(["x", "y", "z", "name", "text", "visible", "line"]), value, max_size=4)
layout = st.dictionaries(st.sampled_from(["height", "xaxis", "shapes", "title"]), st.one_of(value, st.lists(st.dictionaries(st.sampled_from(["x0", "text"]), value, min_size=1, max_size=2), max_size=3)), max_size=3)  # fmt: skip
figure = st.fixed_dictionaries({"data": st.lists(trace, max_size=3), "layout": layout})
batches = []


@settings(max_examples=60, derandomize=True)
@given(st.lists(figure, min_size=1, max_size=6))
def test_python_decodes_what_it_encodes(figures):
    figures = [
        one | {"layout": {key: part for key, part in one["layout"].items() if key != "xaxis"}} for one in figures
    ]
    encoded = json.loads(json.dumps(states.encode(figures, [str(n) for n in range(len(figures))])))
    decoded = states.decode(encoded)
    assert [words for _, words in decoded] == [str(n) for n in range(len(figures))]
    for (found, _), wanted in zip(decoded, figures, strict=True):
        assert near(found, wanted, spreads(figures))
    batches.append(states.pack(encoded))


def test_the_page_decodes_random_figures_as_python_does(tmp_path):
    """All batches that Hypothesis made, in one run of node."""
    if not batches:
        test_python_decodes_what_it_encodes()
    assert len(batches) >= 30
    for found, packed in zip(in_node(tmp_path, batches), batches, strict=True):
        for (one, words), (two, words2) in zip(found, states.decode(json.loads(gzip.decompress(packed))), strict=True):
            assert words == words2
            assert agree(one, two), (one, two)
