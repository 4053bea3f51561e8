"""The chapters as notebooks with all they need in one folder, for Binder, a JupyterHub or a computer of one's own.

The miniatures and the data lie beside the notebooks, so that any Python with the packages of
`requirements.txt` runs them, installed or not. `make notebooks` also commits the folder to the
branch `notebooks`, which a hub can pull.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from miniatures_book import chapters, execution, notebooks, repository

BRANCH = "notebooks"
HEAD = """# Miniatures: the notebooks

Made from the book's sources by `make notebooks`; changes belong there. Run the cells of a notebook from the top, in
JupyterLab with the packages of `requirements.txt`. The package `miniatures` and its data lie beside the notebooks.

"""


def write(root: Path, folder: Path, say=print) -> None:
    """Write the notebooks and what they need into a folder that is new or was written by this.

    The numbers that the prose quotes are the build's where it has run a page, else that page is run here.
    Raises ValueError for a folder that holds anything else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "miniatures" / "__init__.py").is_file():
        raise ValueError(f"{folder} holds other files: name a folder that is new")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = chapters.chapters(root)
    numbers = quoted(root, found, say)
    for chapter in found:
        made = notebooks.Converter(root, chapter, numbers[chapter.stem]).notebook()
        (folder / f"{chapter.stem}.ipynb").write_text(nbformat.writes(made) + "\n", "utf8")
    unseen = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(root / "code" / "miniatures", folder / "miniatures", ignore=unseen)
    shutil.copytree(root / "data", folder / "miniatures_data", ignore=unseen)
    for file in (*root.glob("LICENSE*"), *(root / ".binder" / name for name in ("requirements.txt", "runtime.txt"))):
        shutil.copy(file, folder)
    listed = "\n".join(f"- [{chapter.title}]({chapter.stem}.ipynb)" for chapter in found)
    (folder / "README.md").write_text(f"{HEAD}{listed}\n", "utf8")
    say(f"notebooks {len(found)} in {os.path.relpath(folder)}", flush=True)


def quoted(root: Path, found: list, say=print) -> dict[str, dict]:
    """stem -> the numbers that the chapter glues, by name: from the build's run where there is one, else from one here."""
    pages = {chapter.stem: execution.read_page(root, f"{chapter.docname}.md") for chapter in found}
    store = root / "_build" / "executed"
    places = execution.stored(root, [page for page in pages.values() if page], store)
    numbers, fresh = {stem: {} for stem in pages}, {}
    for stem, page in pages.items():
        if page and places[page.path].is_file():
            numbers[stem] = notebooks.glued(nbformat.read(places[page.path], as_version=4))
        elif page:
            fresh[stem] = page
    if fresh:
        os.environ |= {"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for stem, made in zip(fresh, pool.map(notebooks.quoted, fresh.values()), strict=True):
                numbers[stem] = made
                say(f"run       {fresh[stem].path}", flush=True)
    return numbers


def published(root: Path) -> bool:
    """Whether the branch of notebooks is known to be where the sources are published."""
    return repository.has_branch(root, BRANCH)


def commit(root: Path, folder: Path) -> str:
    """Commit the folder to the branch of notebooks, nothing else touched; its commit, the old one where nothing changed."""
    with tempfile.TemporaryDirectory() as place:
        index = {"GIT_INDEX_FILE": f"{place}/index", "GIT_WORK_TREE": str(folder.resolve())}
        git(root, "add", "--all", "--force", ".", **index)
        tree = git(root, "write-tree", **index)
    name = f"refs/heads/{BRANCH}"
    before = git(root, "for-each-ref", "--format=%(objectname)", name)
    if before and git(root, "rev-parse", f"{before}^{{tree}}") == tree:
        return before
    parent = ("-p", before) if before else ()
    source = git(root, "rev-parse", "--short", "HEAD")
    made = git(root, "commit-tree", tree, *parent, "-m", f"Notebooks of {source}")
    git(root, "update-ref", name, made)
    return made


def git(root: Path, *words: str, **more: str) -> str:
    """What git answers; CalledProcessError where it fails."""
    place = more.get("GIT_WORK_TREE", str(root))
    asked = {"GIT_DIR": subprocess.run(["git", "-C", str(root), "rev-parse", "--absolute-git-dir"], check=True, capture_output=True, text=True).stdout.strip()}  # fmt: skip
    done = subprocess.run(
        ["git", *words], cwd=place, env=os.environ | asked | more, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def main(root: Path, folder: Path | None) -> int:
    """Into the folder that is named, or into `_build/notebooks-branch` and the branch."""
    target = folder or root / "_build" / "notebooks-branch"
    try:
        write(root, target)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if folder is None:
        made = commit(root, target)
        print(f"branch    {BRANCH} is at {made[:10]}: publish it with `git push origin {BRANCH}`", flush=True)
    return 0
