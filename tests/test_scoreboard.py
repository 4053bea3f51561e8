"""The scoreboard's rows, their CSV, and the sentences that sum them up."""

import csv
import io
import re
from pathlib import Path

import pytest
from miniatures.claims import VERDICTS
from miniatures_book import chapters, scoreboard

ROOT = Path(__file__).parents[1]


def row(verdict, part="Numbers", figure="none given", chapter="A", **more):
    return {"verdict": verdict, "part": part, "figure": figure, "chapter": chapter} | more


def test_each_number_of_the_summary_is_a_count():
    found = [row("holds", figure="3 %")] * 3 + [row("holds in part", "Video", chapter="B")] * 4
    found += [row("does not hold", "Video", "from 2 to 5", "C"), row("holds", "Video", chapter="C")]
    assert scoreboard.summary(found) == [
        "9 claims of 3 chapters were examined: 4 hold, 4 hold in part and one does not hold.",
        "For 4 of them the article gives a number in digits: 3 of these hold (75 %).",
        "Of the 5 others, one holds (20 %).",
        "The largest share holds in Numbers (3 of 3), the smallest in Video (1 of 6).",
    ]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "No chapter has examined a claim yet."),
        ([row("does not hold")], "One claim of one chapter was examined: it does not hold."),
        ([row("holds")] * 2, "2 claims of one chapter were examined: 2 hold. For none of them the article gives a number in digits."),
        ([row("cannot be tested here", figure="7")] * 2, "2 claims of one chapter were examined: 2 cannot be tested here. For each of them the article gives a number in digits."),
        ([row("holds in part", figure="7"), row("holds")], "2 claims of one chapter were examined: one holds and one holds in part. "
         "For one of them the article gives a number in digits: it holds in part. The other holds."),
        ([row("does not hold", figure="7")] * 2 + [row("does not hold")] * 2, "4 claims of one chapter were examined: 4 do not hold. "
         "For 2 of them the article gives a number in digits: none of these holds. Of the 2 others, none holds."),
    ],
)  # fmt: skip
def test_the_summary_reads_right_with_none_and_one(found, words):
    assert " ".join(scoreboard.summary(found)) == words


def test_parts_with_the_same_share_are_named_together():
    found = [row("holds", "A"), row("holds", "B"), row("does not hold", "C")]
    assert (
        scoreboard.summary(found)[-1]
        == "The largest share holds in A (1 of 1) and B (1 of 1), the smallest in C (0 of 1)."
    )
    assert list(scoreboard.tally(found)) == ["A", "B", "C"]
    assert scoreboard.tally(found)["C"] == dict.fromkeys(VERDICTS, 0) | {"does not hold": 1}


@pytest.mark.parametrize(
    ("figure", "has"),
    [("65 percent", True), ("ε = 0.001 in the picture", True), ("$7.4 billion", True), ("−1", True), ("+1.4 % for MobileNet", True), ("8.4x smaller", True),
     ("none given", False), ("none given; 42.8 % mAP in later papers", False), ("AlexNet, VGG16, ResNet-50", False), ("mixed4c and mixed5b", False), ("many", False)],
)  # fmt: skip
def test_a_number_is_not_a_name_with_a_digit(figure, has):
    assert scoreboard.has_number(row("holds", figure=figure)) is has


def test_the_csv_is_read_back_as_it_was():
    found = [dict.fromkeys(scoreboard.COLUMNS, words) for words in ('say "so", twice', "two\nlines", "σ ≤ 3; −1", " ")]
    text = scoreboard.as_csv(found)
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == found
    assert text.startswith(",".join(scoreboard.COLUMNS) + "\r\n")
    assert text.endswith("\r\n")
    assert not re.search(r"(?<!\r)\n", text.replace("two\nlines", ""))


def test_rows_follow_the_records_and_link_to_their_chapters():
    names = list(chapters.claims(ROOT))[::-1][:5]
    records = [{"claim": name, "measured": "m", "seeds": "s", "verdict": "holds", "reason": "r"} for name in names]
    found = scoreboard.rows(ROOT, records, "chapters/scoreboard")
    assert [one["claim"] for one in found] == names
    pages = {chapter.stem: chapter for chapter in chapters.chapters(ROOT)}
    for one in found:
        stem, _, number = one["claim"].partition(".")
        folder = Path(pages[stem].docname).parent.name
        assert one["link"] == f"{folder}/{stem}.html#{stem}-{number}"
        assert one["part"] == chapters.PARTS[folder][0]
        assert set(one) == set(scoreboard.COLUMNS)
