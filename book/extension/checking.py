"""make check: one chapter against its contract, its tests, its execution and a browser, side by side."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from miniatures_book import chapters, execution

# tests of every chapter, of which this one's are taken
SHARED = ("contract", "views", "every_exercise", "arguments", "smoke")
BROWSER = ("tests/browser/test_pages.py", "tests/browser/test_chapters.py", "tests/browser/test_slides.py")
LOOKS = "test_pages and not exercise"
HALVES = {"the page": LOOKS, "exercises, Python, slides": f"not ({LOOKS})"}  # of the browser's tests, about as long


def check(root: Path, stem: str) -> int:
    """Run all that holds one chapter, and print each part's result as it comes; 0 where all passed.

    The unit tests run beside the build, which reads again what has changed alone; the browser comes after it. High
    contrast, 200 %, a phone in light and a desk in dark are left to `make test`.
    """
    known = [chapter.stem for chapter in chapters.chapters(root)]
    if stem not in known:
        print(f"STEM={stem!r} is not a chapter. Write one of {', '.join(known)}.", file=sys.stderr)
        return 2
    if not (root / "_build" / "html" / "index.html").is_file():
        print("check     there is no book yet: all of it is built first, which takes some minutes once", flush=True)
    pytest, start = [sys.executable, "-m", "pytest", "-q"], time.monotonic()
    shared, its = [f"tests/test_{name}.py" for name in SHARED], own(root, stem)
    names = sorted({stem} | {Path(file).stem.removeprefix("test_") for file in its})
    with ThreadPoolExecutor(3) as pool:
        built = pool.submit(_run, root, "build", [sys.executable, "-m", "miniatures_book", "build"])
        tests = pool.submit(
            _run, root, "contract, views, its tests", [*pytest, *shared, *its, "-k", " or ".join(names)]
        )
        parts, codes = [tests], [built.result()]
        for name, half in HALVES.items() if codes[0] == 0 else ():
            command = [*pytest, "--fewer-looks", *BROWSER, "-k", f"{stem} and {half}"]
            parts.append(pool.submit(_run, root, name, command))
        codes += [part.result() for part in parts]
    print(f"check     {stem} {'FAILED' if any(codes) else 'passed'} in {time.monotonic() - start:.0f} s", flush=True)
    return max(codes)


def _run(root: Path, name: str, command: list) -> int:
    """Run one part, then print what it said, for parts that run side by side must not talk at once."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    spent = f"{time.monotonic() - start:.0f} s"
    last = (done.stdout.strip().splitlines() or [""])[-1]
    if done.returncode:
        print(f"{done.stdout}{done.stderr}", end="")
    print(f"check     {name:<28} {spent:>6}  {'FAILED' if done.returncode else last}", flush=True)
    return done.returncode


def own(root: Path, stem: str) -> list[str]:
    """The modules that this chapter alone reaches, for their examples, and the tests named after it or them."""
    sources = execution.Sources(root)
    reached = {
        chapter.stem: sources.reach(
            "\n".join(cell.source for *_, cell in execution.read_page(root, f"{chapter.docname}.md").code_cells())
        )[0]
        | sources.reach(f"import miniatures.exercises.{chapter.stem}")[0]
        for chapter in chapters.chapters(root)
    }
    alone = reached[stem] - set().union(*(modules for one, modules in reached.items() if one != stem))
    names = {name.rpartition(".")[2] for name in alone} | {f"figures_{stem}", f"exercises_{stem}"}
    tests = [f"tests/test_{name}.py" for name in sorted(names) if (root / f"tests/test_{name}.py").is_file()]
    return [*tests, *sorted(str(sources.module(name).relative_to(root)) for name in alone)]
