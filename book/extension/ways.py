"""The ways through the book: what each chapter builds on, the map of it, and the reading paths."""

import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from miniatures_book.chapters import PARTS, Chapter, chapters, read_mapping
from miniatures_book.messages import line_of, told

# The map's measures, in units of its own: a box for each chapter, lanes for arrows between the columns.
BOX, LINE, PAD, LETTERS = 174, 16, 8, 20
ROW_GAP, HEAD, LANE, MARGIN = 20, 34, 7, 13


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


class Circle(ValueError):
    """Prerequisites that lead back to where they began: `stems`, each of which needs the next."""

    def __init__(self, stems: list[str]):
        super().__init__(f"prerequisites run in a circle: {' needs '.join(stems)}")
        self.stems = stems


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


def depths(graph: dict[str, dict[str, str]]) -> dict[str, int]:
    """stem -> the length of the longest chain of prerequisites behind it. Circle where there is no longest."""
    found: dict[str, int] = {}

    def depth(stem, trail):
        if stem in trail:
            raise Circle([*trail[trail.index(stem) :], stem])
        if stem not in found:
            found[stem] = max((1 + depth(before, (*trail, stem)) for before in graph[stem]), default=0)
        return found[stem]

    for stem in graph:
        depth(stem, ())
    return found


@dataclass(frozen=True)
class Box:
    """A chapter on the map."""

    chapter: Chapter
    column: int
    row: int
    x: float
    y: float
    lines: list[str]


@dataclass
class Map:
    """Boxes of chapters, heads of parts as (name, title, y), arrows as (from, to, path), and the size."""

    boxes: dict[str, Box] = field(default_factory=dict)
    heads: list[tuple[str, str, float]] = field(default_factory=list)
    arrows: list[tuple[str, str, str]] = field(default_factory=list)
    width: float = 0
    height: float = 0
    box_height: float = 0


def layout(found: list[Chapter]) -> Map:
    """The map: a band for each part, a column for each depth, arrows from left to right that cross no box.

    An arrow leaves its box in the lower half, runs in a lane of its own between the columns and arrives in an
    upper half. One that skips columns runs above the row of its target.
    """
    graph = needs(found)
    depth = depths(graph)
    made = Map()
    lines = {chapter.stem: textwrap.wrap(chapter.title, LETTERS) for chapter in found}
    made.box_height = 2 * PAD + LINE * max(map(len, lines.values()), default=1)

    edges = [(before, stem) for stem in graph for before in graph[stem]]
    lanes = [
        sorted({a for a, b in edges if gap in (depth[a], depth[b] - 1)}, key=list(graph).index)
        for gap in range(max(depth.values(), default=0))
    ]
    left = [0.0]
    for lane in lanes:
        left.append(left[-1] + BOX + 2 * MARGIN + LANE * max(len(lane) - 1, 0) + 8)

    row, y = 0, 0.0
    for name, (title, _) in PARTS.items():
        members = [chapter.stem for chapter in found if chapter.part == name]
        if not members:
            continue
        made.heads.append((name, title, y + HEAD - 14))
        y += HEAD
        columns = [[stem for stem in members if depth[stem] == column] for column in range(len(left))]
        for place in range(max(map(len, columns))):
            for column, stems in enumerate(columns):
                if place < len(stems):
                    chapter = next(one for one in found if one.stem == stems[place])
                    made.boxes[chapter.stem] = Box(chapter, column, row, left[column], y, lines[chapter.stem])
            row += 1
            y += made.box_height + ROW_GAP
    made.width, made.height = left[-1] + BOX, max(y - ROW_GAP, 0)
    made.boxes = {stem: made.boxes[stem] for stem in graph if stem in made.boxes}

    skipping: dict[int, list[str]] = {}  # row -> from where arrows run above it
    for before, stem in edges:
        if made.boxes[stem].column > made.boxes[before].column + 1:
            above = skipping.setdefault(made.boxes[stem].row, [])
            above += [before] * (before not in above)
    for before, stem in edges:
        start, end = made.boxes[before], made.boxes[stem]
        from_x, from_y = start.x + BOX, start.y + 0.72 * made.box_height
        arriving = list(graph[stem])
        to_y = end.y + made.box_height * (0.15 + 0.35 * (arriving.index(before) + 0.5) / len(arriving))

        def lane(gap, before=before):
            return left[gap] + BOX + MARGIN + LANE * lanes[gap].index(before)

        turns = [(lane(start.column), from_y)]
        if end.column > start.column + 1:
            above = skipping[end.row]
            y = end.y - 5 - min(4, (ROW_GAP - 8) / len(above)) * above.index(before)
            turns += [(turns[0][0], y), (lane(end.column - 1), y)]
        turns += [(turns[-1][0], to_y)]
        made.arrows.append((before, stem, _rounded([(from_x, from_y), *turns, (end.x - 1, to_y)])))
    return made


def _rounded(points: list[tuple[float, float]], radius: float = 4) -> str:
    """An SVG path through points that are joined at right angles, with rounded corners."""
    path = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        ends = []
        for other in (before, after):
            length = abs(other[0] - here[0]) + abs(other[1] - here[1])
            share = min(radius, length / 2) / length if length else 0
            ends.append([round(here[i] + share * (other[i] - here[i]), 2) for i in (0, 1)])
        path.append(f"L{ends[0][0]:g} {ends[0][1]:g}Q{here[0]:g} {here[1]:g} {ends[1][0]:g} {ends[1][1]:g}")
    return "".join([*path, f"L{points[-1][0]:g} {points[-1][1]:g}"])


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
