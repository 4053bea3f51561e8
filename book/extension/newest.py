"""make newest: does the book still build and pass with the newest versions of what it is made with?

Tried twice, each time in a folder and an environment of its own: within what pyproject.toml allows,
and beyond it, without the pins. A report says what rose and what failed; the repository stays as it is.
"""

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from miniatures_book import worktree
from packaging.requirements import Requirement

HELD = {"jupyter-book": "<2"}  # a decision, not a lack of time: see docs/decisions.md
TRIES = {"allowed": "within what pyproject.toml allows", "beyond": "beyond it, without pins and upper bounds"}
LOCKED = re.compile(r"^([\w.-]+)==([\w.+!-]+)", re.M)
SHOWN = 40  # lines of what a failed step said
READY = ".venv/.ready"  # `make` shall not install what the lock was before


@dataclass(frozen=True)
class Step:
    """One thing that must work, and what the command said."""

    name: str
    passed: bool
    words: str


@dataclass(frozen=True)
class Try:
    """A try with newer versions: what rose, as name -> (before, after), and its steps up to the first that failed."""

    name: str
    risen: dict[str, tuple[str, str]]
    steps: list[Step]

    @property
    def passed(self) -> bool:
        return all(step.passed for step in self.steps)


def relaxed(requirement: str) -> str:
    """The requirement without its upper bounds: a pin becomes the least version, or older ones might be resolved to.

    >>> relaxed("jupyterlab>=4.4,<5"), relaxed("scipy==1.17.1; python_version < '3.12'"), relaxed("jupyter-book==1.0.4")
    ('jupyterlab>=4.4', "scipy>=1.17.1; python_version < '3.12'", 'jupyter-book>=1.0.4,<2')
    """
    found = Requirement(requirement)
    kept = [f">={one.version}" if one.operator in ("==", "~=") else str(one) for one in found.specifier]
    kept = sorted(one for one in kept if not one.startswith("<")) + [HELD[one] for one in (found.name,) if one in HELD]
    extras = f"[{','.join(sorted(found.extras))}]" if found.extras else ""
    return f"{found.name}{extras}{','.join(kept)}" + (f"; {found.marker}".replace('"', "'") if found.marker else "")


def relax(text: str) -> str:
    """pyproject.toml with each requirement of the book relaxed."""
    project = tomllib.loads(text)["project"]
    for requirement in [
        *project["dependencies"],
        *(one for group in project["optional-dependencies"].values() for one in group),
    ]:
        text = text.replace(f'"{requirement}"', f'"{relaxed(requirement)}"')
    return text


def risen(before: str, after: str) -> dict[str, tuple[str, str]]:
    """name -> (versions before, versions after) of what differs between two locks; "" where it is not in one.

    >>> risen("numpy==2.4.3 \\\\", "numpy==2.5.0 \\\\")
    {'numpy': ('2.4.3', '2.5.0')}
    """
    old, new = _versions(before), _versions(after)
    return {
        name: (old.get(name, ""), new.get(name, "")) for name in sorted(old | new) if old.get(name) != new.get(name)
    }


def _versions(lock: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, version in LOCKED.findall(lock):
        found.setdefault(name, []).append(version)
    return {name: ", ".join(sorted(versions)) for name, versions in found.items()}


def steps(tree: Path) -> list[tuple[str, list[str]]]:
    """The steps after the lock, as a contributor takes them."""
    make = ["make", "--no-print-directory", f"PYTHON={sys.executable}"]
    return [
        ("install", [*make, "setup", "runtime"]),
        ("build", [str(tree / ".venv" / "bin" / "python"), *worktree.BUILD]),
        ("test", [*make, "unit"]),
    ]


def attempt(root: Path, name: str, until: str) -> Try:
    """Try the last commit with newer versions, step by step to the first that fails, or to `until`."""
    with worktree.checked_out(root, "HEAD") as tree:
        lock, project = tree / "requirements.txt", tree / "pyproject.toml"
        before = lock.read_text("utf8")
        if name == "beyond":
            project.write_text(relax(project.read_text("utf8")), "utf8")
        venv = tree / ".venv"
        venv.symlink_to(Path(sys.prefix))  # lent for the lock alone
        taken = [taken_step(tree, "lock", ["make", "--no-print-directory", "-o", READY, "lock", "UPGRADE=--upgrade"])]
        venv.unlink()
        for step, words in steps(tree):
            if until in [one.name for one in taken] or not taken[-1].passed:
                break
            taken.append(taken_step(tree, step, words))
        return Try(name, risen(before, lock.read_text("utf8")), taken)


def taken_step(tree: Path, name: str, words: list[str]) -> Step:
    """Run a step; its words are kept, and shown at once."""
    print(f"newest    {name}", flush=True)
    done = subprocess.run(
        words, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
    )
    print(done.stdout, flush=True)
    return Step(name, done.returncode == 0, done.stdout)


def report(tries: list[Try]) -> str:
    """What was tried, as Markdown."""
    lines = ["| versions | risen | result |", "|---|---|---|"]
    lines += [f"| {TRIES[one.name]} | {len(one.risen)} | {verdict(one)} |" for one in tries]
    for one in tries:
        lines += ["", f"## {TRIES[one.name].capitalize()}", ""]
        if not one.passed:
            said = one.steps[-1].words.replace("`", "'").splitlines()[-SHOWN:]
            lines += [f"`{one.steps[-1].name}` failed; the end of what it said:", "", "```text", *said, "```", ""]
        lines += ["| package | locked | tried |", "|---|---|---|"] if one.risen else ["Nothing is newer than the lock."]
        lines += [f"| {name} | {old or 'none'} | {new or 'none'} |" for name, (old, new) in one.risen.items()]
    return "\n".join(lines) + "\n"


def verdict(one: Try) -> str:
    return (
        f"passed: {', '.join(step.name for step in one.steps)}" if one.passed else f"**failed: {one.steps[-1].name}**"
    )


def write(root: Path, until: str = "test") -> int:
    """Try both, write _build/newest/report.md; 1 where one failed."""
    tries = [attempt(root, name, until) for name in TRIES]
    out = root / "_build" / "newest"
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.md").write_text(report(tries), "utf8")
    print(report(tries), flush=True)
    return int(not all(one.passed for one in tries))
