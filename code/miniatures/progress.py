"""A class's exports of *Your progress* as one table: python -m miniatures.progress *.json

Each file is what the progress page's Export writes. A row is a student, a student's chapter or a student's
exercise (--by); a student is named after the file, or after its folder where the file keeps the export's own name.

An export says what one browser holds. It is signed by nobody: anyone can write one, edit one or hand in a
friend's. --check holds each answer against the book, which shows a file whose "solved" is only a word; it
cannot show who gave the answer. Functions are never run here: a student's code is not the teacher's to trust.
"""

import argparse
import csv
import glob
import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from miniatures import checks
from miniatures.assignment import options_at
from miniatures.checks import several
from miniatures.exercises import exercises, number
from miniatures.wording import plural

VERSION = 1
LARGEST = 1_000_000  # bytes, letters and counts are those of the page's store.js
MOST_EXERCISES, LONGEST_ID, LONGEST_ANSWER, SAFE = 2000, 200, 4000, 2**53 - 1
EXPORT = "miniatures-progress"  # how the page names its file
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what a spreadsheet may take for one
UNITS = ("student", "chapter", "exercise")


class Refused(ValueError):
    """A file that is no export; its text says why."""


@dataclass(frozen=True)
class Entry:
    """What a browser holds of one exercise."""

    tries: int
    solved: bool
    answer: str


@dataclass(frozen=True)
class Export:
    """One file: entries by exercise, and the moment that it says it was written at, or ""."""

    entries: dict[str, Entry]
    date: str


def read(file: Path) -> Export:
    """The export in a file; Refused says what is wrong with it."""
    try:
        if file.stat().st_size > LARGEST:
            raise Refused(f"it is larger than {LARGEST:,} bytes: no export of this book is")
        content = file.read_bytes()
    except OSError as reason:
        raise Refused(f"it cannot be read: {reason.strerror}") from None
    if not content.strip():
        raise Refused("it is empty")
    return parsed(content)


def parsed(content: bytes) -> Export:
    """The export in the bytes of a file; Refused says what is wrong with them.

    >>> parsed(b'{"version": 1, "exercises": {"demo-1": {"tries": 2, "solved": true, "answer": "0.5"}}}').entries
    {'demo-1': Entry(tries=2, solved=True, answer='0.5')}
    """
    try:
        value = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_single, parse_constant=_no_number)
    except Refused:
        raise
    except json.JSONDecodeError as reason:
        raise Refused(
            f"it is damaged: no JSON from line {reason.lineno}, column {reason.colno} on ({reason.msg})"
        ) from None
    except (ValueError, RecursionError) as reason:  # no UTF-8, a number of ten thousand digits, a tower of brackets
        raise Refused(f"it is damaged: {str(reason).partition(':')[0]}") from None
    if not isinstance(value, dict) or "version" not in value:
        raise Refused("it is no export: “Export” on the progress page writes one")
    if value["version"] != VERSION or isinstance(value["version"], bool):
        raise Refused(f"it is of version {str(value['version'])[:40]}; this program reads version {VERSION}")
    return Export(_entries(value.get("exercises")), _date(value.get("date")))


def _single(pairs):
    names = Counter(name for name, _ in pairs)
    doubled = [name for name, count in names.items() if count > 1]
    if doubled:
        raise Refused(f"it names {doubled[0][:LONGEST_ID]!r} more than once")
    return dict(pairs)


def _no_number(name):
    raise Refused(f"it is damaged: {name} is no number of JSON")


def _entries(found) -> dict[str, Entry]:
    if not isinstance(found, dict) or len(found) > MOST_EXERCISES:
        raise Refused(f"its “exercises” must be an object with {MOST_EXERCISES} of them at most")
    for name, entry in found.items():
        if len(name) > LONGEST_ID or not _valid(entry):
            raise Refused(f"what it says of {name[:LONGEST_ID]!r} is not what the page writes")
    return {name: Entry(entry["tries"], entry["solved"], entry["answer"]) for name, entry in found.items()}


def _valid(entry) -> bool:
    return (
        isinstance(entry, dict)
        and type(entry.get("tries")) is int
        and 0 <= entry["tries"] <= SAFE
        and type(entry.get("solved")) is bool
        and isinstance(entry.get("answer"), str)
        and len(entry["answer"]) <= LONGEST_ANSWER
    )


def _date(text) -> str:
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds")
    except (TypeError, ValueError):
        return ""


def confirmed(id: str, entry: Entry) -> str:
    """Whether the answer that is there solves the exercise: "yes", "no", or why it was not looked at.

    >>> confirmed("gaussian_window-1", Entry(3, True, "12 miles"))
    'no'
    """
    exercise = _known(checks.text("id", id).rpartition("-")[0]).get(id)
    if exercise is None:
        return "unknown exercise"
    if exercise.kind == "code":
        return "code is not run"
    try:
        if exercise.kind == "number":  # the page knows answers in steps of a fifth of the tolerance
            return _word(abs(number(entry.answer) - exercise.answer) <= 1.2 * exercise.tolerance)
        return _word(exercise.feedback(options_at(exercise, entry.answer.split(","))).correct)
    except ValueError:
        return "no"


def _word(true: bool) -> str:
    return "yes" if true else "no"


def _known(stem: str) -> dict:
    """The exercises of a chapter by id; none where the book has no such chapter."""
    try:
        return {exercise.id: exercise for exercise in exercises(stem)}
    except ValueError:
        return {}


def students(files: list[Path]) -> dict[Path, str]:
    """A name for each file: its own, or its folder's where it has the export's; with more of the path where two would agree.

    >>> [*students([Path("ada.json"), Path("bob/miniatures-progress-2026-11-26.json")]).values()]
    ['ada', 'bob']
    >>> [*students([Path("a/ada.json"), Path("b/ada.json")]).values()]
    ['a/ada', 'b/ada']
    """
    for place, file in enumerate(several("files", files)):
        if not isinstance(file, Path):
            raise ValueError(f"files[{place}]={file!r:.60} must be a Path")
    names = {file: _student(file) for file in files}
    count = Counter(names.values())
    return {file: name if count[name] == 1 else (file.parent / file.stem).as_posix() for file, name in names.items()}


def _student(file: Path) -> str:
    return file.parent.name if file.stem.startswith(EXPORT) and file.parent.name else file.stem


def table(exports: dict[str, Export], by: str = "student", check: bool = False) -> tuple[list[str], list[list]]:
    """Heads and rows of the table of exports by student; `by` is one of student, chapter, exercise."""
    if by not in UNITS:
        raise ValueError(f"by={by!r} must be one of {', '.join(UNITS)}")
    if by == "student":
        heads = ["student", "exported", "tried", "solved"]
        rows = [[name, one.date, *_counts(one.entries, check)] for name, one in exports.items()]
    elif by == "chapter":
        heads = ["student", "chapter", "exercises", "tried", "solved"]
        stems = sorted({id.rpartition("-")[0] for one in exports.values() for id in one.entries})
        rows = [_chapter_row(name, stem, one, check) for name, one in exports.items() for stem in stems]
    else:
        heads = ["student", "exercise", "tries", "solved", "answer"]
        rows = [
            [name, id, entry.tries, _word(entry.solved), entry.answer, *([confirmed(id, entry)] if check else [])]
            for name, one in exports.items()
            for id, entry in sorted(one.entries.items(), key=_place)
        ]
    return [*heads, *(["confirmed"] if check else [])], rows


def _chapter_row(name, stem, export, check):
    own = {id: entry for id, entry in export.entries.items() if id.rpartition("-")[0] == stem}
    return [name, stem, len(_known(stem)) or "", *_counts(own, check)]


def _counts(entries, check):
    solved = {id: entry for id, entry in entries.items() if entry.solved}
    counts = [sum(entry.tries > 0 for entry in entries.values()), len(solved)]
    return [*counts, *([sum(confirmed(id, entry) == "yes" for id, entry in solved.items())] if check else [])]


def _place(item):
    stem, _, count = item[0].rpartition("-")
    return stem, int(count) if count.isdecimal() else 0, item[0]


def cell(value):
    """A value as a spreadsheet may have it: a text that it could take for a formula is quoted.

    >>> cell("=1+1"), cell("@SUM(A1)"), cell("Ada"), cell(-3)
    ("'=1+1", "'@SUM(A1)", 'Ada', -3)
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\0", "").replace("\r", "\n")  # neither survives in CSV
    return f"'{text}" if text.lstrip(" \n\v\f\xa0").startswith(FORMULA) else text


def write(file, heads: list[str], rows: list[list]) -> None:
    """The table as CSV."""
    heads = several("heads", heads)
    rows = [several(f"rows[{number}]", row) for number, row in enumerate(several("rows", rows))]
    out = csv.writer(file, lineterminator="\n")
    out.writerow(heads)
    out.writerows([cell(value) for value in row] for row in rows)


def collect(named: list[str]) -> tuple[dict[str, Export], list[str], list[str]]:
    """(exports by student, notes, refusals) of files, folders and patterns; each refusal names its file."""
    files, notes = _files(
        [checks.text(f"named[{number}]", name) for number, name in enumerate(several("named", named))]
    )
    exports, refusals, contents = {}, [], {}
    for file, student in students(files).items():
        try:
            exports[student] = read(file)
        except Refused as reason:
            refusals.append(f"{file}: {reason}")
            continue
        same = contents.setdefault(file.read_bytes(), student)
        if same != student:
            notes.append(f"{file}: the same, byte for byte, as that of {same}; both are in the table")
    return exports, notes, refusals


def _files(named):
    """The files that are meant, each once, and what is to be said of doubles."""
    found: dict[Path, Path] = {}
    notes = []
    for name in named:
        place = Path(name)
        inside = sorted(place.rglob("*.json")) if place.is_dir() else []
        matched = [] if place.exists() else [Path(one) for one in sorted(glob.glob(name, recursive=True))]
        for file in inside or matched or [place]:
            if file.resolve() in found:
                notes.append(f"{file}: named twice; it counts once")
            else:
                found[file.resolve()] = file
    return list(found.values()), notes


def summary(exports: dict[str, Export], refusals: list[str]) -> list[str]:
    """What a teacher wants to know first."""
    said = [f"{plural(len(exports), 'export')} read, {plural(len(several('refusals', refusals)), 'file')} refused"]
    solved = sorted(sum(entry.solved for entry in one.entries.values()) for one in exports.values())
    if solved:
        middle = (solved[(len(solved) - 1) // 2] + solved[len(solved) // 2]) / 2
        said.append(f"solved: median {middle:g}, from {solved[0]} to {solved[-1]}")
    strange = {id for one in exports.values() for id in one.entries if id not in _known(id.rpartition("-")[0])}
    if strange:
        said.append(f"not in this version of the book: {', '.join(sorted(strange)[:5])}{', …' * (len(strange) > 5)}")
    return said


def printable(text: str) -> str:
    """A line for the terminal: what a file's name could move the cursor with becomes a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in checks.text("text", text))


def _main(arguments: list[str] | None = None) -> int:
    """0 where every file was read, 1 where one was refused, 2 where the table could not be written.

    >>> _main(["nowhere.json"])
    student,exported,tried,solved
    1
    """
    options = argparse.ArgumentParser(prog="python -m miniatures.progress", description=__doc__.split("\n\n")[0])
    options.add_argument("file", nargs="+", help="an export, a folder with exports, or a pattern such as class/*.json")
    options.add_argument("--by", choices=UNITS, default=UNITS[0], help="what a row is (default: %(default)s)")
    options.add_argument("--check", action="store_true", help="hold each answer against the book; code is not run")
    options.add_argument("--out", type=Path, help="the CSV file to write; without it the table goes to stdout")
    given = options.parse_args(arguments)
    exports, notes, refusals = collect(given.file)
    made = table(exports, given.by, given.check)
    try:
        if given.out:
            with given.out.open("w", newline="", encoding="utf-8-sig") as file:  # by the mark Excel knows UTF-8
                write(file, *made)
        else:
            write(sys.stdout, *made)
    except OSError as reason:
        print(printable(f"{given.out or 'stdout'}: it cannot be written: {reason.strerror}"), file=sys.stderr)
        return 2
    for line in [*notes, *(f"refused  {one}" for one in refusals), *summary(exports, refusals)]:
        print(printable(line), file=sys.stderr)
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(_main())
