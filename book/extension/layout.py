"""Boxes in bands and columns, with arrows that cross none: what the map of the chapters and the picture of the house share."""

import textwrap
from dataclasses import dataclass, field

# The map's measures, in units of its own: a box for each chapter, lanes for arrows between the columns.
BOX, LINE, PAD, LETTERS = 174, 16, 8, 20
ROW_GAP, HEAD, LANE, MARGIN = 20, 34, 7, 13


class Circle(ValueError):
    """Needs that lead back to where they began: `stems`, each of which needs the next."""

    def __init__(self, stems: list[str]):
        super().__init__(f"prerequisites run in a circle: {' needs '.join(stems)}")
        self.stems = stems


def depths(graph: dict[str, dict[str, str]]) -> dict[str, int]:
    """stem -> the length of the longest chain of needs behind it. Circle where there is no longest."""
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
class Item:
    """What becomes a box: its key in the graph, its title, the band that it lies in, and words below the title."""

    key: str
    title: str
    band: str
    more: str = ""


@dataclass(frozen=True)
class Box:
    """An item on the map; the first `heads` of its lines are its title."""

    item: Item
    column: int
    row: int
    x: float
    y: float
    lines: list[str]
    heads: int


@dataclass
class Map:
    """Boxes, heads of bands as (name, title, y), arrows as (from, to, path), and the sizes."""

    boxes: dict[str, Box] = field(default_factory=dict)
    heads: list[tuple[str, str, float]] = field(default_factory=list)
    arrows: list[tuple[str, str, str]] = field(default_factory=list)
    width: float = 0
    height: float = 0
    box: float = BOX
    box_height: float = 0


def lay_out(items: list[Item], bands: dict[str, str], graph: dict, box: float = BOX, letters: int = LETTERS) -> Map:
    """The map: a band for each of `bands` with its title, a column for each depth, arrows from left to right.

    `graph` has for each item's key the keys that it needs. An arrow leaves its box in the lower half, runs in a lane
    of its own between the columns and arrives in an upper half; one that skips columns runs above the row of its
    target. It crosses no box.
    """
    depth = depths(graph)
    edges = [(before, key) for key in graph for before in graph[key]]
    made = Map(box=box)
    left, lanes = _columns(graph, edges, depth, box)
    _place(made, items, bands, depth, left, letters)
    made.boxes = {key: made.boxes[key] for key in graph if key in made.boxes}
    _draw(made, graph, edges, left, lanes)
    return made


def _columns(graph, edges, depth, box) -> tuple[list[float], list[list[str]]]:
    """Where each column begins, and for each gap between two the items whose arrows have a lane there."""
    lanes = [
        sorted({a for a, b in edges if gap in (depth[a], depth[b] - 1)}, key=list(graph).index)
        for gap in range(max(depth.values(), default=0))
    ]
    left = [0.0]
    for lane in lanes:
        left.append(left[-1] + box + 2 * MARGIN + LANE * max(len(lane) - 1, 0) + 8)
    return left, lanes


def _place(made: Map, items: list[Item], bands: dict[str, str], depth: dict, left: list[float], letters: int) -> None:
    """Put the boxes into their bands and columns."""
    heads = {item.key: textwrap.wrap(item.title, letters) for item in items}
    lines = {
        item.key: heads[item.key] + textwrap.wrap(item.more, letters + 2, break_on_hyphens=False) for item in items
    }
    made.box_height = 2 * PAD + LINE * max(map(len, lines.values()), default=1)
    row, y = 0, 0.0
    for name, title in bands.items():
        members = [item for item in items if item.band == name]
        if not members:
            continue
        made.heads.append((name, title, y + HEAD - 14))
        y += HEAD
        columns = [[item for item in members if depth[item.key] == column] for column in range(len(left))]
        for place in range(max(map(len, columns))):
            for column, here in enumerate(columns):
                if place < len(here):
                    item = here[place]
                    known = lines[item.key], len(heads[item.key])
                    made.boxes[item.key] = Box(item, column, row, left[column], y, *known)
            row += 1
            y += made.box_height + ROW_GAP
    made.width, made.height = left[-1] + made.box, max(y - ROW_GAP, 0)


def _draw(made: Map, graph, edges, left, lanes) -> None:
    """Add the arrows."""
    skipping: dict[int, list[str]] = {}  # row -> from where arrows run above it
    for before, stem in edges:
        if made.boxes[stem].column > made.boxes[before].column + 1:
            above = skipping.setdefault(made.boxes[stem].row, [])
            above += [before] * (before not in above)
    for before, stem in edges:
        start, end = made.boxes[before], made.boxes[stem]
        from_x, from_y = start.x + made.box, start.y + 0.72 * made.box_height
        arriving = list(graph[stem])
        to_y = end.y + made.box_height * (0.15 + 0.35 * (arriving.index(before) + 0.5) / len(arriving))

        def lane(gap, before=before):
            return left[gap] + made.box + MARGIN + LANE * lanes[gap].index(before)

        turns = [(lane(start.column), from_y)]
        if end.column > start.column + 1:
            above = skipping[end.row]
            y = end.y - 5 - min(4, (ROW_GAP - 8) / len(above)) * above.index(before)
            turns += [(turns[0][0], y), (lane(end.column - 1), y)]
        turns += [(turns[-1][0], to_y)]
        made.arrows.append((before, stem, _rounded([(from_x, from_y), *turns, (end.x - 1, to_y)])))


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
