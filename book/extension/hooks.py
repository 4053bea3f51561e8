"""What git asks before a commit, beside ruff and codespell: the contract of what changed, notebooks without outputs."""

import json
import sys
from pathlib import Path

from miniatures_book import chapters, contract, teaching, ways
from miniatures_book.messages import line_of, told

OF_ALL = ("_toc.yml", chapters.CLAIMS, contract.BIBLIOGRAPHY, "chapters/glossary.md")  # every page rests on these


def touched(found: list[chapters.Chapter], files: list[str]) -> list[chapters.Chapter]:
    """The chapters that one of the files, named from the root, belongs to."""
    if set(files) & set(OF_ALL):
        return found
    rooms = (
        "code/miniatures/{}.py", "code/miniatures/figures/{}.py", "code/miniatures/exercises/{}.py", f"{teaching.FOLDER}/{{}}.yml",
    )  # fmt: skip
    return [
        chapter
        for chapter in found
        if {f"{chapter.docname}.md", *(room.format(chapter.stem) for room in rooms)} & set(files)
    ]


def contract_of(root: Path, files: list[str]) -> int:
    """Print what the chapters of these files do not keep of the contract, and what is wrong with prerequisites and paths."""
    try:
        found = chapters.chapters(root)
        ways.check(root, found)
        ways.paths(root)
        pages = [contract.Page.of(root, chapter.docname) for chapter in touched(found, files)]
        said = [message for page in pages for rule in contract.RULES for message in rule(page)]
    except ValueError as wrong:
        said = [str(wrong)]
    return _tell(said)


def outputs(root: Path, files: list[str]) -> int:
    """Print which notebooks hold outputs: they are the reader's to make, and no diff can show them."""
    said = []
    for name in files:
        text = (root / name).read_text("utf8")
        if any(cell.get("outputs") for cell in json.loads(text).get("cells", ())):
            cure = f"Run .venv/bin/jupyter nbconvert --clear-output --inplace {name}"
            said.append(told(name, line_of(text, r'"outputs": \[\s*\{'), "the notebook holds outputs", cure))
    return _tell(said)


def _tell(said: list[str]) -> int:
    print(*said, sep="\n", end="\n" * bool(said), file=sys.stderr)
    return int(bool(said))
