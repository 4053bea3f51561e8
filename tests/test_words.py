"""Symbols of all legends in one list, and what the glossary lists."""

from pathlib import Path

import pytest
from miniatures_book import chapters, words

ROOT = Path(__file__).parents[1]


@pytest.fixture
def book(tmp_path):
    """book({stem: lines of its legend}) -> the chapters of a book of modules with these legends."""
    (tmp_path / "code" / "miniatures").mkdir(parents=True)

    def made(legends):
        for stem, lines in legends.items():
            text = "\n".join(["A module.", "", *lines])
            (tmp_path / "code" / "miniatures" / f"{stem}.py").write_text(f'r"""{text}\n"""\n', "utf8")
        return [chapters.Chapter(f"chapters/numbers/{stem}", {"stem": stem}) for stem in legends]

    made.root = tmp_path
    return made


def test_a_symbols_meanings_stand_together_in_the_order_of_the_book(book):
    found = book({"one": ["b  width", "a  length"], "two": ["a  area", "b  width"]})
    listed = [(symbol, meaning, [one.stem for one in users]) for symbol, meaning, users in chapters.symbols(book.root, found)]  # fmt: skip
    assert listed == [("a", "length", ["one"]), ("a", "area", ["two"]), ("b", "width", ["one", "two"])]


def test_symbols_are_sorted_by_letter_latin_before_greek(book):
    ordered = ["a", "a, b", "A", "AP, mAP", "n", "|N|_p", "RF", "z", "alpha", "α, rate", "ε, epsilon", "Θ", "sigma", "σ, noise", "φ"]  # fmt: skip
    found = book({"one": [f"{symbol}  meaning of {symbol}" for symbol in reversed(ordered)]})
    assert [symbol for symbol, *_ in chapters.symbols(book.root, found)] == ordered


def test_greek_letters_are_known_by_their_names():
    assert [chapters.GREEK[name] for name in ("alpha", "epsilon", "lambda", "sigma", "tau", "phi", "omega")] == list("αελστφω")  # fmt: skip


def test_each_legend_line_of_the_book_is_listed_once():
    found = chapters.chapters(ROOT)
    listed = [(symbol, meaning, one.stem) for symbol, meaning, users in chapters.symbols(ROOT, found) for one in users]
    lines = [(*line, chapter.stem) for chapter in found for line in chapters.legend(ROOT, chapter.stem)]
    assert sorted(listed) == sorted(lines)


def test_the_glossary_has_its_words_alone_and_sorted(tmp_path):
    (tmp_path / "chapters").mkdir()
    text = "# Glossary\n\nWords.\n\n```{glossary}\n:sorted:\nalpha\n  A share.\n\n  More of it.\n\nleft-right check\nother name\n  Two names.\n```\n\nEnd.\n"
    (tmp_path / "chapters" / "glossary.md").write_text(text)
    assert words.glossary(tmp_path) == ["alpha", "left-right check", "other name"]
    assert words.glossary(tmp_path / "nowhere") == []
    listed = words.glossary(ROOT)
    plain = [term.lower().translate(str.maketrans("éêä", "eea")).replace("-", " ").replace("'", "") for term in listed]
    assert plain == sorted(plain)
    assert len(set(plain)) == len(plain)
