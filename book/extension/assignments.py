"""Each chapter's exercises as an nbgrader assignment, in a course folder that nbgrader works in.

`source/<stem>/<stem>.ipynb` is the teacher's: questions, answers, tests. `release/<stem>/<stem>.ipynb` is the
student's; nbgrader makes it, without the answers and the hidden tests, and keeps its gradebook beside it.
"""

import os
import shutil
import sys
from pathlib import Path

import nbformat
from miniatures.exercises import Exercise, exercises
from miniatures_book import chapters, notebooks
from nbformat import v4

CONFIG = "nbgrader_config.py"
POINTS = 1  # for each exercise, as the progress page counts them; a teacher weighs them in nbgrader
OPENING = (
    "# {title}\n\nThe exercises of a chapter of *Miniatures*. Read the chapter beside them: the functions that a question "
    "names are imported as there, from `miniatures.{stem}`. Write each answer into the cell below its question; "
    "the cell after that tells, when it is run, whether your answer has the form that is asked for. "
    "Whether it is right is told after you have handed in."
)
IMPORTS = "from miniatures.assignment import answered, graded"
FORMS = {
    "number": "a number{unit}, such as 0.5 or 2e-3",
    "choice": "the number of one option",
    "order": "the numbers of the items in their order, each of 1 to {count} once",
}


def course(root: Path, out: Path, stems: list[str] | None = None) -> list[Path]:
    """Write the course folder `out`, for all chapters or some; the students' notebooks are returned.

    What is there of submissions, grades and feedback stays. ValueError names what is no chapter or no exercise.
    """
    found = {chapter.stem: chapter for chapter in chapters.chapters(root)}
    unknown = sorted(set(stems or ()) - set(found))
    if unknown:
        raise ValueError(f"STEM={unknown[0]!r} is not a chapter: one of {', '.join(found)}")
    out.mkdir(parents=True, exist_ok=True)
    if not (out / CONFIG).exists():  # a teacher may have changed it
        shutil.copyfile(Path(__file__).parent / "templates" / CONFIG, out / CONFIG)
    chosen = stems or list(found)
    for stem in chosen:
        file = out / "source" / stem / f"{stem}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(nbformat.writes(source(root, found[stem])) + "\n", "utf8")
    return [release(out, stem) for stem in chosen]


def source(root: Path, chapter: chapters.Chapter) -> nbformat.NotebookNode:
    """The teacher's notebook: for each exercise its question, its answer, its test."""
    prose = notebooks.Converter(root, chapter, {}).prose
    opening = _cell("markdown", OPENING.format(title=chapter.title, stem=chapter.stem), f"{chapter.stem}-opening")
    cells = [opening, _cell("code", IMPORTS, f"{chapter.stem}-imports")]
    for exercise in exercises(chapter.stem):
        cells += [
            _cell("markdown", prose(question(exercise)), f"{exercise.id}-question"),
            _cell("code", answer(exercise), f"{exercise.id}-answer", solution=True, locked=False),
            _cell("code", test(exercise), exercise.id, grade=True, points=POINTS),
        ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # the same in every build
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _cell(kind: str, text: str, name: str, **about):
    """A cell with nbgrader's metadata; one that is neither answer nor test cannot be changed."""
    make = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    plain = {"grade": False, "solution": False, "locked": True, "task": False}
    return make(text, metadata={"nbgrader": {"schema_version": 3, "grade_id": name, "cell_type": kind} | plain | about})


def question(exercise: Exercise) -> str:
    """The question in Markdown, its options or items numbered from 1."""
    listed = "\n".join(f"{number}. {option}" for number, option in enumerate(getattr(exercise, "options", ()), 1))
    return f"**Exercise {_number(exercise)}.** {exercise.question}\n\n{listed}".strip()


def answer(exercise: Exercise) -> str:
    """The cell that holds the answer: what a student starts with, and the solution, which nbgrader takes out."""
    return f"{start(exercise)}\n### BEGIN SOLUTION\n{written(exercise, exercise.answer)}\n### END SOLUTION"


def start(exercise: Exercise) -> str:
    """What stands in the cell before there is an answer."""
    if exercise.kind == "code":
        return exercise.starter.rstrip()
    unit = f" in {exercise.unit}" if getattr(exercise, "unit", "") else ""
    form = FORMS[exercise.kind].format(unit=unit, count=len(getattr(exercise, "options", ())))
    return f"{name(exercise)} = {[] if exercise.kind == 'order' else None}  # {form}"


def test(exercise: Exercise) -> str:
    """The cell that tests it: the form in the open, the answer in a hidden test, which nbgrader puts back to grade."""
    given = f'("{exercise.id}", {name(exercise)})'
    return f"answered{given}\n### BEGIN HIDDEN TESTS\ngraded{given}\n### END HIDDEN TESTS"


def name(exercise: Exercise) -> str:
    """What the answer is called in the notebook: the function, or answer_3."""
    return exercise.function if exercise.kind == "code" else f"answer_{_number(exercise)}"


def _number(exercise) -> str:
    return exercise.id.rpartition("-")[2]


def written(exercise: Exercise, given) -> str:
    """The lines of code by which a student gives this answer, the right one or a typical mistake."""
    if exercise.kind == "code":
        return given.rstrip()
    if exercise.kind == "number":
        return f"{name(exercise)} = {float(given)!r}"
    places = [exercise.options.index(one) + 1 for one in ((given,) if exercise.kind == "choice" else given)]
    return f"{name(exercise)} = {places[0] if exercise.kind == 'choice' else places}"


def release(out: Path, stem: str) -> Path:
    """The student's notebook, made by nbgrader, which enters the assignment into its gradebook; ValueError says what it refused."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    programs = str(Path(sys.executable).parent)  # nbgrader starts alembic by its name alone
    if programs not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join((programs, os.environ["PATH"]))
    config = PyFileConfigLoader(CONFIG, path=str(out)).load_config()
    config.CourseDirectory.root = str(out.resolve())
    done = NbGraderAPI(config=config).generate_assignment(stem)
    if not done["success"]:
        raise ValueError(f"nbgrader made no assignment of {stem}:\n{done.get('log') or done.get('error')}")
    return out / "release" / stem / f"{stem}.ipynb"
