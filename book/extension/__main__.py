"""python -m miniatures_book COMMAND: what the Makefile's targets call."""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "_build" / "html"
KEY = ROOT / "_build" / "key" / "html"  # with the answer key: a folder and a stored environment of its own


def build(clean: bool, key: bool = False) -> int:
    """Build the book; warnings are errors. A clean build reads every page anew (results of cells stay stored).

    With `key` it is the teachers' build, which holds the answer key and lies apart."""
    from miniatures_book import execution

    execution.begin(ROOT)
    import jupyter_book.sphinx
    from jupyter_book.config import get_final_config  # noqa: F401  (imported here, so that watch's children find it loaded)
    from sphinx.util.console import color_terminal, nocolor

    if not color_terminal():
        nocolor()  # sphinx-build does so itself
    out = KEY if key else OUT
    if clean:
        for stale in (out, *(out.parent / name for name in (".doctrees", "jupyter_execute", "notebooks"))):
            shutil.rmtree(stale, ignore_errors=True)
    start = time.monotonic()
    code = jupyter_book.sphinx.build_sphinx(
        str(ROOT), str(out), noconfig=True, path_config=str(ROOT / "_config.yml"), warningiserror=True, keep_going=True, quiet=True,
        confoverrides={"latex_individualpages": False, "external_toc_path": str(ROOT / "_toc.yml"), "m_key": key}, freshenv=clean, jobs=os.cpu_count() or 1,
    )  # fmt: skip
    if code == 0:
        print(f"pages     written in {time.monotonic() - start:.1f} s to {out.relative_to(ROOT)}", flush=True)
        return 0
    print(
        "The book was not built: each line above that says WARNING or ERROR names a page and what is wrong.",
        file=sys.stderr,
    )
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="miniatures_book", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build").add_argument("--clean", action="store_true")
    for name in ("serve", "watch"):
        commands.add_parser(name).add_argument("--port", type=int, default=8000)
    for name in ("build", "serve", "watch"):
        commands.choices[name].add_argument(
            "--key", action="store_true", help="the teachers' build, with the answer key"
        )
    new = commands.add_parser("new")
    new.add_argument("stem")
    new.add_argument("part")
    commands.add_parser("check").add_argument("stem")
    commands.add_parser("zip")
    commands.add_parser("notebooks").add_argument("folder", type=Path, nargs="?")
    tasks = commands.add_parser("assignments")
    tasks.add_argument("stem", nargs="*")
    tasks.add_argument("--to", type=Path, default=ROOT / "_build" / "assignments")
    for name in ("pdf", "epub"):
        commands.add_parser(name).add_argument(
            "stems", nargs="*", help="chapters, by their stems; all pages without one"
        )
    commands.add_parser("diff").add_argument("base")
    commands.add_parser("newest").add_argument(
        "until", choices=("lock", "install", "build", "test"), nargs="?", default="test"
    )
    options = parser.parse_args()
    if options.command == "build":
        return build(options.clean, options.key)
    if options.command in ("serve", "watch"):
        from miniatures_book import server

        out = KEY if options.key else OUT
        return (
            server.serve(out, options.port)
            if options.command == "serve"
            else server.watch(ROOT, out, options.port, partial(build, key=options.key))
        )
    if options.command == "zip":
        from miniatures_book import archive

        return archive.write(ROOT, OUT)
    if options.command == "notebooks":
        from miniatures_book import portable

        return portable.main(ROOT, options.folder)
    if options.command == "assignments":
        return assignments(options.stem, options.to)
    if options.command in ("pdf", "epub"):
        module = importlib.import_module(f"miniatures_book.{options.command}")
        return module.write(ROOT, OUT, tuple(options.stems))
    if options.command == "diff":
        from miniatures_book import diff

        return diff.write(ROOT, options.base)
    if options.command == "newest":
        from miniatures_book import newest

        return newest.write(ROOT, options.until)
    if options.command == "new":
        from miniatures_book import scaffold

        return scaffold.new(ROOT, options.stem, options.part)
    return check(options.stem)


def assignments(stems: list[str], out: Path) -> int:
    """Each chapter's exercises as an nbgrader assignment, below `out`."""
    from miniatures_book import assignments

    try:
        made = assignments.course(ROOT, out, stems)
    except ValueError as reason:
        print(reason, file=sys.stderr)
        return 2
    print(f"assignments  {len(made)} for students in {out}/release, with answers in {out}/source")
    return 0


def check(stem: str) -> int:
    """Contract, unit tests, execution and browser test of one chapter."""
    from miniatures_book import chapters

    known = [chapter.stem for chapter in chapters.chapters(ROOT)]
    if stem not in known:
        print(f"STEM={stem!r} is not a chapter: one of {', '.join(known)}", file=sys.stderr)
        return 2
    pytest = [sys.executable, "-m", "pytest", "-q"]
    shared = [f"tests/test_{name}.py" for name in ("contract", "views", "every_exercise", "smoke")]
    steps = [
        [*pytest, *_own(stem)],
        [*pytest, *shared, "-k", stem],
        [sys.executable, "-m", "miniatures_book", "build"],
        [
            *pytest,
            "tests/browser/test_pages.py",
            "tests/browser/test_chapters.py",
            "tests/browser/test_slides.py",
            "-k",
            stem,
        ],
    ]
    return max(subprocess.run(step, cwd=ROOT, check=False).returncode for step in steps)


def _own(stem: str) -> list[str]:
    """The modules that this chapter alone reaches, for their examples, and the tests named after it or them."""
    from miniatures_book import chapters, execution

    sources = execution.Sources(ROOT)
    reached = {
        chapter.stem: sources.reach(
            "\n".join(cell.source for *_, cell in execution.read_page(ROOT, f"{chapter.docname}.md").code_cells())
        )[0]
        | sources.reach(f"import miniatures.exercises.{chapter.stem}")[0]
        for chapter in chapters.chapters(ROOT)
    }
    own = reached[stem] - set().union(*(modules for one, modules in reached.items() if one != stem))
    names = {name.rpartition(".")[2] for name in own} | {f"figures_{stem}", f"exercises_{stem}"}
    tests = [f"tests/test_{name}.py" for name in sorted(names) if (ROOT / f"tests/test_{name}.py").is_file()]
    return [*tests, *sorted(str(sources.module(name).relative_to(ROOT)) for name in own)]


if __name__ == "__main__":
    sys.exit(main())
