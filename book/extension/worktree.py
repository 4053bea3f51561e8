"""A commit of the book in a folder of its own, beside the one that is being worked on: what `make diff` and `make newest` build."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

BUILD = ("-m", "miniatures_book", "build", "--clean")
BUNDLED = ("book/runtime", "code/miniatures/palette.json")  # what `make runtime` is made from


def git(root: Path, *words: str) -> str:
    """What git says; ValueError with its complaint where it fails."""
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr.strip() or f"git {' '.join(words)} failed")
    return done.stdout.strip()


def fork(root: Path, base: str) -> str:
    """The commit where the present one left `base`; ValueError where there is no such commit."""
    try:
        commit = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    except ValueError:
        raise ValueError(f"BASE={base!r} is no commit of this repository: name a branch, a tag or a commit") from None
    try:
        return git(root, "merge-base", commit, "HEAD")
    except ValueError:  # nothing in common, as after a shallow clone
        return commit


@contextlib.contextmanager
def checked_out(root: Path, commit: str) -> Iterator[Path]:
    """The files of a commit in a temporary folder, which knows the same remotes."""
    with tempfile.TemporaryDirectory(prefix="miniatures-") as temporary:
        tree = Path(temporary) / "book"
        git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield tree
        finally:
            git(root, "worktree", "remove", "--force", str(tree))


def lend(root: Path, tree: Path) -> None:
    """Give the tree what it may share with `root`: cells' results, and packages and scripts where their sources are equal."""
    (tree / "_build").mkdir()
    results = root / "_build" / "executed"  # each under a key of all that it depends on
    results.mkdir(parents=True, exist_ok=True)
    (tree / "_build" / "executed").symlink_to(results)
    if _same(root, tree, "requirements.txt", "book/setup.sh"):
        (tree / ".venv").symlink_to(Path(sys.prefix))
        (tree / ".link").mkdir()
        (tree / ".link" / "miniatures_book").symlink_to(tree / "book" / "extension")
    if _same(root, tree, *BUNDLED):
        shutil.copytree(root / "book" / "runtime" / "dist", tree / "book" / "runtime" / "dist")


def _same(root: Path, tree: Path, *names: str) -> bool:
    """Whether the files of these names and in these folders are equal, uncommitted ones included."""
    return _contents(root, *names) == _contents(tree, *names)


def _contents(folder: Path, *names: str) -> dict[str, bytes]:
    listed = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *names).split("\0")
    return {name: (folder / name).read_bytes() for name in listed if (folder / name).is_file()}


def build(tree: Path) -> bool:
    """Build the book that lies in the tree, with packages and scripts of its own where none were lent."""
    if not (tree / ".venv").is_symlink() and not _made(tree, "setup"):
        return False
    if not (tree / "book" / "runtime" / "dist").is_dir() and not _made(tree, "book/runtime/dist/page.js"):
        return False
    own = os.pathsep.join((str(tree / "code"), str(tree / ".link")))  # before the packages that .venv points to
    return run(tree, str(tree / ".venv" / "bin" / "python"), *BUILD, PYTHONPATH=own)


def _made(tree: Path, target: str) -> bool:
    return run(tree, "make", "--no-print-directory", f"PYTHON={sys.executable}", target)


def run(folder: Path, *words: str, **environment: str) -> bool:
    """Run a command in the folder, its words on the terminal; whether it succeeded."""
    return subprocess.run(words, cwd=folder, env=os.environ | environment, check=False).returncode == 0
