"""Prerequisites, the map that is drawn of them, and the reading paths."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures_book import chapters, ways
from miniatures_book.chapters import PARTS, Chapter

ROOT = Path(__file__).parents[1]
FOUND = chapters.chapters(ROOT)


def a_book(needs, part="numbers"):
    """Chapters with these prerequisites: stem -> list or mapping; `part` for all, or stem -> part."""
    given = dict.fromkeys(needs, part) if isinstance(part, str) else part
    return [
        Chapter(f"chapters/{given[stem]}/{stem}", {"stem": stem, "title": f"The {stem}", "prerequisites": before})
        for stem, before in needs.items()
    ]


# -- prerequisites ------------------------------------------------------------------------------


def test_each_prerequisite_of_the_book_says_what_is_used_of_it():
    graph = ways.needs(FOUND)
    assert list(graph) == [chapter.stem for chapter in FOUND]
    assert sum(map(len, graph.values())) >= 15
    for stem, before in graph.items():
        assert all(before.values()), f"{stem} does not say what it uses of {', '.join(before)}"
        assert len(before) <= 2, f"{stem} needs {', '.join(before)}: two are the most that a reader is asked for"


def test_the_book_runs_in_no_circle_and_forwards():
    """A reader who takes the chapters as the menu lists them meets each after those that it needs."""
    depth, places = ways.depths(ways.needs(FOUND)), [chapter.stem for chapter in FOUND]
    for stem, before in ways.needs(FOUND).items():
        for one in before:
            assert depth[one] < depth[stem]
            assert places.index(one) < places.index(stem), f"{stem} stands before {one}, which it needs"


def test_lists_and_mappings_are_read_alike_and_strangers_left_out():
    found = a_book({"a": None, "b": ["a", "a", "nobody"], "c": {"b": "the idea", "a": None}})
    assert ways.needs(found) == {"a": {}, "b": {"a": ""}, "c": {"b": "the idea", "a": ""}}
    assert ways.depths(ways.needs(found)) == {"a": 0, "b": 1, "c": 2}


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({"a": ["a"]}, "a needs a"),
        ({"a": ["b"], "b": ["a"]}, "a needs b needs a"),
        ({"z": ["c"], "a": ["b"], "b": ["c"], "c": ["a"]}, "c needs a needs b needs c"),
    ],
)
def test_a_circle_is_named(needs, circle):
    with pytest.raises(ValueError, match=rf"in a circle: {circle}$"):
        ways.depths(ways.needs(a_book(needs)))


# -- the map ------------------------------------------------------------------------------------


def corners(path):
    """The points of an arrow, corners as where they would be without their rounding."""
    return [(float(x), float(y)) for x, y in re.findall(r"[MQL]?(-?[\d.]+) (-?[\d.]+)(?=[LQ ]|$)", path)]


def crossed(made):
    """Where an arrow runs through a box that it neither leaves nor reaches, or two boxes overlap."""
    boxes = made.boxes.values()
    for one, other in combinations(boxes, 2):
        if abs(one.x - other.x) < made.box and abs(one.y - other.y) < made.box_height:
            yield f"{one.item.key} lies on {other.item.key}"
    for before, stem, path in made.arrows:
        points = corners(path)
        for (x, y), (to_x, to_y) in pairwise(points):
            for box in boxes:
                inside = (
                    max(x, to_x) > box.x + 0.5
                    and min(x, to_x) < box.x + made.box - 0.5
                    and max(y, to_y) > box.y
                    and min(y, to_y) < box.y + made.box_height
                )
                if inside:
                    yield f"the arrow from {before} to {stem} crosses {box.item.key}"


@st.composite
def books(draw):
    """Chapters in the order of the parts, each with prerequisites among those before it."""
    stems = [f"c{place}" for place in range(draw(st.integers(1, 14)))]
    parts = sorted(
        draw(st.lists(st.sampled_from(list(PARTS)), min_size=len(stems), max_size=len(stems))), key=list(PARTS).index
    )
    needs = {stem: draw(st.lists(st.sampled_from(stems[:place]), max_size=3, unique=True)) if place else [] for place, stem in enumerate(stems)}  # fmt: skip
    return a_book(needs, dict(zip(stems, parts, strict=True)))


@given(books())
@settings(max_examples=150, deadline=None)
def test_any_book_has_a_map_without_overlap(found):
    made, graph = ways.layout(found), ways.needs(found)
    assert set(made.boxes) == set(graph)
    assert sorted(arrow[:2] for arrow in made.arrows) == sorted((one, stem) for stem in graph for one in graph[stem])
    assert list(crossed(made)) == []
    for box in made.boxes.values():
        assert 0 <= box.x <= made.width - made.box
        assert 0 <= box.y <= made.height - made.box_height
    for before, stem, path in made.arrows:
        (x, y), *_, (to_x, to_y) = corners(path)
        start, end = made.boxes[before], made.boxes[stem]
        assert x == start.x + made.box
        assert start.y < y < start.y + made.box_height
        assert end.x - 2 < to_x < end.x
        assert end.y < to_y < end.y + made.box_height
        assert all(0 <= one <= made.width for one, _ in corners(path))


def test_the_books_own_map():
    made = ways.layout(FOUND)
    assert set(made.boxes) == {chapter.stem for chapter in FOUND}
    assert list(crossed(made)) == []
    assert [name for name, *_ in made.heads] == [part for part in PARTS if any(one.part == part for one in FOUND)]
    assert made.width <= 928, "wider than the page's column: it would scroll at 1280 pixels"


def test_a_crossing_would_be_found():
    made = ways.layout(a_book({"a": [], "b": ["a"], "c": ["a", "b"]}))
    (x, y), *_ = corners(made.arrows[0][2])
    straight = made.boxes["c"]
    made.arrows.append(("a", "c", f"M{x:g} {y:g}L{straight.x:g} {y:g}"))
    assert list(crossed(made)) == ["the arrow from a to c crosses b"]


# -- the paths ----------------------------------------------------------------------------------


def test_each_path_of_the_book_respects_what_its_chapters_need():
    graph = ways.needs(FOUND)
    made = ways.paths(ROOT)
    assert [path.name for path in made] == ["afternoon", "term", "statistics"]
    for path in made:
        read = []
        for step in path.steps:
            for before in graph[step.chapter.stem]:
                assert before in read or len(step.without[before].split()) > 3, f"{path.name}: {step.chapter.stem}"
            read.append(step.chapter.stem)
            assert len(step.why.split()) > 3
        assert path.minutes == sum(step.chapter.matter["minutes"] for step in path.steps)
    assert made[0].minutes <= 240, "an afternoon has four hours"


def test_a_path_that_is_wrong_is_refused(tmp_path):
    (tmp_path / "chapters" / "numbers").mkdir(parents=True)
    listed = "".join(f"      - file: chapters/numbers/{stem}\n" for stem in "ab")
    (tmp_path / "_toc.yml").write_text(f"root: chapters/index\nparts:\n  - caption: N\n    chapters:\n{listed}")
    for stem, before in (("a", "[]"), ("b", "[a]")):
        text = f"---\ntitle: The {stem}\nstem: {stem}\nminutes: 40\nprerequisites: {before}\n---\n"
        (tmp_path / "chapters" / "numbers" / f"{stem}.md").write_text(text)

    def read(*steps):
        lines = "".join(f"    - {{{step}, why: So.}}\n" for step in steps)
        (tmp_path / "chapters" / "paths.yml").write_text(f"p:\n  title: P\n  for: All.\n  chapters:\n{lines}")
        return ways.paths(tmp_path)

    (path,) = read("chapter: a", "chapter: b")
    assert (path.title, path.for_whom, path.minutes) == ("P", "All.", 80)
    (path,) = read("chapter: b, without: {a: guess}")
    assert path.steps[0].without == {"a": "guess"}
    for steps, words in (
        (["chapter: b"], "5: 'b' needs 'a' before it"),
        (["chapter: b", "chapter: a"], "5: 'b' needs 'a' before it"),
        (["chapter: c"], "'c' is not a chapter"),
        (["chapter: a", "chapter: a"], "'a' stands twice"),
        (["chapter: a, without: {b: guess}"], "'a' does not lack 'b'"),
        (["chapter: a", "chapter: b, without: {a: guess}"], "'b' does not lack 'a'"),
    ):
        with pytest.raises(ValueError, match=words):
            read(*steps)


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (175, "2 h 55 min")])
def test_hours(minutes, words):
    assert ways.hours(minutes) == words
