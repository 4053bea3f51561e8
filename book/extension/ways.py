"""The ways through the book: what each chapter builds on, the map of it, and the reading paths."""

import re
from dataclasses import dataclass
from pathlib import Path

from miniatures_book.chapters import PARTS, Chapter, chapters, read_mapping
from miniatures_book.layout import Circle, Item, Map, depths, lay_out
from miniatures_book.messages import line_of, told


def needs(found: list[Chapter]) -> dict[str, dict[str, str]]:
    """stem -> {stem of a prerequisite: what of it the chapter uses, "" where it does not say}, chapters alone."""
    known = {chapter.stem for chapter in found}
    given = {chapter.stem: chapter.matter.get("prerequisites") or {} for chapter in found}
    return {
        stem: {
            before: (said[before] or "") if isinstance(said, dict) else ""
            for before in dict.fromkeys(said)
            if before in known
        }
        for stem, said in given.items()
    }


def check(root: Path, found: list[Chapter]) -> None:
    """ValueError that names page and line where prerequisites run in a circle."""
    try:
        depths(needs(found))
    except Circle as circle:
        last, first = circle.stems[-2:]
        page = next(f"{chapter.docname}.md" for chapter in found if chapter.stem == last)
        line = line_of((root / page).read_text("utf8"), r"^prerequisites:", rf"\b{first}\b")
        raise ValueError(
            told(page, line, str(circle), f"Take {first} out here, or break the circle elsewhere")
        ) from None


def layout(found: list[Chapter]) -> Map:
    """The map of the chapters: a band for each part, a column for each depth."""
    items = [Item(chapter.stem, chapter.title, chapter.part) for chapter in found]
    return lay_out(items, {name: title for name, (title, _) in PARTS.items()}, needs(found))


@dataclass(frozen=True)
class Step:
    """A chapter of a path: why it is read here, and what stands in for prerequisites that the path leaves out."""

    chapter: Chapter
    why: str
    without: dict[str, str]


@dataclass(frozen=True)
class ReadingPath:
    """An ordered list of chapters for one kind of reader."""

    name: str
    title: str
    for_whom: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        return sum(step.chapter.matter["minutes"] for step in self.steps)


PATHS = "chapters/paths.yml"


def paths(root: Path) -> list[ReadingPath]:
    """The paths of chapters/paths.yml.

    ValueError for a chapter that is not there or stands twice, for a prerequisite that comes neither before
    its chapter nor below `without`, and for a path or a step that lacks what the page prints of it.
    """
    found = chapters(root)
    known, graph = {chapter.stem: chapter for chapter in found}, needs(found)
    text, made = (root / PATHS).read_text("utf8"), []
    for name, path in read_mapping(root, PATHS).items():
        _complete(text, (rf"^{re.escape(name)}:",), name, path, ("title", "for", "chapters"))
        seen: list[str] = []
        steps = []
        for number, step in enumerate(path["chapters"]):
            trail = (rf"^{re.escape(name)}:", *[r"\bchapter: *\S"] * (number + 1))
            _complete(text, trail, f"step {number + 1} of {name}", step, ("chapter", "why"))
            _follows(text, trail, step, seen, graph)
            seen.append(step["chapter"])
            steps.append(Step(known[step["chapter"]], step["why"], step.get("without") or {}))
        made.append(ReadingPath(name, path["title"], path["for"], tuple(steps)))
    return made


def _complete(text: str, trail: tuple[str, ...], what: str, given, keys: tuple[str, ...]) -> None:
    """ValueError unless `given` is a mapping with something below each of the keys."""
    for key in keys:
        if not (isinstance(given, dict) and given.get(key)):
            raise ValueError(told(PATHS, line_of(text, *trail), f"{what} lacks {key!r}", f"Add a line '{key}: …'"))


def _follows(text: str, trail: tuple[str, ...], step: dict, seen: list[str], graph: dict) -> None:
    """ValueError unless the step's chapter may be read after those that were `seen`."""
    stem, without, line = step["chapter"], step.get("without") or {}, line_of(text, *trail)
    if stem not in graph:
        raise ValueError(told(PATHS, line, f"{stem!r} is not a chapter", f"Write one of {', '.join(graph)}"))
    if stem in seen:
        raise ValueError(told(PATHS, line, f"{stem!r} stands twice in this path", "Take one of them out"))
    for before in graph[stem]:
        if before not in seen and before not in without:
            cure = f"List {before} before it, or say below 'without' what to do instead"
            raise ValueError(told(PATHS, line, f"{stem!r} needs {before!r} before it", cure))
    for before in without:
        if before not in graph[stem] or before in seen:
            wrong = f"{stem!r} does not lack {before!r} here"
            raise ValueError(told(PATHS, line, wrong, f"Take {before} out of its 'without'"))


def hours(minutes: int) -> str:
    """ "2 h 35 min" of 155."""
    whole, rest = divmod(minutes, 60)
    return " ".join([f"{whole} h"] * bool(whole) + [f"{rest} min"] * bool(rest or not whole))
