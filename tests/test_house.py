"""The picture of the book's own code is drawn from its imports, and no module is missing."""

import re
from pathlib import Path

import pytest
from miniatures_book import house
from miniatures_book.layout import Item, depths, lay_out
from test_ways import crossed

ROOT = Path(__file__).parents[1]
OWN = {"book/extension": "*.py", "book/runtime/src": "*.js"}
PAGE = (ROOT / "chapters/contributing/architecture.md").read_text("utf8")


@pytest.fixture(scope="module")
def built():
    return house.House(ROOT)


def test_each_module_is_listed_once_with_what_it_says_of_itself(built):
    listed = [one for room in built.described().values() for one in room["modules"]]
    there = [file.name for folder, kind in OWN.items() for file in (ROOT / folder).glob(kind)]
    assert {name for name, _ in listed} >= set(there)
    assert len([name for name, _ in listed if name in there]) == len(there)
    assert [name for name, words in listed if len(words.split()) < 3] == [], "a module that does not say what it is"


def test_the_page_names_no_module_that_is_gone():
    named = set(re.findall(r"`(?:[\w/.-]+/)?([\w-]+\.(?:py|js|mjs))`", PAGE)) - {"page.js"}
    folders = ("book", "code", "tests", "bench")
    there = {
        file.name for folder in folders for file in (ROOT / folder).rglob("*.*") if "node_modules" not in file.parts
    }
    assert named - there == set()
    assert len(named) >= 25


def test_groups_name_no_module_that_is_gone(built):
    for band, titles in house.GROUPS.items():
        for modules in titles.values():
            for module in modules:
                assert f"{house.FOLDERS[band]}/{module}" in built.files, f"{module} is named in GROUPS: take it out"


def test_arrows_are_imports_and_cross_no_box(built):
    made = built.drawn()
    assert list(crossed(made)) == []
    assert made.width <= 800, "wider than the page beside its contents"
    directly = {(built.groups[used], built.groups[name]) for name in built.files for used in built.uses[name] | built.asks[name]}  # fmt: skip
    assert {(before, group) for before, group, _ in made.arrows} <= directly
    assert len(made.arrows) >= 10
    uses = built.uses["book/extension/ways"]
    assert uses == {f"book/extension/{name}" for name in ("chapters", "layout", "messages")}
    assert "book/runtime/src/plot" in built.asks["book/runtime/src/dom"]
    assert "code/miniatures/live" in built.uses["book/runtime/src/worker"]


def test_what_follows_from_other_arrows_is_left_out_and_nothing_else():
    graph = {"a": set(), "b": {"a"}, "c": {"a", "b"}, "d": {"a"}}
    assert house.reduced(graph) == {"a": [], "b": ["a"], "c": ["b"], "d": ["a"]}


@pytest.fixture
def small(tmp_path):
    """A house of a few modules; one that no group names, two groups that import each other."""
    files = {
        "code/miniatures/explore.py": '"""Shows a view."""\nfrom miniatures import novelty\n',
        "code/miniatures/novelty.py": '"""Is new in the book."""\n',
        "code/miniatures/exercises/__init__.py": '"""Asks the reader something."""\n',
        "book/extension/chapters.py": '"""Reads all chapters."""\n',
        "book/extension/assets.py": '"""Joins the files."""\nfrom miniatures_book import writer\n',
        "book/extension/writer.py": '"""Writes the pages."""\nfrom miniatures_book import assets, chapters, fresh\n',
        "book/extension/fresh.py": '"""Is new in the build."""\n',
        "book/runtime/src/page.js": '// What a page runs.\nimport(beside("late.js"));\n',
        "book/runtime/src/late.js": "// Comes later, alone.\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return house.House(tmp_path)


def test_a_module_that_no_group_names_joins_the_one_that_imports_it(small):
    assert small.groups["code/miniatures/novelty"] == "house-code: Views"
    assert small.groups["book/runtime/src/late"] == "house-page: Reading"


def test_groups_that_import_each_other_become_one(small):
    small.drawn()
    assert small.groups["book/extension/assets"] == small.groups["book/extension/writer"]
    assert small.groups["book/extension/assets"] == "house-build: Markup, assets + Pages"
    assert small.groups["book/extension/fresh"] == "house-build: Markup, assets + Pages"
    assert max(depths(small.graph).values()) == 1


def test_words_below_a_title_are_told_from_it():
    made = lay_out([Item("a", "A long title of it", "x", "one two"), Item("b", "B", "x")], {"x": "X"}, {"a": [], "b": ["a"]}, letters=10)  # fmt: skip
    assert made.boxes["a"].lines == ["A long", "title of", "it", "one two"]
    assert made.boxes["a"].heads == 3
