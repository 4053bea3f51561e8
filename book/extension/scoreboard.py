"""All claims with their verdicts: the rows of the scoreboard, its CSV, and what they add up to, in words."""

import csv
import io
import posixpath
import re
from pathlib import Path

from miniatures.claims import VERDICTS
from miniatures_book import chapters, notebooks

COLUMNS = ("claim", "part", "chapter", "said", "figure", "source", "cited", "measured", "seeds", "verdict", "reason", "link")  # fmt: skip
HEADS = (("claim", "Claim"), ("chapter", "Chapter"), ("said", "The article says"), ("measured", "Measured here"), ("seeds", "Seeds"), ("verdict", "Verdict"))  # fmt: skip
DIGITS = re.compile(r"(?<![\w.-])\d")  # 65.8, not ResNet-50, VGG16 or mixed4c


def rows(root: Path, records: list[dict], docname: str) -> list[dict]:
    """A dict of COLUMNS for each record, in the records' order; links are relative to the page `docname`."""
    said, known = chapters.claims(root), {chapter.stem: chapter for chapter in chapters.chapters(root)}
    found = []
    for record in records:
        name = record["claim"]
        chapter = known[name.rpartition(".")[0]]
        page = posixpath.relpath(f"{chapter.docname}.html", posixpath.dirname(docname))
        own = {key: str(said[name][key]) for key in ("said", "figure", "source")}
        own |= {key: record[key] for key in ("claim", "measured", "seeds", "verdict", "reason")}
        own |= {"part": chapters.PARTS[chapter.part][0], "chapter": chapter.title, "link": f"{page}#{anchor(name)}"}
        found.append(own | {"cited": notebooks.cited(root, own["source"], "t")})
    return found


def anchor(claim: str) -> str:
    """Where a claim's verdict stands in its chapter: "fixmatch-C2" of "fixmatch.C2"."""
    return claim.replace(".", "-")


def as_csv(found: list[dict]) -> str:
    """The rows as RFC 4180 has them: a header, lines that end in CRLF, quotes where they are needed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def has_number(row: dict) -> bool:
    """True where the article puts a number, in digits, to what it says."""
    figure = row["figure"]
    return not figure.startswith("none given") and DIGITS.search(figure) is not None


def tally(found: list[dict]) -> dict[str, dict[str, int]]:
    """part -> verdict -> how many, for the parts that have a claim, in the order of the rows."""
    table: dict[str, dict[str, int]] = {}
    for row in found:
        table.setdefault(row["part"], dict.fromkeys(VERDICTS, 0))[row["verdict"]] += 1
    return table


def summary(found: list[dict]) -> list[str]:
    """What held and what did not, as sentences whose numbers are counted from the rows."""
    if not found:
        return ["No chapter has examined a claim yet."]
    counts = {verdict: sum(row["verdict"] == verdict for row in found) for verdict in VERDICTS}
    where = plural(len({row["chapter"] for row in found}), "chapter")
    verdicts = listed([_verb(verdict, count) for verdict, count in counts.items() if count])
    if len(found) == 1:
        return [f"One claim of one chapter was examined: it {found[0]['verdict']}."]
    sentences = [f"{len(found)} claims of {where} were examined: {verdicts}."]
    with_number = [row for row in found if has_number(row)]
    without = [row for row in found if not has_number(row)]
    if with_number and without:
        sentences.append(
            f"For {_number(with_number)} of them the article gives a number in digits: {_hold(with_number, 'of these')}."
        )
        others = (
            f"Of the {len(without)} others, {_hold(without)}."
            if len(without) > 1
            else f"The other {without[0]['verdict']}."
        )
        sentences.append(others)
    else:
        sentences.append(f"For {'none' if without else 'each'} of them the article gives a number in digits.")
    return sentences + _extremes(tally(found))


def _number(found) -> str:
    return "one" if len(found) == 1 else str(len(found))


def _verb(verdict: str, count: int, whose: str = "") -> str:
    """ "one holds in part", "3 hold in part", "none of these holds"."""
    number = {0: "none", 1: "one"}.get(count, str(count))
    words = verdict if count < 2 else verdict.replace("holds", "hold").replace("does", "do")
    return f"{number} {whose} {words}".replace("  ", " ")


def _hold(found, whose: str = "") -> str:
    """How many of the rows hold, with their share; of a single row what became of it."""
    if len(found) == 1:
        return f"it {found[0]['verdict']}"
    held = sum(row["verdict"] == "holds" for row in found)
    share = f" ({100 * held / len(found):.0f} %)" if held else ""
    return _verb("holds", held, whose) + share


def _extremes(table) -> list[str]:
    """Where the largest and where the smallest share holds; nothing where all parts are alike."""
    shares = {part: counts["holds"] / sum(counts.values()) for part, counts in table.items()}
    most, least = max(shares.values()), min(shares.values())
    if most == least:
        return []

    def parts(share):
        named = [part for part in table if shares[part] == share]
        return listed([f"{part} ({table[part]['holds']} of {sum(table[part].values())})" for part in named])

    return [f"The largest share holds in {parts(most)}, the smallest in {parts(least)}."]


def plural(count: int, word: str) -> str:
    """ "one chapter", "2 chapters"."""
    return f"one {word}" if count == 1 else f"{count} {word}s"


def listed(words: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
