"""The Sphinx extension's parts: markup, chapters, assets, directives' sources, scaffold, renderers, server."""

import base64
import contextlib
import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import pydata_sphinx_theme
import pytest
from docutils import nodes
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from miniatures import draw
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.explore import VIEW_MIME, Choice, Slider, Toggle, View, _page_bundle
from miniatures_book import (
    assets,
    cells,
    chapters,
    checking,
    execution,
    markup,
    mathematics,
    render,
    scaffold,
    server,
    ways,
)
from miniatures_book.layout import Item, lay_out
from miniatures_book.markup import TEMPLATES
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[1]
HOSTILE = [
    "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "a & b &lt; c", "{{ 7 * 7 }}", "<!-- <script>",
    "line\u2028separator\u2029", "]]>", "π ≤ 3.2", "\\u003c",
]  # fmt: skip
hostile = pytest.mark.parametrize("words", HOSTILE)


def parsed(html):
    """The HTML as a tree; fails where a text became an element or an attribute of its own."""
    tree = lxml.html.fragment_fromstring(html, create_parent="main")
    assert not tree.xpath(
        "//img[not(@class)] | //script[not(@type='application/json')] | //@*[starts-with(name(), 'on')] | //comment()"
    )
    return tree


def text(element):
    return element.text_content()


def specification(tree):
    (script,) = tree.xpath("//script")
    assert script.get("class") == "m-spec"
    return json.loads(script.text)


# -- markup -------------------------------------------------------------------------------------


def a_view(words="plain", **controls):
    view = View(draw.figure(draw.line([0, 1], [0, 1], name=words), height=300), f"1 {words}")
    return _page_bundle(view, "stem-view", controls, None, "miniatures.figures.stem:view")[VIEW_MIME]


@hostile
def test_a_view_escapes_its_texts(words, tmp_path):
    controls = {
        "a": Slider(0, 1, 0.5, unit=words, label=words),
        "b": Choice({words: 1, "other": 2}, 1, unit=words),
        "c": Toggle(True, label=words),
    }
    tree = parsed(markup.view(a_view(words, **controls), tmp_path, "_views/"))
    assert [text(label) for label in tree.xpath("//label")] == [words, "b", words]
    assert text(tree.xpath("//option")[0]) == f"{words} {words}"
    assert text(tree.xpath("//figcaption")[0]) == f"1 {words}"
    assert tree.xpath("//input[@class='m-number']/@value") == ["0.5"]
    assert tree.xpath("//input[@class='m-number']/@aria-label") == [f"Type a value: {words}"]
    assert text(tree.xpath("//span[@class='m-unit']")[0]) == words
    assert tree.xpath("//input[@type='range']/@aria-valuetext") == [f"0.5 {words}".replace("-", "\u2212")]
    page = specification(tree)
    assert page["figure"]["data"][0]["name"] == words
    assert page["controls"][0]["label"] == words


def test_a_views_controls_start_at_their_defaults(tmp_path):
    controls = {
        "a": Slider(0, 10, 5, steps=11),
        "b": Choice(["x", "y", "z"], "y"),
        "c": Toggle(True),
        "d": Toggle(False),
    }
    tree = parsed(markup.view(a_view(**controls), tmp_path, "_views/"))
    (slider,) = tree.xpath("//input[@type='range']")
    assert [slider.get(name) for name in ("min", "max", "step", "value")] == ["0", "10", "1", "5"]
    assert [option.get("selected") is not None for option in tree.xpath("//option")] == [False, True, False]
    assert [box.get("checked") is not None for box in tree.xpath("//input[@type='checkbox']")] == [True, False]
    for label in tree.xpath("//label"):
        assert tree.xpath(f"//*[@id='{label.get('for')}']"), "a label of nothing"
    assert tree.xpath("//div[@class='m-plot']/@style") == ["height:300px"]


def test_a_view_keeps_its_picture_and_states_in_files_named_by_their_content(tmp_path):
    spec = a_view(a=Slider(0, 1, 0)) | {"states": base64.b64encode(b"packed").decode()}
    tree = parsed(markup.view(spec, tmp_path / "_views", "../_views/"))
    (source,) = tree.xpath("//img/@src")
    page = specification(tree)
    assert page["states"].startswith("../_views/")
    assert page["states"].endswith(".bin")
    for address, content in ((source, spec["still"].encode()), (page["states"], b"packed")):
        file = tmp_path / "_views" / address.removeprefix("../_views/")
        assert file.read_bytes() == content
        assert file.stem == hashlib.sha256(content).hexdigest()[:16]
    assert "still" not in page
    bare = parsed(markup.view(a_view() | {"still": None}, tmp_path, ""))
    assert not bare.xpath("//img | //form")
    assert specification(bare)["states"] is None


@pytest.mark.parametrize(
    ("control", "stored", "offered"),
    [
        (Slider(0, 4, 2, integer=True), True, False), (Slider(0, 4, 2, integer=True), False, True), (Slider(0, 4, 2, steps=5), True, True),
        (Slider(1, 1000, 1, scale="log", steps=4, integer=True), True, True), (Choice([1, 2], 1), True, False), (Toggle(True), True, False),
    ],
)  # fmt: skip
def test_what_lies_between_the_steps_is_offered_where_anything_does(control, stored, offered, tmp_path):
    spec = a_view(a=control) | {"states": stored and base64.b64encode(b"packed").decode()}
    tree = parsed(markup.view(spec, tmp_path, ""))
    assert bool(tree.xpath("//button[@data-python='between']")) == offered


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        (Slider(0, 1, 0.5, unit="px"), 0.123456, "0.1235 px"), (Slider(-2, 1, 0), -1.5, "\u22121.5"), (Slider(0, 1, 0, unit="m"), 1e-5, "1e\u221205 m"),
        (Slider(0, 99999, 5, integer=True), 20001, "20001"), (Slider(0, 99999, 5), 20001, "2e+04"), (Choice({"few": 1, "many": 2}, 1, unit="x"), 2, "many"),
        (Toggle(True), True, "on"), (Toggle(True), False, "off"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_the_page_shows_it(control, value, words):
    given = a_view(a=control)["controls"][0]
    assert markup.shown(given, value) == words


@hostile
def test_as_script_is_json_that_ends_no_script(words):
    value = {"words": words, "list": [words], words: 1}
    script = markup.as_script(value)
    assert json.loads(script) == value
    assert "<" not in script
    assert "\u2028" not in script


def a_code(**changes):
    code = "def f(x):\n    return x\n"
    given = {
        "function": "f",
        "starter": code,
        "reference": float,
        "cases": ((1,),),
        "hidden": ((2.0,),),
        "answer": code,
    }
    return Code("stem-4", **given | {"question": "?", "hint": "!", "solution": "."} | changes)


@hostile
@pytest.mark.parametrize("kind", ["number", "choice", "order", "code"])
def test_an_exercise_escapes_its_texts(words, kind):
    texts = {"question": "?", "hint": "!", "solution": "."}
    exercise = {
        "number": Number("stem-1", answer=1, tolerance=0.1, unit=words, **texts),
        "choice": MultipleChoice("stem-2", options=(words, "other"), answer="other", **texts),
        "order": Ordering("stem-3", answer=(words, "other"), **texts),
        "code": a_code(starter=f"def f(x):\n    return {words!r}\n"),
    }[kind]
    html = TEMPLATES.get_template("exercise.html").render(
        exercise=exercise, options=getattr(exercise, "options", ()), number="1"
    )
    tree = parsed(html)
    if kind == "number":
        assert text(tree.xpath("//span[@class='m-unit']")[0]) == words
        assert tree.xpath("//label/@for") == tree.xpath("//input/@id")
    elif kind == "code":
        assert tree.xpath("//textarea")[0].text == exercise.starter
        assert tree.xpath("//label/@for") == tree.xpath("//textarea/@id")
    else:
        assert [text(item) for item in tree.xpath("//label/span | //li/span")] == list(exercise.options)
    assert tree.xpath("//p[@role='status']")


@hostile
def test_the_other_templates_escape_their_texts(words):
    record = {"claim": "stem.C1", "measured": words, "seeds": words, "verdict": words, "reason": words}
    tree = parsed(
        TEMPLATES.get_template("claim.html").render(
            record=record, number="C1", anchor="stem-C1", said=words, scoreboard=words
        )
    )
    assert [text(one) for one in tree.xpath("//dd")] == [words] * 3
    assert text(tree.xpath("//*[@class='m-claim-said']")[0]) == words
    assert tree.xpath("//aside/@data-verdict") == [words]
    rows = [record | {"number": "C1", "part": words, "chapter": words, "said": words, "figure": words, "link": words}]
    html = TEMPLATES.get_template("scoreboard.html")
    tree = parsed(html.render(rows=rows, csv=words, heads=((words, words),), verdicts=[words]))
    assert [text(cell) for cell in tree.xpath("//td")] == [f"{words} {words}", f"{words} {words}", words, words, words]
    assert tree.xpath("//tr/@data-part | //a/@href") == [words] * 3
    html = TEMPLATES.get_template("verdicts.html")
    tree = parsed(html.render(sentences=[words, words], table={words: {words: 2}}, verdicts=[words]))
    assert [text(one) for one in tree.xpath("//p | //tbody//th | //tbody//td")] == [f"{words} {words}", words, "2", "2"]
    tree = parsed(
        TEMPLATES.get_template("byline.html").render(
            matter={"minutes": words}, part=words, before=[(words, words)], teach=words, slides=words, launch=words
        )
    )
    assert [text(link) for link in tree.xpath("//a")] == [words, "For teachers", "Slides"]
    assert tree.xpath("//a/@href") == [words] * 3
    menu = TEMPLATES.get_template("launch.html")
    tree = parsed(menu.render(lite=words, binder=words, hub=words, file=words))
    assert tree.xpath("//a/@href | //li/@data-pull") == [words] * 4
    html = TEMPLATES.get_template("weights.html")
    filled = html.render(rows=[(words, 5)], students=2, size=lambda count: f"{count} {words}")
    tree = parsed(filled.replace("<!-- m-weights -->", ""))  # by which the table is found again
    assert [text(one) for one in tree.xpath("//tbody/tr/*")] == [words, f"5 {words}", f"10 {words}"]
    rows = [record | {"number": "C1", "said": words}]
    tree = parsed(TEMPLATES.get_template("slide-claims.html").render(rows=rows, kind="verdicts"))
    assert [text(one) for one in tree.xpath("//td")] == [f"{words}{words}", words]
    part = {"name": words, "title": words, "blurb": words, "taught": [words, words], "chapters": [(words, words)]}
    tree = parsed(TEMPLATES.get_template("parts.html").render(parts=[part, part | {"taught": [], "chapters": []}]))
    assert [text(one) for one in tree.xpath("//h2 | //a")] == [words] * 3
    assert text(tree.xpath("//p[@class='m-taught']")[0]) == f"Afterwards you can {words}; {words}."
    chapter = chapters.Chapter("chapters/numbers/a", {"stem": "a", "title": words, "minutes": 5})
    row = {"title": words, "url": words, "needs": [(words, words, words)], "leads": [(words, words)]}
    html = TEMPLATES.get_template("map.html")
    tree = parsed(html.render(map=ways.layout([chapter]), rows=[row], urls={"a": words}, line=9))
    assert tree.xpath("//a/@href") == [words] * 4
    assert tree.xpath("//a/@aria-label") == [words]
    assert [text(one) for one in tree.xpath("//li/a")] == [words] * 3
    drawn = lay_out([Item("a", words, "x", words)], {"x": words}, {"a": []})
    room = {"anchor": words, "title": words, "uses": ["a"], "modules": [(words, words)], "more": words}
    html = TEMPLATES.get_template("house.html")
    tree = parsed(html.render(map=drawn, rooms={"a": room}, urls={"a": words}, line=9))
    assert [text(one) for one in tree.xpath("//summary | //p/a | //li/code")] == [words.replace("'", "’")] * 2 + [words]
    html = TEMPLATES.get_template("boxes.html")
    tree = parsed(html.render(map=drawn, urls={"a": words}, line=9, label=words))
    assert tree.xpath("//svg/@aria-label | //svg/a/@aria-label | //svg/a/@href") == [words] * 3
    step = ways.Step(chapter, words, {"a": words})
    path = ways.ReadingPath("name", words, words, (step,))
    html = TEMPLATES.get_template("paths.html")
    tree = parsed(html.render(paths=[path], urls={"a": words}, titles={"a": words}, hours=ways.hours))
    assert [text(one) for one in tree.xpath("//li/a | //li/span/a")] == [words] * 2
    tree = parsed(
        TEMPLATES.get_template("progress.html")
        .render(chapters=[{"title": words}])
        .replace("<noscript>", "<div>")
        .replace("</noscript>", "</div>")
    )
    assert specification(tree) == {"chapters": [{"title": words}]}


@hostile
def test_a_cells_source_stays_inside_its_script(words):
    spec = {"root": "../", "cells": [{"number": 1, "source": words}]}
    tree = parsed(TEMPLATES.get_template("python.html").render(spec=spec))
    (script,) = tree.xpath("//script[@class='m-python']")
    assert json.loads(script.text) == spec
    assert len(tree.xpath("//script")) == 1


def test_the_first_cell_has_none_above_it():
    buttons = [
        parsed(TEMPLATES.get_template("cell-tools.html").render(number=number)).xpath("//button/@data-python")
        for number in (1, 2)
    ]
    assert buttons == [["run", "edit", "reset"], ["run", "edit", "above", "reset"]]


def test_every_template_is_tested_above():
    here = Path(__file__).read_text("utf8")
    elsewhere = (
        "view.html",
        "print",
        "diff.html",
        "nbgrader_config.py",
    )  # test_paper.py, test_diff.py; the last is no page
    for template in (Path(markup.__file__).parent / "templates").iterdir():
        assert f'"{template.name}"' in here or template.name in elsewhere, (
            f"{template.name} has no test of its escaping"
        )


def test_a_template_that_lacks_a_value_fails():
    with pytest.raises(Exception, match="'part' is undefined"):
        TEMPLATES.get_template("byline.html").render(matter={"minutes": 5}, before=[])


# -- checks of answers without the answers ------------------------------------------------------


def digest(check, key):
    """As book/runtime/src/answers.js computes it."""
    return hashlib.sha256(f"{check['salt']}:{key}".encode()).hexdigest()[:16]


def bucket(value, step):
    """As the page's Math.round(value / step)."""
    return str(math.floor(value / step + 0.5))


def accepted(check, value):
    return digest(check, bucket(value, check["step"])) in check["right"]


ANSWERS = st.one_of(
    st.just(0.0), st.floats(-1e-3, 1e-3), st.floats(-1e6, 1e6), st.integers(-50, 50).map(lambda n: n / 10)
)
TOLERANCES = st.one_of(st.sampled_from([0.5, 0.1, 0.05, 0.01, 1.0]), st.floats(1e-3, 1e3))
TEXTS = {"question": "?", "hint": "!", "solution": "."}


@given(ANSWERS, TOLERANCES, st.one_of(st.floats(-1, 1), st.sampled_from([-1, 1, 0, 0.1, -0.3])))
def test_every_value_within_the_tolerance_is_accepted(answer, tolerance, share):
    check = markup.exercise_check(Number("stem-1", answer=answer, tolerance=tolerance, **TEXTS), "")
    value = answer + share * tolerance
    if abs(value - answer) <= tolerance:
        assert accepted(check, value)


@given(ANSWERS, TOLERANCES, st.floats(1.2 + 1e-5, 50), st.sampled_from([-1, 1]))
def test_every_value_beyond_tolerance_and_step_is_refused(answer, tolerance, share, side):
    check = markup.exercise_check(Number("stem-1", answer=answer, tolerance=tolerance, **TEXTS), "")
    assert not accepted(check, answer + side * share * tolerance)


@given(ANSWERS, TOLERANCES, st.floats(1.21, 100), st.sampled_from([-1, 1]))
def test_a_mistakes_own_value_earns_its_message_in_the_page_too(answer, tolerance, share, side):
    wrong = answer + side * share * tolerance
    if abs(wrong - answer) <= 1.2 * tolerance:
        return
    exercise = Number("stem-1", answer=answer, tolerance=tolerance, mistakes=(Mistake(wrong, "Explained."),), **TEXTS)
    check = markup.exercise_check(exercise, "")
    assert not accepted(check, wrong)
    assert digest(check, bucket(wrong, check["step"])) in check["mistakes"][0]["keys"]


def test_a_check_holds_no_answer_and_no_message_in_plain_text():
    exercise = Number("stem-1", answer=1234.5, tolerance=0.5, mistakes=(Mistake(5432.1, "Turned around."),), **TEXTS)
    check = markup.exercise_check(exercise, "<p>It is 1234.5.</p>")
    page = json.dumps(check)
    assert not re.search(r"1234|5432|Turned", page)
    assert base64.b64decode(check["solution"]).decode() == "<p>It is 1234.5.</p>"
    assert base64.b64decode(check["mistakes"][0]["message"]).decode() == "Turned around."
    assert (check["id"], check["kind"], check["step"]) == ("stem-1", "number", 0.1)
    assert check["salt"] != markup.exercise_check(Number("stem-2", answer=1234.5, tolerance=0.5, **TEXTS), "")["salt"]


def test_a_code_exercise_is_checked_by_the_pages_python():
    check = markup.exercise_check(a_code(), "<p>It is x.</p>")
    assert check.keys() == {"id", "kind", "solution"}
    assert (check["id"], check["kind"]) == ("stem-4", "code")
    assert base64.b64decode(check["solution"]).decode() == "<p>It is x.</p>"


def test_choices_and_orders_are_known_by_their_places():
    choice = MultipleChoice("stem-2", options=("a", "b", "c"), answer="b", mistakes=(Mistake("c", "Late."),), **TEXTS)
    check = markup.exercise_check(choice, "")
    assert [digest(check, str(place)) in check["right"] for place in range(3)] == [False, True, False]
    assert check["mistakes"][0]["keys"] == [digest(check, "2")]
    order = Ordering("stem-3", answer=("a", "b", "c"), mistakes=(Mistake(("c", "b", "a"), "Turned."),), **TEXTS)
    check = markup.exercise_check(order, "")
    right = ",".join(str(order.options.index(item)) for item in "abc")
    turned = ",".join(str(order.options.index(item)) for item in "cba")
    assert check["right"] == [digest(check, right)]
    assert check["mistakes"][0]["keys"] == [digest(check, turned)]
    shown = ",".join(map(str, range(3)))
    assert digest(check, shown) not in check["right"], "the order as first shown is right"


# -- chapters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "matter"),
    [
        ("---\ntitle: A\nminutes: 5\n---\n\n# A\n", {"title": "A", "minutes": 5}), ("# A\n", {}), ("", {}), ("---\n---\n# A\n", {}), ("---\n\n---\n# A\n", {}),
        ("# A\n\n---\ntitle: B\n---\n", {}), ("---\ntitle: A\n\nWords without an end.\n", {}),
    ],
)  # fmt: skip
def test_front_matter(source, matter):
    assert chapters.front_matter(source, "numbers/a.md") == matter


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("---\ntitle: a: b\n---\n", "this is no YAML"),
        ("---\n- a\n---\n", "'name: value' lines"),
        ("---\nwords\n---\n", "'name: value' lines must stand here, not 'words'"),
    ],
)
def test_a_wrong_front_matter_names_its_page(source, words):
    with pytest.raises(ValueError, match=rf"^numbers/a.md:2: {words}"):
        chapters.front_matter(source, "numbers/a.md")


@pytest.fixture
def book(tmp_path):
    """A small book without pages to build: contents, claims, a module."""
    files = {
        "_toc.yml": "format: jb-book\nroot: chapters/index\nparts:\n  - caption: N\n    chapters:\n      - file: chapters/numbers/b\n        sections:\n"
                    "          - file: chapters/numbers/c\n      - file: chapters/teaching/t\n  - caption: L\n    chapters:\n      - file: chapters/learning/a\n",
        "chapters/claims.yml": "# words\na.C1:\n  said: One.\n  figure: 3\n  source: x\n",
        "code/miniatures/a.py": '"""A.\n\nSource: somebody, somewhere.\n\nsigma       width, pixels\nx_0, x_1    ends,\n            both of them\np(x | y)  share\n'
                                'one space only\n>>> f(1)  # an example\n... 2  # goes on\n    indented  not a symbol\n"""\n',
        "README.md": "# B\n\n<!-- chapters -->\nold\n<!-- /chapters -->\n\nRest.\n",
    }  # fmt: skip
    for part, name in (("numbers", "b"), ("numbers", "c"), ("teaching", "t"), ("learning", "a")):
        files[f"chapters/{part}/{name}.md"] = f"---\ntitle: The {name}\npart: {part}\nstem: {name}\nminutes: 5\n---\n"
    for name, words in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(words)
    return tmp_path


def test_contents_and_chapters_in_the_order_of_the_toc(book):
    assert chapters.contents(book) == [
        "chapters/index",
        "chapters/numbers/b",
        "chapters/numbers/c",
        "chapters/teaching/t",
        "chapters/learning/a",
    ]
    assert [(one.stem, one.title) for one in chapters.chapters(book)] == [
        ("b", "The b"),
        ("c", "The c"),
        ("a", "The a"),
    ]
    assert chapters.Chapter("chapters/numbers/x", {}).title == "x"
    (book / "chapters/learning/a.md").unlink()
    with pytest.raises(ValueError, match=r"_toc.yml:12: chapters/learning/a is listed, but there is no such page"):
        chapters.chapters(book)


def test_the_legend_has_the_symbols_alone(book):
    assert chapters.legend(book, "a") == [
        ("sigma", "width, pixels"),
        ("x_0, x_1", "ends, both of them"),
        ("p(x | y)", "share"),
    ]


def test_a_changed_legend_is_read_anew(book):
    file = book / "code/miniatures/a.py"
    assert len(chapters.legend(book, "a")) > 1
    file.write_text('"""A.\n\nrho  share\n"""\n')
    os.utime(file, ns=(1, 1))
    assert chapters.legend(book, "a") == [("rho", "share")]
    file.write_text("x = 1\n")
    os.utime(file, ns=(2, 2))
    assert chapters.legend(book, "a") == []


def test_claims_and_their_numbers(book):
    assert chapters.claims(book) == {"a.C1": {"said": "One.", "figure": 3, "source": "x"}}
    assert chapters.number("sea_ice.C12") == "C12"
    (book / "chapters/claims.yml").write_text("# none\n")
    assert chapters.claims(book) == {}
    (book / "chapters/claims.yml").write_text("a.C1:\n  said: One.\na.C2:\n  said: Two.\na.C1:\n  said: Three.\n")
    with pytest.raises(ValueError, match=r"chapters/claims.yml:5: a.C1 is listed twice"):
        chapters.claims(book)


def test_the_readme_table_replaces_what_stands_between_its_marks(book):
    chapters.update_readme(book)
    found = (book / "README.md").read_text()
    assert found.startswith("# B\n\n<!-- chapters -->\n| chapter | part | minutes |\n")
    assert "| [The b](chapters/numbers/b.md) | Numbers | 5 |\n" in found
    assert found.endswith("<!-- /chapters -->\n\nRest.\n")
    assert "old" not in found
    chapters.update_readme(book)
    assert (book / "README.md").read_text() == found


# -- assets -------------------------------------------------------------------------------------


class Scripts(HTMLParser):
    """The inline scripts of a page, and its policy, read by another parser than the extension's."""

    def __init__(self, page):
        super().__init__()
        self.inline, self.policy, self.inside = [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.inside = tag == "script" and "src" not in given and given.get("type") != "application/json"
        if self.inside:
            self.inline.append("")
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy.append(given["content"])

    def handle_data(self, data):
        if self.inside:
            self.inline[-1] += data

    def handle_endtag(self, tag):
        self.inside = False


PAGE = """<!DOCTYPE html>
<html><head>
{head}<script>first("é &amp; <b>");</script>
<script src="a.js"></script><script type="module" src="b.js"></script>
<script type="application/json" class="m-spec">{{"a": 1}}</script>
</head><body><p>A page may speak of its Content-Security-Policy.</p><script async>
  second();
</script></body></html>
"""


@pytest.mark.parametrize("head", ['<meta charset="utf-8" />\n', '<meta charset="utf-8">\n', ""])
def test_the_policy_names_each_inline_script_by_its_digest_and_nothing_more(head):
    page = Scripts(assets.secured(PAGE.format(head=head)))
    (policy,) = page.policy
    assert len(page.inline) == 2
    expected = {
        "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'" for script in page.inline
    }
    scripts = " ".join(["'self'", *sorted(expected)])
    assert policy == (
        f"default-src 'none'; object-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
    )


@pytest.mark.parametrize("mark", ['<button data-python="run">', '<figure class="m-view" id="a">'])
def test_only_a_page_that_may_start_python_allows_webassembly(mark):
    page = PAGE.format(head="").replace("<p>", f"{mark}<p>")
    assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in Scripts(assets.secured(page)).policy[0]
    assert "unsafe-eval" not in Scripts(assets.secured(PAGE.format(head=""))).policy[0]


def test_the_policy_stands_before_the_first_script():
    page = assets.secured(PAGE.format(head='<meta charset="utf-8">\n'))
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert page.replace(re.search(r"\n<meta http-equiv[^>]*>", page)[0], "") == PAGE.format(
        head='<meta charset="utf-8">\n'
    )


def test_a_page_that_speaks_of_policies_gets_its_own(tmp_path, monkeypatch):
    """The book has a page on how it is built, which names the policy in its words."""
    static, out = tmp_path / "html" / "_static", tmp_path / "html"
    for pattern in (*assets.STYLES, *assets.SCRIPTS, *assets.SEARCH):
        file = static / pattern.replace("*", "x")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    (out / "page.html").write_text(PAGE.format(head='<meta charset="utf-8">\n'))
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "page.js").write_text("")
    monkeypatch.setattr(assets, "DIST", dist)
    monkeypatch.setattr(assets, "trim_icons", lambda *_: None)
    app = SimpleNamespace(outdir=str(out), builder=SimpleNamespace(format="html"))
    assets.finish(app, None)
    once = (out / "page.html").read_text()
    assert len(Scripts(once).policy) == 1
    assets.finish(app, None)
    assert (out / "page.html").read_text() == once
    assert {file.name for file in (out / "_runtime").iterdir()} == {
        "page.js",
        "book.css",
        "search.js",
        "theme.css",
        "theme.js",
    }


THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"


def glyphs(file):
    with TTFont(file) as font:
        return set(font.getBestCmap())


def test_the_icon_font_keeps_the_glyphs_in_use_and_only_those(tmp_path):
    styles = (THEME / "styles/pydata-sphinx-theme.css").read_text("utf8")
    font = tmp_path / "icons.woff2"
    assets.trim_icons(
        font,
        styles,
        '<i class="fa-solid fa-sun"></i> <i class="fa-regular fa-moon fa-lg"></i> <i class="fa-nonsense"></i>',
    )
    kept, whole = (glyphs(file) for file in (font, THEME / assets.ICONS))
    points = {
        name: int(re.search(rf"\.fa-{name}:before\{{content:\"\\([0-9a-f]+)", styles)[1], 16)
        for name in ("sun", "moon", "rocket")
    }
    of_styles = {ord(glyph) for glyph in re.findall(r"--pst-icon-[\w-]+:\s?\"(.)\"", styles)}
    assert {points["sun"], points["moon"]} | (of_styles & whole) <= kept
    assert points["rocket"] in whole - kept
    assert len(kept) < 60 < len(whole)
    assert font.stat().st_size < 12_000 < (THEME / assets.ICONS).stat().st_size
    again = tmp_path / "again.woff2"
    assets.trim_icons(again, styles, '<i class="fa-moon"></i><i class="fa-sun"></i><i class="fa-solid"></i>')
    assert again.read_bytes() == font.read_bytes()


def test_a_theme_without_the_expected_files_is_named(tmp_path):
    with pytest.raises(ExtensionError, match=r"no longer ships _static/mystnb\.\*\.css"):
        assets.joined(tmp_path, ("mystnb.*.css",))
    with pytest.raises(ExtensionError, match="no icon of the theme was found"):
        assets.trim_icons(tmp_path / "x.woff2", "", '<i class="fa-sun"></i>')


def test_files_are_joined_in_order_without_their_byte_order_marks(tmp_path):
    for name, words in (("b.1.css", "\ufeffb{}"), ("a.css", "a{}"), ("b.2.css", "c{}")):
        (tmp_path / name).write_text(words, "utf8")
    assert assets.joined(tmp_path, ("b.*.css", "a.css")) == "b{}\nc{}\na{}"


def test_the_version_changes_with_the_runtime_and_the_styles(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "DIST", tmp_path)
    (tmp_path / "page.js").write_text("1")
    before = assets.version()
    assert before == assets.version()
    (tmp_path / "page.js").write_text("2")
    assert assets.version() != before
    (tmp_path / "page.js").unlink()
    with pytest.raises(ExtensionError, match=r"book/runtime/dist is missing: run `make runtime`"):
        assets.check(SimpleNamespace(builder=SimpleNamespace(format="html")))
    assets.check(SimpleNamespace(builder=SimpleNamespace(format="text")))


# -- mathematics, renderers ---------------------------------------------------------------------


def test_formulas_become_html_and_mathml_and_refusals_errors():
    html = mathematics.rendered(r"\frac{\alpha}{2} < 1", True)
    tree = lxml.html.fragment_fromstring(html, create_parent="main")
    assert tree.xpath("//math//mfrac")
    assert tree.xpath("//*[@class='katex-html'][@aria-hidden='true']")
    assert "<script" not in html
    with pytest.raises(mathematics.katex.KaTeXError, match="Unexpected end of input"):
        mathematics.rendered(r"\frac{1", False)
    mathematics.stop(None, None)


SLOW_SERVER = (
    "import socket, sys, time; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); time.sleep(0.3); {then}"
)


def slow_server(monkeypatch, then):
    command = classmethod(lambda cls, socket: [sys.executable, "-c", SLOW_SERVER.format(then=then), socket])
    monkeypatch.setattr(mathematics.katex.KaTeXServer, "build_command", command)


def test_a_functions_name_as_an_index_is_one_argument():
    """KaTeX gives the sign of an applied function a place of its own, and `msub` takes two."""
    for latex, tag, many in ((r"d_{\min}", "msub", 2), (r"x_{\max}^2", "msubsup", 3), (r"\max_x f", "munder", 2)):
        html = mathematics.rendered(latex, True)
        tree = etree.fromstring(html[html.index("<math") : html.index("</math>") + 7])
        (one,) = tree.iter("{http://www.w3.org/1998/Math/MathML}" + tag)
        assert len(one) == many
        assert html.endswith("</span></span>")
    mathematics.stop(None, None)


def test_a_renderer_that_does_not_listen_yet_is_asked_again(monkeypatch, tmp_path):
    slow_server(monkeypatch, "s.listen(); s.accept(); time.sleep(60)")
    process, connection = mathematics.katex.KaTeXServer.start_server_process(tmp_path, 30)
    assert connection.getpeername() == str(tmp_path / "katex.sock")
    connection.close()
    process.kill()
    process.communicate()


def test_a_renderer_that_never_listens_is_ended(monkeypatch, tmp_path):
    slow_server(monkeypatch, "time.sleep(60)")
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(mathematics.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[0])
    with pytest.raises(mathematics.katex.KaTeXError):
        mathematics.katex.KaTeXServer.start_server_process(tmp_path, 1)
    assert started[0].poll() is not None


def mime(kind, content):
    return SimpleNamespace(mime_type=kind, content=content, cell_index=4, output_index=1)


def test_renderers_take_their_own_kind_and_never_inline():
    given = {render.ViewRenderer: (VIEW_MIME, a_view()), render.PlotlyRenderer: (render.PLOTLY_MIME, {"data": [], "layout": {}}),
             render.ClaimRenderer: (render.CLAIM_MIME, {"claim": "a.C1"})}  # fmt: skip
    for renderer, (kind, content) in given.items():
        assert len(renderer.handle_mime(None, mime(kind, content), False)) == 1
        assert renderer.handle_mime(None, mime(kind, content), True) is None
        assert renderer.handle_mime(None, mime("text/plain", content), False) is None
        assert renderer.mime_priority_overrides == [("*", kind, 1)]


def test_a_view_without_a_name_is_named_by_its_place():
    (node,) = render.ViewRenderer.handle_mime(None, mime(VIEW_MIME, a_view() | {"name": ""}), False)
    assert node["spec"]["name"] == "view-4-1"
    content = a_view() | {"name": "sea_ice-window"}
    (node,) = render.ViewRenderer.handle_mime(None, mime(VIEW_MIME, content), False)
    assert (node["spec"]["name"], node["ids"]) == ("sea_ice-window", ["sea-ice-window"])
    assert content["name"] == "sea_ice-window"


def test_a_plain_plotly_figure_leaves_its_template_behind(tmp_path):
    figure = {
        "data": [{"type": "scatter"}],
        "layout": {"template": {"big": 1}, "title": {"text": "Its title."}, "height": 200},
    }
    (node,) = render.PlotlyRenderer.handle_mime(None, mime(render.PLOTLY_MIME, figure), False)
    assert "template" not in node["spec"]["figure"]["layout"]
    tree = parsed(markup.view(node["spec"], tmp_path, ""))
    assert text(tree.xpath("//figcaption")[0]) == "Its title."


# -- scaffold -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the book's sources in which a new chapter was made: (root, what was printed)."""
    root = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "*.egg-info")
    for name in ("book", "chapters", "code", "tests"):
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in ("_toc.yml", "README.md", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, root)
    (root / "data").mkdir()
    before = {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}
    with open(root / "said.txt", "w") as said, contextlib.redirect_stdout(said):
        assert scaffold.new(root, "night_sky", "inside") == 0
    return root, before


def test_make_new_writes_six_files_and_five_lists_and_touches_nothing_else(copy):
    root, before = copy
    after = {
        str(file.relative_to(root)): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and file.name != "said.txt"
    }
    made = {place.format(stem="night_sky", part="inside") for place in scaffold.ROOMS.values()}
    assert len(made) == 6
    assert after.keys() - before.keys() == made
    assert {name for name in before if after[name] != before[name]} == {
        "_toc.yml",
        "README.md",
        "chapters/claims.yml",
        "chapters/references.bib",
        "tests/smoke.py",
    }
    said = (root / "said.txt").read_text()
    assert all(name in said for name in made)
    assert "make check STEM=night_sky" in said
    for name in made:
        words = after[name].decode()
        assert not re.search(r"\b(STEM|PART|TITLE)\b", words), f"{name} has a gap of the template left"


def test_the_new_chapter_is_listed_in_contents_claims_references_and_readme(copy):
    root, _ = copy
    assert "chapters/inside/night_sky" in chapters.contents(root)
    toc = (root / "_toc.yml").read_text()
    assert toc.index("caption: Numbers") < toc.index("caption: Looking inside") < toc.index("caption: Contributing")
    assert [one.title for one in chapters.chapters(root) if one.stem == "night_sky"] == ["Night sky"]
    claim = chapters.claims(root)["night_sky.C1"]
    assert claim["source"] == "night_sky-article"
    assert f"@online{{{claim['source']}," in (root / "chapters/references.bib").read_text()
    assert "[Night sky](chapters/inside/night_sky.md)" in (root / "README.md").read_text()
    assert set(chapters.claims(root)) - {"night_sky.C1"} == set(chapters.claims(ROOT))


def test_the_new_chapter_passes_its_tests_the_contract_and_the_linter(copy, tmp_path):
    root, _ = copy
    (tmp_path / "miniatures_book").symlink_to(root / "book/extension")
    environment = os.environ | {"PYTHONPATH": f"{root / 'code'}:{tmp_path}", "MINIATURES_DATA": str(ROOT / "data")}
    shared = [f"tests/test_{name}.py" for name in checking.SHARED]
    tests = ["tests/test_night_sky.py", "code/miniatures/night_sky.py", *shared, "-k", "night_sky"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *tests],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 20
    made = [place.format(stem="night_sky", part="inside") for place in scaffold.ROOMS.values() if place.endswith(".py")]
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *made], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("stem", ["aurora", "dew", "zenith"])
def test_a_new_chapter_is_in_order_whatever_its_name(stem, tmp_path):
    for name in ("book/template", "chapters"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("_toc.yml", "README.md", "pyproject.toml", "tests/smoke.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    assert scaffold.new(tmp_path, stem, "numbers") == 0
    made = [place.format(stem=stem, part="numbers") for place in scaffold.ROOMS.values() if place.endswith(".py")]
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *made], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("stem", "part", "message"),
    [
        ("night_sky", "inside", "STEM='night_sky' is taken, it is a chapter"),
        ("gaussian_window", "inside", "STEM='gaussian_window' is taken"),
        ("draw", "inside", "code/miniatures/draw.py:1: STEM='draw' is taken"),
        ("contract", "inside", "tests/test_contract.py:1: STEM='contract' is taken"),
        ("class", "inside", "STEM='class' is a word of Python's own"),
        ("Night", "inside", "STEM='Night' is no stem. Write lower-case words joined by underscores"),
        ("night-sky", "inside", "Write lower-case words"),
        ("1st", "inside", "Write lower-case words"),
        ("night__sky", "inside", "Write lower-case words"),
        ("", "inside", "STEM='' is no stem"),
        ("../evil", "inside", "Write lower-case words"),
        ("new_moon", "nowhere", "PART='nowhere' is not a part. Write one of numbers, learning"),
        ("new_moon", "", "PART='' is not a part"),
    ],
)
def test_make_new_refuses_what_is_taken_or_cannot_be_imported(copy, capsys, stem, part, message):
    root, _ = copy
    before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
    assert scaffold.new(root, stem, part) == 2
    assert message in capsys.readouterr().err
    assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before


def test_parts_stand_in_the_books_order_whatever_came_first(tmp_path):
    toc = tmp_path / "_toc.yml"
    toc.write_text(
        "format: jb-book\nroot: chapters/index\nparts:\n  - caption: Contributing\n    chapters:\n      - file: chapters/c\n"
    )
    for part, stem in (("video", "a"), ("numbers", "b"), ("inside", "c"), ("numbers", "d")):
        scaffold._list(toc, part, stem)
    assert re.findall(r"caption: (.*)", toc.read_text()) == [
        "Numbers",
        "Looking inside",
        "Cameras and video",
        "Contributing",
    ]
    assert chapters.contents(tmp_path) == [
        "chapters/index",
        *(f"chapters/{name}" for name in ("numbers/b", "numbers/d", "inside/c", "video/a", "c")),
    ]


# -- setup, server ------------------------------------------------------------------------------


def test_setup_is_a_posix_shell_script():
    script = ROOT / "book" / "setup.sh"
    assert script.read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    words = script.read_text()
    assert not re.search(r"\[\[|\bfunction\b|\blocal\b|<<<|\$'|\bsource\b|&>|\bdeclare\b", words), "bash only"


def test_setup_refuses_a_python_that_is_too_old_and_names_a_way_out(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", ROOT / "book/setup.sh", old], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr
    assert "make book PYTHON=python3.12" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.fixture
def served(tmp_path):
    (tmp_path / "index.html").write_text("<html><body>A page</body></html>")
    (tmp_path / "a.js").write_text("1")
    (tmp_path / "a.bin").write_bytes(b"\x1f\x8b")
    running = []

    def start(handler):
        one = server._server(tmp_path, 18_400, handler)
        running.append(one)
        threading.Thread(target=one.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{one.server_port}"

    yield start
    for one in running:
        one.shutdown()
        one.server_close()


def fetched(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_the_server_sends_files_as_what_they_are_on_the_next_free_port(served):
    one, other = served(server.Handler), served(server.Handler)
    assert one != other
    assert fetched(f"{other}/a.js") == ("text/javascript", b"1")
    assert fetched(f"{one}/a.bin") == ("application/octet-stream", b"\x1f\x8b")
    assert fetched(f"{one}/")[1] == b"<html><body>A page</body></html>"


def test_watching_adds_the_reload_and_announces_a_build(served):
    address = served(server.WatchHandler)
    assert fetched(f"{address}/index.html")[1] == b'<html><body>A page<script src="/_reload.js"></script></body></html>'
    assert b"EventSource" in fetched(f"{address}/_reload.js")[1]
    heard = []
    listening = threading.Thread(target=lambda: heard.append(fetched(f"{address}/_reload")))
    listening.start()
    while listening.is_alive():
        with server.WatchHandler.built:
            server.WatchHandler.built.notify_all()
        listening.join(0.05)
    assert heard == [("text/event-stream", b"data: built\n\n")]


def test_serving_needs_a_book(tmp_path):
    with pytest.raises(SystemExit, match="there is no book in _build/html yet: make book"):
        server.serve(tmp_path, 8000)


def test_each_code_cell_gets_its_buttons_and_the_page_every_source():
    """Cells that the page shows without their code, or not at all, keep their numbers and their sources."""
    docname = "chapters/numbers/gaussian_window"
    page = execution.read_page(ROOT, f"{docname}.md")
    places = [place for place, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
    section = nodes.section("", nodes.title("", "A title"))
    for number in (1, 4):  # the others are hidden
        section += nodes.container("", nb_element="cell_code", cell_index=places[number - 1])
    section.children[1] += nodes.container("", nb_element="cell_code_source")
    doctree = nodes.Element("", section)
    cells.add_cells(SimpleNamespace(srcdir=str(ROOT), env=SimpleNamespace(docname=docname)), doctree)
    assert [tools["number"] for tools in doctree.findall(cells.cell_tools)] == [1, 4]
    assert isinstance(section.children[2].children[0].children[0], cells.cell_tools)  # below its code
    (python,) = doctree.findall(cells.python_node)
    assert [cell["number"] for cell in python["spec"]["cells"]] == list(range(1, len(places) + 1))
    assert python["spec"]["cells"][3]["source"] == page.notebook.cells[places[3]].source
    assert python["spec"]["tier"] == "special"
