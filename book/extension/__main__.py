"""python -m miniatures_book COMMAND: what the Makefile's targets and git's hooks call."""

import argparse
import gc
import importlib
import os
import shutil
import sys
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "_build" / "html"
KEY = ROOT / "_build" / "key" / "html"  # with the answer key: a folder and a stored environment of its own


def build(clean: bool, key: bool = False, waits: bool = False) -> int:
    """Build the book; warnings are errors. A clean build reads every page anew (results of cells stay stored).

    With `key` it is the teachers' build, which holds the answer key and lies apart. One that `waits` for a save
    executes nothing before."""
    gc.disable()  # pages are trees of millions of nodes, and looking for circles among them takes a quarter of a build

    from miniatures_book import execution

    if not waits:
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
        confoverrides={"latex_individualpages": False, "external_toc_path": str(ROOT / "_toc.yml"), "m_key": key}, freshenv=clean, jobs=(os.cpu_count() or 1) + 1,
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
    for name in ("contract", "outputs"):
        commands.add_parser(name).add_argument("files", nargs="*")
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
    if options.command in ("contract", "outputs"):
        from miniatures_book import hooks

        return {"contract": hooks.contract_of, "outputs": hooks.outputs}[options.command](ROOT, options.files)
    if options.command == "new":
        from miniatures_book import scaffold

        return scaffold.new(ROOT, options.stem, options.part)
    from miniatures_book import checking

    return checking.check(ROOT, options.stem)


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


if __name__ == "__main__":
    sys.exit(main())
