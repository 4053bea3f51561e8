"""Controls that a reader works in the figure itself: Marks are points set by click, Trace is a pointer's way.

Their value is a tuple of triples of numbers. A page keeps it as a text of whole numbers, places on the control's
grid, "31.30.0-12.40.1" for two triples: short enough for an address, and equal where two values are.

>>> clicks = Marks({"object": 1, "background": 0}, high=(63, 63), script=((31, 30, 1), (12, 40, 0)))
>>> clicks.values
((), ((31, 30, 1),), ((31, 30, 1), (12, 40, 0)))
>>> [clicks.text(value) for value in clicks.values]
['', '31.30.0', '31.30.0-12.40.1']
"""

from dataclasses import dataclass, field
from itertools import pairwise

from miniatures.checks import numbers, scalar, whole
from miniatures.controls import labelled, plain

MOST_MARKS = 100
MOST_SECONDS = 60
A_SECOND = 20  # places of a trace
FINEST = 10_000  # places along an axis


@dataclass(frozen=True)
class Marks:
    """Points that the reader places on the figure's first panel, each of one of `kinds`, a dict from label to number.

    The view receives a tuple of (x, y, kind): x and y from `low` to `high`, each an (x, y), in steps of `step`.
    Stored in the page are the beginnings of `script`, of which the figure first shows `start`; the others are computed.
    """

    kinds: dict
    low: tuple = (0, 0)
    high: tuple = (63, 63)
    script: tuple = ()
    start: int = 0
    most: int = 20
    step: float = 1
    label: str = ""
    unit: str = field(default="", init=False)
    kind: str = field(default="marks", init=False)

    def __post_init__(self):
        named = isinstance(self.kinds, dict) and all(isinstance(name, str) and name.strip() for name in self.kinds)
        if not named or not self.kinds:
            raise ValueError(f"kinds={self.kinds!r} must be a dict from label to number, not empty")
        for name, value in self.kinds.items():
            if not plain(value) or isinstance(value, (bool, str, type(None))):
                raise ValueError(f"kinds hold {value!r} for {name!r}: a finite number is accepted")
        if len(set(self.kinds.values())) < len(self.kinds):
            raise ValueError(f"kinds={self.kinds!r} must have a number of its own for each label")
        whole("most", self.most, 1, MOST_MARKS)
        _board(self)
        _scripted(self)
        whole("start", self.start, 0, len(self.script))

    @property
    def value(self) -> tuple:
        """What the figure first shows: the beginning of the script that `start` says."""
        return self.script[: self.start]

    @property
    def values(self) -> tuple[tuple, ...]:
        """The stored values: the script's beginnings, the empty one first."""
        return tuple(self.script[:count] for count in range(len(self.script) + 1))

    @property
    def columns(self) -> tuple[tuple, ...]:
        """What each number of a triple can be."""
        return *_grids(self), tuple(self.kinds.values())

    def admits(self, value) -> bool:
        """True for a value that a reader can place."""
        return _triples(value) and len(value) <= self.most and _on(self.columns, value)

    def text(self, value) -> str:
        """A value as the page keeps it."""
        return _text(self.columns, value)


@dataclass(frozen=True)
class Trace:
    """The way of the reader's pointer over the figure's first panel while `prompts` appear, a (time, words) each.

    The reader records it for `seconds`, by pointer, or by keys that jump to the `stops`, an (x, y) each. The view
    receives a tuple of (t, x, y): t in seconds from the start, ascending; x and y from `low` to `high`, each an (x, y), in
    steps of `step`. Stored in the page are the empty trace, which it first shows, and `script`, an example.
    """

    seconds: float
    prompts: tuple
    stops: tuple = ()
    low: tuple = (0, 0)
    high: tuple = (1, 1)
    step: float = 0.005
    script: tuple = ()
    label: str = ""
    unit: str = field(default="", init=False)
    kind: str = field(default="trace", init=False)

    def __post_init__(self):
        scalar("seconds", self.seconds, 1, MOST_SECONDS)
        prompts = tuple((scalar("prompts", time, 0, self.seconds), words) for time, words in self.prompts)
        if not prompts or not all(isinstance(words, str) and words.strip() for _, words in prompts):
            raise ValueError(f"prompts={self.prompts!r} must hold a time and words each, one at least")
        if any(after <= before for (before, _), (after, _) in pairwise(prompts)):
            raise ValueError(f"prompts={self.prompts!r} must be in order of time")
        object.__setattr__(self, "prompts", prompts)
        _board(self)
        stops = numbers("stops", self.stops, (None, 2)).tolist() if len(self.stops) else []
        object.__setattr__(self, "stops", tuple(map(tuple, stops)))
        if len(stops) > 9 or not _on(_grids(self), self.stops):
            raise ValueError(f"stops={self.stops} must be nine at most, between low={self.low} and high={self.high}")
        _scripted(self)

    @property
    def value(self) -> tuple:
        """What the figure first shows: no trace."""
        return ()

    @property
    def values(self) -> tuple[tuple, ...]:
        """The stored values: no trace, and the example where there is one."""
        return ((), self.script) if self.script else ((),)

    @property
    def columns(self) -> tuple[tuple, ...]:
        """What each number of a triple can be; times to a hundredth of a second."""
        return tuple(round(k / 100, 2) for k in range(round(100 * self.seconds) + 1)), *_grids(self)

    @property
    def most(self) -> int:
        """How many places a trace can have."""
        return round(A_SECOND * self.seconds) + 2

    def admits(self, value) -> bool:
        """True for a value that a reader can record."""
        if not _triples(value) or len(value) > self.most or not _on(self.columns, value):
            return False
        return all(before[0] < after[0] for before, after in pairwise(value))

    def text(self, value) -> str:
        """A value as the page keeps it."""
        return _text(self.columns, value)


def from_page(value):
    """A list of triples, as a page sends it, as a view takes it; other values, nan too, as they are.

    >>> from_page([[3, 4, 1], [63, 0, 0]]), from_page(0.5)
    (((3, 4, 1), (63, 0, 0)), 0.5)
    """
    return tuple(map(tuple, value)) if isinstance(value, list) else value


def _board(control):
    """Check low, high, step and the label."""
    for name in ("low", "high"):
        x, y = numbers(name, getattr(control, name), (2,)).tolist()
        object.__setattr__(control, name, (_digits(x), _digits(y)))
    step = scalar("step", control.step, 1e-9, 1e9)
    for low, high in zip(control.low, control.high, strict=True):
        if not low < high or not 1 <= (high - low) / step <= FINEST:
            raise ValueError(
                f"low={control.low} must lie below high={control.high}, 1 to {FINEST:,} steps of step={step:g}"
            )
    labelled(control)


def _scripted(control):
    """Check the script, and keep it as a tuple of tuples, each number at the nearest place of the control's grid."""
    grids = control.columns[:2] if control.kind == "marks" else control.columns
    script = tuple((*map(_nearest, row, grids), *row[len(grids) :]) for row in control.script)
    object.__setattr__(control, "script", script)
    if not control.admits(script):
        raise ValueError(
            f"script={script!r:.300} must be triples that a reader can give: on the grid from low={control.low} to "
            f"high={control.high} in steps of {control.step:g}, {control.most} at most"
        )


def _grids(control):
    """The places along x and along y."""
    return tuple(
        tuple(_digits(low + place * control.step) for place in range(round((high - low) / control.step) + 1))
        for low, high in zip(control.low, control.high, strict=True)
    )


def _nearest(number, grid):
    """The place that is nearest to a number between the grid's ends; a number beyond them itself."""
    return min(grid, key=lambda place: abs(place - number)) if grid[0] <= number <= grid[-1] else number


def _digits(value):
    value = float(f"{value:.12g}")
    return int(value) if value == int(value) else value


def _triples(value):
    return isinstance(value, tuple) and all(isinstance(one, tuple) and len(one) == 3 for one in value)


def _on(columns, rows):
    """True where each number of each row is one of its column's."""
    return all(
        not isinstance(one, bool) and one in column for row in rows for one, column in zip(row, columns, strict=True)
    )


def _text(columns, value):
    return "-".join(".".join(str(column.index(one)) for one, column in zip(row, columns, strict=True)) for row in value)
