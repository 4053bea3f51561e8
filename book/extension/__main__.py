"""python -m miniatures_book build | serve | watch | new | check …: what the Makefile's targets and git's hooks call."""

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "_build" / "html"


def build(clean: bool) -> int:
    """Build the book; warnings are errors. A clean build reads every page anew (results of cells stay stored)."""
    import jupyter_book.sphinx
    from jupyter_book.config import get_final_config  # noqa: F401  (imported here, so that watch's children find it loaded)
    from sphinx.util.console import color_terminal, nocolor

    if not color_terminal():
        nocolor()  # sphinx-build does so itself
    if clean:
        for stale in (OUT, *(ROOT / "_build" / name for name in (".doctrees", "jupyter_execute", "notebooks"))):
            shutil.rmtree(stale, ignore_errors=True)
    start = time.monotonic()
    code = jupyter_book.sphinx.build_sphinx(
        str(ROOT), str(OUT), noconfig=True, path_config=str(ROOT / "_config.yml"), warningiserror=True, keep_going=True, quiet=True,
        confoverrides={"latex_individualpages": False, "external_toc_path": str(ROOT / "_toc.yml")}, freshenv=clean, jobs=os.cpu_count() or 1,
    )  # fmt: skip
    if code == 0:
        print(f"pages     written in {time.monotonic() - start:.1f} s to _build/html", flush=True)
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
    new = commands.add_parser("new")
    new.add_argument("stem")
    new.add_argument("part")
    commands.add_parser("check").add_argument("stem")
    commands.add_parser("zip")
    for name in ("contract", "notebooks"):
        commands.add_parser(name).add_argument("files", nargs="*")
    options = parser.parse_args()
    if options.command == "build":
        return build(options.clean)
    if options.command in ("serve", "watch"):
        from miniatures_book import server

        return (
            server.serve(OUT, options.port)
            if options.command == "serve"
            else server.watch(ROOT, OUT, options.port, build)
        )
    if options.command == "zip":
        from miniatures_book import archive

        return archive.write(ROOT, OUT)
    if options.command in ("contract", "notebooks"):
        from miniatures_book import hooks

        return {"contract": hooks.contract_of, "notebooks": hooks.notebooks}[options.command](ROOT, options.files)
    if options.command == "new":
        from miniatures_book import scaffold

        return scaffold.new(ROOT, options.stem, options.part)
    from miniatures_book import checking

    return checking.check(ROOT, options.stem)


if __name__ == "__main__":
    sys.exit(main())
