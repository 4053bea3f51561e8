"""A class's progress exports as a table: what is right is counted, what is wrong is named, and neither disturbs the other."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import progress
from miniatures.exercises import exercises
from miniatures.progress import Entry, Refused

STEM = "gaussian_window"
OF_KIND = {exercise.kind: exercise for exercise in exercises(STEM)}
WHEN = "2026-11-26T15:54:00.123Z"


def page_answer(exercise, answer):
    """An answer as the page stores it."""
    if exercise.kind == "choice":
        return str(exercise.options.index(answer))
    return ",".join(str(exercise.options.index(one)) for one in answer) if exercise.kind == "order" else str(answer)


def export(entries, **changed):
    found = {
        id: {"tries": tries, "solved": solved, "answer": answer} for id, (tries, solved, answer) in entries.items()
    }
    return json.dumps({"version": 1, "date": WHEN, "exercises": found} | changed, indent=1)


def solved_all():
    return export({one.id: (2, True, page_answer(one, one.answer)) for one in exercises(STEM)})


@pytest.fixture
def class_of(tmp_path):
    """class_of(name=text or bytes) -> the files, in a folder of their own."""

    def write(**texts):
        for name, text in texts.items():
            file = tmp_path / f"{name}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def run(capsys, *arguments):
    """Exit code, rows of the table, what was said beside it."""
    code = progress._main([str(one) for one in arguments])
    out = capsys.readouterr()
    return code, list(csv.DictReader(io.StringIO(out.out))), out.err


def test_a_row_is_a_student(capsys, class_of):
    half = export({"gaussian_window-5": (3, False, "1"), "fixmatch-1": (1, True, "2"), "fixmatch-2": (0, False, "")})
    code, rows, said = run(capsys, class_of(ada=solved_all(), bob=half))
    assert code == 0
    count = str(len(exercises(STEM)))
    assert rows == [
        {"student": "ada", "exported": "2026-11-26T15:54:00+00:00", "tried": count, "solved": count},
        {"student": "bob", "exported": "2026-11-26T15:54:00+00:00", "tried": "2", "solved": "1"},
    ]
    assert said.splitlines() == ["2 exports read, 0 files refused", f"solved: median {(int(count) + 1) / 2:g}, from 1 to {count}"]  # fmt: skip


def test_a_row_is_a_chapter_or_an_exercise(capsys, class_of):
    folder = class_of(ada=solved_all(), bob=export({"fixmatch-1": (4, True, "2")}))
    _, rows, _ = run(capsys, folder, "--by", "chapter")
    assert [(row["student"], row["chapter"], row["solved"]) for row in rows] == [
        ("ada", "fixmatch", "0"), ("ada", STEM, str(len(exercises(STEM)))), ("bob", "fixmatch", "1"), ("bob", STEM, "0"),
    ]  # fmt: skip
    assert {row["exercises"] for row in rows if row["chapter"] == STEM} == {str(len(exercises(STEM)))}
    _, rows, _ = run(capsys, folder, "--by", "exercise")
    assert [row["exercise"] for row in rows if row["student"] == "ada"] == [one.id for one in exercises(STEM)]
    assert rows[-1] == {"student": "bob", "exercise": "fixmatch-1", "tries": "4", "solved": "yes", "answer": "2"}


def test_solved_is_only_a_word_until_the_answer_is_held_against_the_book(capsys, class_of):
    """Every kind right, then every typical mistake that claims to be solved; code is never run."""
    forged = {}
    for one in exercises(STEM):
        wrong = one.mistakes[0].answer
        forged[one.id] = (1, True, wrong if one.kind == "code" else page_answer(one, wrong))
    _, rows, _ = run(capsys, class_of(ada=solved_all(), eve=export(forged)), "--by", "exercise", "--check")
    found = {(row["student"], row["exercise"]): row["confirmed"] for row in rows}
    for one in exercises(STEM):
        expected = ("code is not run", "code is not run") if one.kind == "code" else ("yes", "no")
        assert (found["ada", one.id], found["eve", one.id]) == expected
    assert set(OF_KIND) == {"number", "choice", "order", "code"}
    _, (ada, eve), _ = run(capsys, class_of(), "--check")
    closed = sum(one.kind != "code" for one in exercises(STEM))
    assert (ada["confirmed"], eve["confirmed"], eve["solved"]) == (str(closed), "0", str(closed + 1))


def test_code_is_not_run(tmp_path):
    mark = tmp_path / "ran"
    code = f"open({str(mark)!r}, 'w')\ndef cut_kernel(sigma, radius):\n    return []"
    assert progress.confirmed(OF_KIND["code"].id, Entry(1, True, code)) == "code is not run"
    assert not mark.exists()


@pytest.mark.parametrize("answer", ["", "12 miles", "-1", "99", "0,0,0,0", "0,1", "x,y", "9" * 4000, "²"])
@pytest.mark.parametrize("kind", ["number", "choice", "order"])
def test_an_answer_that_is_none_confirms_nothing(kind, answer):
    if OF_KIND[kind].kind == "number" or answer != str(OF_KIND["choice"].options.index(OF_KIND["choice"].answer)):
        assert progress.confirmed(OF_KIND[kind].id, Entry(1, True, answer)) == "no"


def test_an_exercise_that_the_book_does_not_have_is_named(capsys, class_of):
    folder = class_of(ada=export({"no_such-1": (1, True, "1"), "../etc-1": (1, True, "1"), "os-1": (1, True, "1")}))
    code, (row,), said = run(capsys, folder, "--check")
    assert (code, row["solved"], row["confirmed"]) == (0, "3", "0")
    assert "not in this version of the book: ../etc-1, no_such-1, os-1" in said


BAD = {
    "empty": (b"", "it is empty"),
    "blank": (b" \n\t", "it is empty"),
    "cut": (solved_all()[:200], r"it is damaged: no JSON from line \d+, column \d+ on"),
    "binary": (b"PK\x03\x04\xff\xfe\x00", "it is damaged"),
    "deep": ("[" * 200_000, "it is damaged"),
    "long": ('{"version": ' + "9" * 5000 + "}", "it is damaged"),
    "nan": ('{"version": NaN, "exercises": {}}', "NaN is no number of JSON"),
    "newer": (export({}, version=2), "it is of version 2; this program reads version 1"),
    "true": (export({}, version=True), "it is of version True"),
    "other": ('{"hello": 1}', "it is no export"),
    "list": ("[1, 2]", "it is no export"),
    "doubled": ('{"version": 1, "exercises": {"a-1": {}, "a-1": {}}}', "it names 'a-1' more than once"),
    "negative": (export({"a-1": (-1, True, "")}), "what it says of 'a-1' is not what the page writes"),
    "fraction": (export({"a-1": (1.5, True, "")}), "what it says of 'a-1'"),
    "shout": (export({"a-1": (1, "yes", "")}), "what it says of 'a-1'"),
    "book": (export({"a-1": (1, True, "x" * 4001)}), "what it says of 'a-1'"),
    "name": (export({"a" * 201: (1, True, "")}), "what it says of 'aaa"),
    "many": (export({f"a-{n}": (1, True, "") for n in range(2001)}), "with 2000 of them at most"),
    "huge": (b" " * 1_000_001, "it is larger than 1,000,000 bytes"),
}


def test_what_is_wrong_is_named_and_nothing_of_the_others_is_lost(capsys, class_of):
    folder = class_of(ada=solved_all(), zoe=solved_all() + "\n", **{name: text for name, (text, _) in BAD.items()})
    code, rows, said = run(capsys, folder)
    assert code == 1
    assert [(row["student"], row["solved"]) for row in rows] == [(name, str(len(exercises(STEM)))) for name in ("ada", "zoe")]  # fmt: skip
    refused = {line.split(": ", 1)[0].removeprefix("refused  "): line for line in said.splitlines() if ": it" in line or "what it says" in line}  # fmt: skip
    assert len(refused) == len(BAD)
    for name, (_, complaint) in BAD.items():
        line = refused[str(folder / f"{name}.json")]
        assert re.search(complaint, line)
        assert len(line) < len(str(folder)) + 300
    assert f"2 exports read, {len(BAD)} files refused" in said


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere/*.json"])
def test_a_file_that_is_not_there(capsys, tmp_path, name):
    code, rows, said = run(capsys, tmp_path / name)
    assert (code, rows) == (1, [])
    assert f"{name}: it cannot be read: No such file" in said


def test_a_file_that_may_not_be_read(capsys, class_of, monkeypatch):
    folder, read = class_of(ada=solved_all(), bob=solved_all() + " "), Path.read_bytes

    def allowed(file):
        if file.name == "bob.json":  # root, who runs some tests, may read whatever has no permission
            raise PermissionError(13, "Permission denied")
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", allowed)
    code, rows, said = run(capsys, folder)
    assert (code, len(rows)) == (1, 1)
    assert "bob.json: it cannot be read: Permission denied" in said


def test_what_is_handed_in_twice_is_told(capsys, class_of):
    folder = class_of(ada=solved_all(), bob=solved_all())
    code, rows, said = run(capsys, folder, folder / "ada.json", folder / "*.json")
    assert (code, [row["student"] for row in rows]) == (0, ["ada", "bob"])
    assert "bob.json: the same, byte for byte, as that of ada; both are in the table" in said
    assert said.count("named twice; it counts once") == 3


def test_students_are_told_apart_by_their_folders(capsys, class_of):
    name = "miniatures-progress-2026-11-26"
    class_of(**{f"{who}/{name}": export({f"a-{n}": (1, True, "")}) for n, who in enumerate(("ada", "bob"), 1)})
    folder = class_of(**{"1/eve": export({}), "2/eve": export({"a-1": (1, False, "")}), f"ada/{name} (1)": export({})})
    _, rows, _ = run(capsys, folder)
    assert len(rows) == 5
    assert {row["student"] for row in rows} == {
        "bob", *((folder / one).as_posix() for one in ("1/eve", "2/eve", f"ada/{name}", f"ada/{name} (1)")),
    }  # fmt: skip


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "=HYPERLINK(\"http://x\")", '=cmd|" /C calc"!A0', "\0=1"]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_reaches_a_spreadsheet_as_a_formula(capsys, class_of, text):
    folder = class_of(ada=export({text: (1, True, text)}))
    code, (row,), _ = run(capsys, folder, "--by", "exercise")
    assert code == 0
    assert [row["exercise"][0], row["answer"][0]] == ["'", "'"]
    assert row["answer"] == "'" + text.replace("\0", "").replace("\r", "\n")


def test_a_hostile_name_of_a_file_moves_neither_cells_nor_the_terminal(capsys, class_of):
    folder = class_of(**{"=2+3": solved_all(), "\x1b[2J\n@evil": "{"})
    code, (row,), said = run(capsys, folder)
    assert (code, row["student"]) == (1, "'=2+3")
    assert "?[2J?@evil.json: it is damaged" in said
    assert "\x1b" not in said


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["version", "exercises", "tries", "solved", "answer", "a-1"]), inner, max_size=4),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_anything_else_is_refused_with_a_sentence(content):
    said, found = "", {}
    try:
        found = progress.parsed(content).entries
    except Refused as reason:
        said = str(reason)
    assert said == "" or said.startswith(("it ", "its ", "what "))
    assert all(isinstance(entry, Entry) for entry in found.values())


def test_the_table_goes_to_a_file_that_excel_reads(capsys, class_of):
    folder = class_of(Zoë=solved_all())
    out = folder / "grades.csv"
    assert progress._main([str(folder), "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfstudent,exported,tried,solved\nZo\xc3\xab,")
    assert capsys.readouterr().out == ""
    assert progress._main([str(folder / "Zoë.json"), "--out", str(folder / "no" / "where.csv")]) == 2
    assert "where.csv: it cannot be written" in capsys.readouterr().err


def test_the_command_line_is_that_of_the_page(class_of):
    """As a teacher types it, in a process of its own: the table alone on stdout, the exit code says that one was refused."""
    folder = class_of(ada=solved_all(), bob="")
    command = [sys.executable, "-m", "miniatures.progress", *map(str, sorted(folder.glob("*.json"))), "--by", "chapter"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["student,chapter,exercises,tried,solved", f"ada,{STEM},{len(exercises(STEM))},{len(exercises(STEM))},{len(exercises(STEM))}"]  # fmt: skip
    assert "bob.json: it is empty" in done.stderr


def test_limits_are_those_of_the_page():
    source = (Path(__file__).parents[1] / "book/runtime/src/store.js").read_text("utf8")
    for name, value in (("VERSION", progress.VERSION), ("LONGEST", progress.LONGEST_ID), ("MOST", progress.MOST_EXERCISES), ("MOST_ANSWER", progress.LONGEST_ANSWER)):  # fmt: skip
        assert f"const {name} = {value};" in source
