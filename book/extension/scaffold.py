"""make new: a chapter's six files from book/template, and its lines in _toc.yml, claims.yml, references.bib, smoke.py."""

import keyword
import re
import subprocess
import sys

from miniatures_book.chapters import PARTS, chapters, readme_parts, update_readme
from miniatures_book.messages import line_of, told

ROOMS = {
    "module.py": "code/miniatures/{stem}.py",
    "figures.py": "code/miniatures/figures/{stem}.py",
    "exercises.py": "code/miniatures/exercises/{stem}.py",
    "page.md": "chapters/{part}/{stem}.md",
    "test.py": "tests/test_{stem}.py",
    "teaching.yml": "chapters/teaching/{stem}.yml",
}


SMOKE = """\
    "miniatures.{stem}": "m.share(3, 7)",
    "miniatures.figures.{stem}": "m.shares(7), m.growing(12)",
    "miniatures.exercises.{stem}": "[(e.id, e.answer) for e in m.EXERCISES]",
"""  # what the build's Python and the browser's must agree on
SMOKE_FILE = "tests/smoke.py"
SMOKE_END = "    # make new writes above this line\n"


def new(root, stem: str, part: str) -> int:
    """Write a new chapter that passes the contract; refuses names that are taken or not importable."""
    problem = _problem(root, stem, part)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    title = stem.replace("_", " ").capitalize()
    for template, place in ROOMS.items():
        file = root / place.format(stem=stem, part=part)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (root / "book" / "template" / template).read_text("utf8")
        file.write_text(text.replace("STEM", stem).replace("PART", part).replace("TITLE", title), "utf8")
        print(f"new       {file.relative_to(root)}", flush=True)
    made = [place.format(stem=stem, part=part) for place in ROOMS.values() if place.endswith(".py")]
    sort = "ruff check --no-cache --quiet --select I --fix"  # where the stem comes among the imports
    subprocess.run([sys.executable, "-m", *sort.split(), *made], cwd=root, check=True)
    _append(
        root / "chapters" / "claims.yml",
        f"\n{stem}.C1:\n  said: What the article claims, in our words.\n  figure: none given\n  source: {stem}-article\n",
    )
    _append(
        root / "chapters" / "references.bib",
        f"\n@online{{{stem}-article,\n  author = {{Author, An}},\n  title = {{{title}}},\n  year = {{2020}},\n}}\n",
    )
    smoke = root / SMOKE_FILE
    smoke.write_text(smoke.read_text("utf8").replace(SMOKE_END, SMOKE.format(stem=stem) + SMOKE_END), "utf8")
    _list(root / "_toc.yml", part, stem)
    update_readme(root)
    print(f"new       listed in _toc.yml and README.md; next: make check STEM={stem}")
    return 0


def _problem(root, stem, part):
    """Why there can be no such chapter, and what to do; None where there can."""
    if part not in PARTS:
        return f"PART={part!r} is not a part. Write one of {', '.join(PARTS)}."
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", stem):
        return f"STEM={stem!r} is no stem. Write lower-case words joined by underscores, like gaussian_window."
    if keyword.iskeyword(stem):
        return f"STEM={stem!r} is a word of Python's own, so its module could not be imported. Write another one."
    if stem in {chapter.stem for chapter in chapters(root)}:
        line = line_of((root / "_toc.yml").read_text("utf8"), rf"/{stem}$")
        return told("_toc.yml", line, f"STEM={stem!r} is taken, it is a chapter", "Write another one")
    for place in ROOMS.values():
        file = place.format(stem=stem, part=part)
        if (root / file).exists():
            return told(
                file, 1, f"STEM={stem!r} is taken, there is such a file", "Write another stem, or move the file"
            )
    smoke = (root / SMOKE_FILE).read_text("utf8")
    if smoke.count(SMOKE_END) != 1:
        wrong = f"the line {SMOKE_END.strip()!r} must stand here once, as the last of CASES"
        return told(SMOKE_FILE, line_of(smoke, "^CASES"), wrong, "Put it back")
    try:
        readme_parts(root)
    except ValueError as wrong:
        return str(wrong)
    return None


def _append(file, text):
    file.write_text(file.read_text("utf8").rstrip("\n") + "\n" + text, "utf8")


def _list(toc, part, stem):
    """Add the page below its part's caption, which is written where it is missing."""
    text, caption = toc.read_text("utf8"), f"  - caption: {PARTS[part][0]}\n    chapters:\n"
    if caption not in text:
        following = [PARTS[name][0] for name in list(PARTS)[list(PARTS).index(part) + 1 :]] + [
            "Teaching",
            "Contributing",
        ]
        place = next(text.index(f"  - caption: {name}\n") for name in following if f"  - caption: {name}\n" in text)
        text = text[:place] + caption + text[place:]
    start = text.index(caption) + len(caption)
    block = re.match(r"(      .*\n)*", text[start:])[0]
    end = start + len(block)
    toc.write_text(f"{text[:end]}      - file: chapters/{part}/{stem}\n{text[end:]}", "utf8")
