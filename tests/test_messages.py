"""What is wrong with contents, claims, paths, prerequisites or marks is told with file, line and cure."""

import re
import shutil
from pathlib import Path

import pytest
import told
from miniatures_book import chapters, events, messages, scaffold, ways

ROOT = Path(__file__).parents[1]
STEM = "gaussian_window"
PAGE = f"chapters/numbers/{STEM}.md"
TOC, README, CLAIMS, PATHS, SMOKE = "_toc.yml", "README.md", chapters.CLAIMS, ways.PATHS, scaffold.SMOKE_FILE


def recorded(*left_out, **more):
    """The records that the book's pages make, with changes: claim -> page."""
    pages = {chapter.stem: f"{chapter.docname}.md" for chapter in chapters.chapters(ROOT)}
    made = [{"claim": name, "page": pages[name.rpartition(".")[0]]} for name in chapters.claims(ROOT)]
    made = [one for one in made if one["claim"] not in left_out]
    return [*made, *({"claim": name.replace("__", "."), "page": page} for name, page in more.items())]


def agree(root, records):
    pages = {chapter.stem: f"{chapter.docname}.md" for chapter in chapters.chapters(root)}
    events.complain(root, chapters.claims(root), records, pages)


def made_new(root):
    """make new, whose refusal is printed: here it is raised."""
    problem = scaffold._problem(root, "night_sky", "inside")
    if problem:
        raise ValueError(problem)


def matter(root):
    return chapters.chapters(root)


# What asks, the file that is broken, the old text, the new one, words of the message, what stands in the line it names.
CASES = [
    (matter, PAGE, "title: How", "title: How: how", "no YAML", "title: How: how"),
    (matter, PAGE, "---\njupytext:", "---\n- one\n---\n\njupytext:", "'name: value' lines", "- one"),
    (matter, TOC, f"numbers/{STEM}\n", f"numbers/un{STEM}\n", "no such page", f"un{STEM}"),
    (matter, TOC, "parts:\n", "parts: [\n", "no YAML", "- caption"),
    (chapters.claims, CLAIMS, f"{STEM}.C2:", f"{STEM}.C1:", "listed twice", f"{STEM}.C1:"),
    (chapters.claims, CLAIMS, f"{STEM}.C1:\n  said: ", f"{STEM}.C1:\n  said: a: ", "no YAML", "  said: a: "),
    (chapters.update_readme, README, "<!-- /chapters -->", "", "<!-- /chapters -->", "## Chapters"),
    (lambda root: ways.check(root, chapters.chapters(root)), PAGE, "prerequisites: []", f"prerequisites:\n  {STEM}: itself", f"{STEM} needs {STEM}", f"  {STEM}: itself"),
    (ways.paths, PATHS, "  title: ", "  name: ", "lacks 'title'", ":"),
    (ways.paths, PATHS, "    why: ", "    reason: ", "lacks 'why'", "- chapter: "),
    (ways.paths, PATHS, f"chapter: {STEM}\n", "chapter: nosuch\n", "'nosuch' is not a chapter", "chapter: nosuch"),
    (ways.paths, PATHS, "chapter: compound_scaling\n", "chapter: fixmatch\n", "'fixmatch' stands twice", "chapter: fixmatch"),
    (ways.paths, PATHS, "    - chapter: fixmatch\n", "    - chapter: fixmatch\n      without: {fixmatch: x}\n", "does not lack", "chapter: fixmatch"),
    (ways.paths, PAGE, "prerequisites: []", "prerequisites: [sea_ice]", f"'{STEM}' needs 'sea_ice'", f"chapter: {STEM}"),
    (made_new, TOC, f"numbers/{STEM}\n", f"numbers/{STEM}\n      - file: chapters/numbers/night_sky\n", "it is a chapter", "night_sky"),
    (made_new, SMOKE, scaffold.SMOKE_END, "", "must stand here once", "CASES"),
    (made_new, README, "<!-- chapters -->", "", "<!-- chapters -->", "## Chapters"),
    (lambda root: agree(root, recorded(f"{STEM}.C1")), None, "", "", f"does not record {STEM}.C1", f"{STEM}.C1:"),
    (lambda root: agree(root, recorded(none__C1=PAGE)), None, "", "", "none.C1 is recorded, but not listed", "claims.record"),
    (lambda root: agree(root, recorded(gaussian_window__C1=PAGE)), None, "", "", "is recorded 2 times", "C1"),
    (lambda root: agree(root, recorded(fixmatch__C1=PAGE)), None, "", "", "fixmatch.C1 is another chapter's", "claims.record"),
    (lambda root: agree(root, recorded()), CLAIMS, f"{STEM}.C1:\n  said: ", f"{STEM}.C1:\n  words: ", "has no 'said'", f"{STEM}.C1:"),
    (lambda root: agree(root, recorded()), CLAIMS, f"{STEM}.C1:", "none.C1:", "none.C1 is of no chapter", "none.C1:"),
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The sources that are asked, to be broken; the new chapter's page stands there already, unlisted."""
    root = tmp_path_factory.mktemp("book")
    for name in ("chapters", "code"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in (TOC, README, SMOKE):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    return root


def said(copy, ask, file, old, new):
    """The messages of the error that asking raises, with one file broken, in their parts."""
    text = (copy / file).read_text("utf8") if file else ""
    assert old in text, f"{old!r} is not in {file}"
    new_page = copy / "chapters/numbers/night_sky.md"
    try:
        if file:
            (copy / file).write_text(text.replace(old, new, 1), "utf8")
        if "night_sky" in new:
            new_page.write_text("---\ntitle: N\nstem: night_sky\n---\n", "utf8")
        with pytest.raises(ValueError, match=r":\d+: ") as refusal:
            ask(copy)
        return [told.read(message, copy) for message in str(refusal.value).splitlines()]
    finally:
        new_page.unlink(missing_ok=True)
        if file:
            (copy / file).write_text(text, "utf8")


@pytest.mark.parametrize("case", CASES, ids=[f"{one[1]}-{one[4]}" for one in CASES])
def test_what_is_wrong_is_told_with_its_place_and_a_cure(copy, case):
    ask, file, old, new, words, line = case
    found = said(copy, ask, file, old, new)
    assert any(words in one.wrong and line in one.source for one in found), found


def test_the_unbroken_copy_is_silent(copy):
    for ask, file, *_ in CASES:
        if file:
            ask(copy)


def test_a_file_in_the_way_of_make_new_is_named(copy):
    assert told.read(scaffold._problem(copy, "draw", "inside"), copy)[0] == "code/miniatures/draw.py"


def test_no_message_was_forgotten_above(copy, monkeypatch):
    heard = [told.Heard(module, monkeypatch) for module in (chapters, ways, scaffold, events)]
    for ask, file, old, new, *_ in CASES:
        said(copy, ask, file, old, new)
    scaffold._problem(copy, "draw", "inside")
    assert [one for each in heard for one in each.silent()] == []


# -- the form itself ----------------------------------------------------------------------------


def test_a_message_without_its_form_would_be_seen(tmp_path):
    (tmp_path / "a.md").write_text("one\ntwo\n")
    good = messages.told("a.md", 2, "it is not right", "Set it right")
    assert told.read(good, tmp_path) == ("a.md", "two", "it is not right", "Set it right")
    for wrong in ("a.md: it is not right. Set it right.", "a.md:2: it is not right", "a.md:3: it is not right. Set it right."):  # fmt: skip
        with pytest.raises(AssertionError):
            told.read(wrong, tmp_path)


def test_a_message_that_nothing_provokes_would_be_seen(monkeypatch):
    heard = told.Heard(ways, monkeypatch)
    assert len(heard.silent()) == len(told.made_in(ways)) >= 5


def test_a_line_is_found_behind_another():
    text = "a:\n  x: 1\nb:\n  x: 2\n  x: 3\n"
    assert [messages.line_of(text, *patterns) for patterns in (("x:",), ("^b:", "x:"), ("^b:", "x:", "x:"))] == [
        2,
        4,
        5,
    ]
    assert messages.line_of(text, "^b:", "nothing") == 3
    assert messages.line_of(text, "nothing", "^b:") == 1
    assert messages.line_of("", re.escape("a.b")) == 1
