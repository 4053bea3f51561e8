"""The folder of notebooks: the numbers of a run here are the build's, all that a notebook needs lies beside it, and git gets it whole."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from miniatures_book import chapters, execution, notebooks, portable

ROOT = Path(__file__).parents[1]
PAGE = "chapters/numbers/geometric_series.md"


def git(folder, *words):
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A repository with one chapter of the book, committed."""
    root = tmp_path_factory.mktemp("book")
    for name in ("code", "data", ".binder", "LICENSE", "requirements.txt"):
        (root / name).symlink_to(ROOT / name)
    (root / PAGE).parent.mkdir(parents=True)
    (root / PAGE).write_bytes((ROOT / PAGE).read_bytes())
    for name in ("references.bib", "claims.yml"):
        (root / "chapters" / name).write_bytes((ROOT / "chapters" / name).read_bytes())
    (root / "_toc.yml").write_text(f"root: {PAGE.removesuffix('.md')}\n", "utf8")
    git(root, "init", "-q")
    for key, value in (("user.name", "A Teacher"), ("user.email", "teacher@example.org")):
        git(root, "config", key, value)
    git(root, "add", "_toc.yml")
    git(root, "commit", "-q", "-m", "first")
    return root


@pytest.fixture(scope="module")
def folder(book):
    portable.write(book, book / "_build" / "out")
    return book / "_build" / "out"


def test_the_numbers_of_a_run_here_are_those_of_the_builds_run(book):
    page = execution.read_page(book, PAGE)
    built = execution.execute(book, [page], book / "_build" / "executed")[page.path]
    assert notebooks.quoted(page) == notebooks.glued(built) != {}
    (chapter,) = chapters.chapters(book)
    assert portable.quoted(book, [chapter]) == {chapter.stem: notebooks.glued(built)}


def test_a_notebook_of_the_folder_runs_with_what_lies_beside_it(folder):
    made = nbformat.read(folder / "geometric_series.ipynb", as_version=4)
    source = "\n\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    asked = f"{source}\nimport miniatures.data\nprint(miniatures.__file__, miniatures.data.folder())"
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MINIATURES"))}
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=folder,
        env=clean | {"MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{folder}/miniatures/__init__.py {folder}/miniatures_data"


def test_the_folder_can_start_on_binder_too_and_has_its_licence(folder):
    assert (folder / "requirements.txt").read_bytes() == (ROOT / ".binder" / "requirements.txt").read_bytes()
    assert (folder / "LICENSE").is_file()
    assert "](geometric_series.ipynb)" in (folder / "README.md").read_text("utf8")
    assert not list(folder.rglob("__pycache__"))


def test_a_folder_with_other_files_is_left_alone(book, tmp_path):
    (tmp_path / "letter.txt").write_text("mine", "utf8")
    with pytest.raises(ValueError, match="holds other files: name a folder that is new"):
        portable.write(book, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_the_branch_holds_the_folder_and_moves_only_when_it_changed(book, folder, tmp_path):
    status, head = git(book, "status", "--porcelain"), git(book, "rev-parse", "HEAD")
    first = portable.commit(book, folder)
    assert portable.commit(book, folder) == first
    (folder / "README.md").write_text("other", "utf8")
    second = portable.commit(book, folder)
    assert git(book, "rev-parse", "notebooks", "notebooks^") == f"{second}\n{first}"
    assert (git(book, "status", "--porcelain"), git(book, "rev-parse", "HEAD")) == (status, head)
    git(tmp_path, "clone", "-q", "-b", "notebooks", str(book), "pulled")
    pulled = {file.relative_to(tmp_path / "pulled"): file.read_bytes() for file in (tmp_path / "pulled").rglob("*") if file.is_file() and ".git" not in file.parts}  # fmt: skip
    assert pulled == {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert not portable.published(book)
    assert portable.published(tmp_path / "pulled")
