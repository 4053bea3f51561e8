"""The teaching files: what is wrong with one is told with file, line and cure; what their pages are made of."""

import itertools
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from docutils import nodes
from miniatures.exercises import exercises
from miniatures_book import __main__, chapters, lessons, teaching

ROOT = Path(__file__).parents[1]
STEM = "gaussian_window"
DOCNAME = f"chapters/numbers/{STEM}"
FILE = teaching.file_of(STEM)
PAGE = (ROOT / f"{DOCNAME}.md").read_text("utf8")
GOOD = (ROOT / FILE).read_text("utf8")
CHAPTER = next(one for one in chapters.chapters(ROOT) if one.stem == STEM)
QUESTION = GOOD[GOOD.index("discussion:\n") + len("discussion:\n") :]


def told(root, text, page=PAGE):
    """What is said of a teaching file with this text."""
    file = root / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf8")
    return list(teaching.problems(root, DOCNAME, page))


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


# What stands in the good file, what takes its place, the text whose line is named, what is said, and its cure.
BREAKS = {
    "empty": (GOOD, "", "", "each as 'name: value', not None", "See chapters"),
    "a_list": (GOOD, "- a\n", "- a", "not ['a']", "See chapters"),
    "no_yaml": ("plan:\n", "plan: a: b\n", "plan: a: b", "this is no YAML", "Quote a text that holds a colon"),
    "twice": ("misconceptions:\n", "plan: []\nmisconceptions:\n", "plan: []", "'plan' stands twice", "Join the two"),
    "no_plan": ("plan:\n", "plans:\n", "plans:", "nothing reads 'plans'", "Use one of plan, misconceptions, discussion"),
    "no_discussion": (f"discussion:\n{QUESTION}", "", "# What", "'discussion' is missing", "Add it"),
    "no_list": (f"discussion:\n{QUESTION}", "discussion: some\n", "discussion", "must be a list of 3 to 5 items, and has none", "Add, join"),
    "too_few": (QUESTION, "  - question: Why?\n    listen_for: Because.\n", "discussion", "list of 3 to 5 items, and has 1", "Add, join"),
    "no_pair": (QUESTION, "  - Why?\n  - How?\n  - When?\n", "  - Why?", "here stand question, listen_for", "See chapters"),
    "no_key": ("    listen_for: >-", "    listens_for: >-", "    listens_for", "nothing reads 'listens_for'", "Use one of question, listen_for"),
    "empty_text": (QUESTION, "  - question: ' '\n    listen_for: b\n" * 3, "  - question", "question is empty", "Write it"),
    "no_text": (QUESTION, "  - question: a\n    listen_for: 12\n" * 3, "    listen_for: 12", "listen_for must be a text, not 12", "in quotes"),
    "half_minutes": ("minutes: 6", "minutes: 6.5", "- minutes: 6.5", "a whole number from 1, not 6.5", "how long"),
    "true_minutes": ("minutes: 6", "minutes: yes", "- minutes: yes", "a whole number from 1, not True", "how long"),
    "no_minutes": ("minutes: 6", "minutes: 0", "- minutes: 0", "a whole number from 1, not 0", "how long"),
    "too_long": ("minutes: 6", "minutes: 60", "plan:", "the plan takes 110 minutes, where the page says 40", "Make it 40 to 60"),
    "section": ("section: Solve for x", "section: Solve for y", "section: Solve for y", "'Solve for y' is no heading", "such as 'Solve for x'"),
    "exercise": ("exercise: gaussian_window-1\n", "exercise: fixmatch-1\n", "exercise: fixmatch-1", "'fixmatch-1' is no exercise of the chapter", "one of gaussian_window-1,"),
    "named_exercise": ("answers gaussian_window-2", "answers gaussian_window-99", "    do: >-\n      One at the board", "gaussian_window-99 is no exercise", "one of gaussian_window-1,"),
    "choice": ("It grows all the way.", "It grows.", "answer: It grows", "'It grows.' is no typical mistake of gaussian_window-1", "Write one of It grows all the way. | It grows, then"),
    "number": ('"398.82"', '"398"', 'answer: "398"', "'398' is no typical mistake of gaussian_window-4", "Write one of 398.817 | 3.5 | 3.33333"),
    "right": ('"398.82"', '"3.22"', 'answer: "3.22"', "'3.22' is no typical mistake", "or leave it out"),
    "words": ('"398.82"', "many", "answer: many", "'many' is no typical mistake", "or leave it out"),
    "function": ("exercise: gaussian_window-10\n", "exercise: gaussian_window-10\n    answer: 7\n", "answer: 7", "7 is no typical mistake", "Leave the answer out"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_wrong_is_told_with_file_line_and_cure(tmp_path, name):
    old, new, part, words, cure = BREAKS[name]
    assert old in GOOD, f"{old!r} no longer stands in {FILE}"
    text = GOOD.replace(old, new, 1)
    said = told(tmp_path, text)
    assert all(re.fullmatch(rf"{FILE}:\d+: .+", message, re.S) for message in said)
    here = f"{FILE}:{line_of(text, part)}: "
    assert any(message.startswith(here) and words in message and cure in message for message in said), (here, said)


def test_the_good_file_and_a_missing_one(tmp_path):
    assert told(tmp_path, GOOD) == []
    shutil.rmtree(tmp_path / "chapters")
    (said,) = teaching.problems(tmp_path, DOCNAME, PAGE)
    assert said.startswith(f"{FILE}:1: there is no such file. Copy the form of book/template/teaching.yml")


def test_a_page_that_changes_is_held_against_its_file(tmp_path):
    (said,) = told(tmp_path, GOOD, PAGE.replace("### Solve for x", "### Solve it"))
    assert f"{FILE}:{line_of(GOOD, 'section: Solve for x')}: 'Solve for x' is no heading" in said
    (said,) = told(tmp_path, GOOD, PAGE.replace("minutes: 40", "minutes: 30"))
    assert "Make it 30 to 45" in said


def test_a_comment_in_a_cell_is_no_heading():
    assert teaching.headings("---\na: 1\n---\n# One\n\n```{code-cell}\n# two\n```\n\n### Three $x$ \n") == [
        "One",
        "Three $x$",
    ]


def test_a_step_may_stand_at_no_section(tmp_path):
    text = GOOD.replace("section: Solve for x", "section: null")
    assert told(tmp_path, text) == []
    found = teaching.lesson(ROOT, CHAPTER)
    found["plan"][2]["section"] = None
    assert "*16 to 26 min*\n" in lessons.plan(CHAPTER, found)


@pytest.mark.parametrize(
    ("id", "given", "right"),
    [
        ("gaussian_window-3", "159.2", 159.15494309189535),
        ("gaussian_window-3", 1000, 1000),
        ("gaussian_window-3", "398.94", None),
        ("geometric_series-6", [3, 17, 22, 31, 39], ("3", "17", "22", "31", "39")),
        ("geometric_series-6", "22, 17, 3, 39, 31", ("22", "17", "3", "39", "31")),
        ("geometric_series-6", ["31", "39", "3", "17", "22"], None),
        ("geometric_series-7", "At both.", "At both."),
        ("geometric_series-7", "Only at z = −2.9.", None),
        ("gaussian_window-10", "cut_kernel", None),
    ],
)
def test_the_typical_mistake_that_is_meant(id, given, right):
    exercise = next(one for one in exercises(id.rpartition("-")[0]) if one.id == id)
    found = teaching.mistake(exercise, given)
    assert (found and found.answer) == right


def test_the_clock_runs_through_the_plan_and_exercises_are_links():
    text = lessons.plan(CHAPTER, teaching.lesson(ROOT, CHAPTER))
    times = re.findall(r"\*(\d+) to (\d+) min\*", text)
    assert times[0][0] == "0"
    assert int(times[-1][1]) == lessons.minutes(teaching.lesson(ROOT, CHAPTER))
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(times))
    assert "{ref}`exercise\u00a02 <exercise-gaussian_window-2>`" in text
    assert f"[Solve for x](/{DOCNAME}.md#solve-for-x)" in text


def test_of_a_mistaken_function_the_lines_that_differ():
    exercise = next(one for one in exercises(STEM) if one.kind == "code")
    shown = [lessons.differing(one.answer, exercise.answer) for one in exercise.mistakes]
    assert shown[0] == "return weights / (sigma * np.sqrt(2 * np.pi))"
    assert len(set(shown)) == len(shown)
    assert lessons.differing("a = 1\n", "a = 1\nb = 2\n") == "a = 1\n"


def test_the_answer_of_a_slip_is_text_and_not_markdown():
    exercise = next(one for one in exercises(STEM) if one.kind == "number")
    item = lessons.slip(exercise.mistakes[0], exercise)
    assert isinstance(item, nodes.list_item)
    assert item.astext() == f"“21”. {exercise.mistakes[0].message}"


def test_make_builds_the_key_apart_and_zip_refuses_it():
    def planned(*words):
        return subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True, text=True, check=False)

    assert "build --clean --key" in planned("book", "KEY=1", "SERVE=0").stdout
    assert "--key" not in planned("book", "SERVE=0").stdout + planned("book", "SERVE=0", "KEY=0").stdout
    refused = planned("zip", "KEY=1")
    assert refused.returncode == 2
    assert "the answer key (KEY=1) is not for publishing" in refused.stderr
    assert __main__.KEY.parent == __main__.OUT.parent / "key"
