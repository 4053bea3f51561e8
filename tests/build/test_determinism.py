"""Two clean builds, in different folders and surroundings, give identical bytes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from surroundings import HERE, THERE


def test_two_clean_builds_are_identical_file_by_file(book, rebuilt):
    here, there = book.files(), rebuilt.files()
    assert len(str(book.root)) != len(str(rebuilt.root))
    assert here.keys() == there.keys()
    different = {name: position(here[name], there[name]) for name in here if here[name] != there[name]}
    assert not different
    assert "chapters/inside/night_sky.html" in here
    assert len(here) > 50


def test_the_two_surroundings_share_nothing_that_a_build_could_let_through():
    assert not [name for name in HERE.keys() & THERE.keys() if HERE[name] == THERE[name]]
    now = datetime.now(ZoneInfo(HERE["TZ"]))
    assert now.date() != now.astimezone(ZoneInfo(THERE["TZ"])).date()


def position(one: bytes, other: bytes) -> str:
    """The first place where two files differ."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 60) : at + 60]!r} against {other[max(0, at - 60) : at + 60]!r}"


def test_the_comparison_can_fail():
    assert position(b"abcd", b"abXd") == "b'abcd' against b'abXd'"
    assert position(b"ab", b"abc") == "b'ab' against b'abc'"


def test_no_file_names_the_folder_it_was_built_in(book, rebuilt):
    for one in (book, rebuilt):
        for name, content in one.files().items():
            assert str(one.root).encode() not in content, name


def test_results_of_cells_are_the_same_too(book, rebuilt):
    here, there = (
        {file.name: file.read_bytes() for file in (one.root / "_build/executed").iterdir()} for one in (book, rebuilt)
    )
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
