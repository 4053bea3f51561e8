"""The exercises as nbgrader assignments: nbgrader itself makes the students' notebooks and grades three of them."""

import os
import subprocess
import sys
import warnings
from copy import deepcopy
from html import unescape
from pathlib import Path
from re import sub

import nbformat
import pytest
from miniatures.assignment import Missed, answered, graded, options_at
from miniatures.exercises import exercises, find
from miniatures_book import assignments, chapters

with warnings.catch_warnings(action="ignore"):
    from nbgrader.api import Gradebook
    from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
    from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

ROOT = Path(__file__).parents[1]
FOUND = {chapter.stem: chapter for chapter in chapters.chapters(ROOT)}
GRADED = "gaussian_window"  # has every kind of exercise


@pytest.fixture(scope="module", params=FOUND)
def chapter(request):
    """A chapter's exercises, the teacher's notebook, and the student's as nbgrader cuts it."""
    made = assignments.source(ROOT, FOUND[request.param])
    cut = deepcopy(made)
    for step in (ClearSolutions(code_stub={"python": ""}), ClearHiddenTests()):
        cut, _ = step.preprocess(cut, {})
    return exercises(request.param), made, cut


def named(notebook):
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}


def run(notebook):
    """Exercise -> the sentence it is refused with, or "", when all cells are run in order."""
    space, said = {}, {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            try:
                exec(cell.source, space)
            except Missed as reason:
                said[cell.metadata.nbgrader.grade_id] = str(reason)
            else:
                if cell.metadata.nbgrader.grade:
                    said[cell.metadata.nbgrader.grade_id] = ""
    return said


def test_every_exercise_is_asked_answered_and_tested(chapter):
    asked, made, _ = chapter
    nbformat.validate(made)
    MetadataValidatorV3().validate_nb(made)
    cells = named(made)
    assert [id for id, cell in cells.items() if cell.metadata.nbgrader.grade] == [one.id for one in asked]
    for one in asked:
        assert all(option in cells[f"{one.id}-question"].source for option in getattr(one, "options", ()))
        assert cells[f"{one.id}-question"].source.startswith(f"**Exercise {one.id.rpartition('-')[2]}.** ")
        assert cells[f"{one.id}-answer"].metadata.nbgrader.solution
    assert not any(".ipynb)" in cell.source or "{glue" in cell.source for cell in made.cells)
    assert len({assignments.name(one) for one in asked}) == len(asked)


def test_the_solved_notebook_passes_and_the_students_fails_in_each_exercise(chapter):
    asked, made, cut = chapter
    assert run(made) == {one.id: "" for one in asked}
    handed_in = deepcopy(cut)
    for one in asked:  # a student gives in what was handed out; the hidden tests are put back
        named(handed_in)[one.id].source = named(made)[one.id].source
    said = run(handed_in)
    assert set(said) == {one.id for one in asked}
    assert all(said.values())


def test_the_students_notebook_holds_no_answer_and_no_test_of_it(chapter):
    asked, _, cut = chapter
    cells = named(cut)
    for one in asked:
        assert cells[f"{one.id}-answer"].source.rstrip() == assignments.start(one)
        assert cells[one.id].source.rstrip() == f'answered("{one.id}", {assignments.name(one)})'
        for words in (one.solution, one.hint, *((one.answer,) if one.kind == "code" else ())):
            assert not any(words.strip() in cell.source for cell in cut.cells)


def test_a_typical_mistake_of_each_kind_is_told_in_its_own_words():
    said = {}
    for one in exercises(GRADED):
        made = assignments.source(ROOT, FOUND[GRADED])
        named(made)[f"{one.id}-answer"].source = assignments.written(one, one.mistakes[0].answer)
        missed = {id: words for id, words in run(made).items() if words}
        assert list(missed) == [one.id]
        said[one.kind] = missed[one.id].startswith(one.mistakes[0].message)
    assert said == {"number": True, "choice": True, "order": True, "code": True}


CHOICE, NUMBER, ORDER, CODE = (next(one for one in exercises(GRADED) if one.kind == kind) for kind in ("choice", "number", "order", "code"))  # fmt: skip


@pytest.mark.parametrize(("exercise", "given", "complaint"), [
    (CHOICE, None, "has no answer yet"),
    (CHOICE, 0, "the number of an option, from 1 to 4"),
    (CHOICE, 5, "the number of an option, from 1 to 4"),
    (CHOICE, True, "the number of an option, from 1 to 4"),
    (CHOICE, "2", "the number of an option, from 1 to 4"),
    (NUMBER, None, "has no answer yet"),
    (NUMBER, "many", "is not a number: write it like 0.5"),
    (NUMBER, [1], "is not a number: write it like 0.5"),
    (ORDER, [], "has no answer yet"),
    (ORDER, [1, 2, 3], "a list of the numbers 1 to 4, each once"),
    (ORDER, [1, 1, 2, 3], "a list of the numbers 1 to 4, each once"),
    (ORDER, [0, 1, 2, 3], "a list of the numbers 1 to 4, each once"),
    (ORDER, 7, "a list of the numbers 1 to 4, each once"),
    (CODE, lambda sigma: 1, "is called with 2 arguments; yours takes"),
    (CODE, 3, "Give the function itself"),
])  # fmt: skip
def test_an_answer_of_another_form_is_refused_with_a_sentence(exercise, given, complaint):
    for refuse in (answered, graded):
        with pytest.raises(Missed, match=complaint) as found:
            refuse(exercise.id, given)
        assert found.value._render_traceback_() == [str(found.value)]
    assert str(found.value).startswith(exercise.id)


def test_the_form_says_nothing_of_the_answer():
    for one in exercises(GRADED):
        for given in (one.answer, one.mistakes[0].answer):
            space = {}
            exec(assignments.written(one, given), space)
            assert answered(one.id, space[assignments.name(one)]) is None
    assert options_at(find(ORDER.id), ["3", "2", "1", "0"]) == ORDER.options[::-1]


def test_what_is_no_chapter_is_refused(tmp_path):
    with pytest.raises(ValueError, match="STEM='nothing' is not a chapter: one of "):
        assignments.course(ROOT, tmp_path, ["nothing"])


# --- nbgrader itself


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder in which nbgrader has graded: the solved notebook, the untouched one, and one with a mistake of each kind."""
    out = tmp_path_factory.mktemp("course")
    make_course(out)
    right = {one: one.answer for one in exercises(GRADED)}
    slips = {one: one.mistakes[0].answer for one in (CHOICE, NUMBER, ORDER, CODE)}
    for who, answers in (("untouched", {}), ("solved", right), ("slips", right | slips)):
        hand_in(out, who, answers)
    nbgrader(out, "autograde", GRADED)
    nbgrader(out, "generate_feedback", GRADED)
    return out


def make_course(out):
    """As `make assignments` does."""
    command = [sys.executable, "-m", "miniatures_book", "assignments", GRADED, "--to", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"1 for students in {out}/release, with answers in {out}/source" in done.stdout


def hand_in(out, who, answers):
    notebook = nbformat.reads((out / "release" / GRADED / f"{GRADED}.ipynb").read_text("utf8"), 4)
    for one, given in answers.items():
        named(notebook)[f"{one.id}-answer"].source = assignments.written(one, given)
    file = out / "submitted" / who / GRADED / f"{GRADED}.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(nbformat.writes(notebook), "utf8")


def nbgrader(out, *command):
    """nbgrader as a teacher calls it, in the course folder, with the environment's programs on the PATH."""
    programs = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = os.environ | {"PATH": programs, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-m", "nbgrader", *command], cwd=out, env=environment, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


def test_nbgrader_gives_full_marks_none_and_all_but_the_mistakes(course):
    full = len(exercises(GRADED)) * assignments.POINTS
    with (
        warnings.catch_warnings(action="ignore"),
        Gradebook(f"sqlite:///{course / 'gradebook.db'}", "miniatures") as book,
    ):
        submissions = {who: book.find_submission(GRADED, who) for who in ("solved", "untouched", "slips")}
        assert {who: (one.score, one.max_score) for who, one in submissions.items()} == {
            "solved": (full, full), "untouched": (0, full), "slips": (full - 4 * assignments.POINTS, full),
        }  # fmt: skip
        lost = {grade.name for grade in submissions["slips"].notebooks[0].grades if grade.score == 0}
    assert lost == {one.id for one in (CHOICE, NUMBER, ORDER, CODE)}


def test_the_feedback_shows_the_sentence_of_the_mistake(course):
    said = {
        who: words(course / "feedback" / who / GRADED / f"{GRADED}.html") for who in ("slips", "solved", "untouched")
    }
    for one in (CHOICE, NUMBER, ORDER, CODE):
        assert one.mistakes[0].message in said["slips"]
        assert one.mistakes[0].message not in said["solved"]
    assert f"{NUMBER.id} has no answer yet." in said["untouched"]
    assert "Traceback" not in said["slips"]


def words(file):
    return unescape(sub(r"<[^>]*>", "", file.read_text("utf8")))


def test_the_course_of_a_teacher_is_not_written_over(course):
    config = course / assignments.CONFIG
    changed = config.read_text("utf8") + "\n# mine\n"
    config.write_text(changed, "utf8")
    make_course(course)
    assert config.read_text("utf8") == changed
    assert (course / "submitted" / "slips" / GRADED / f"{GRADED}.ipynb").exists()
    with (
        warnings.catch_warnings(action="ignore"),
        Gradebook(f"sqlite:///{course / 'gradebook.db'}", "miniatures") as book,
    ):
        assert book.find_submission(GRADED, "solved").score == len(exercises(GRADED)) * assignments.POINTS
