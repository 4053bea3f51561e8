"""The controls of an explorable view: Slider, Choice, Toggle. Their names are the view's parameters.

Those that a reader works in the figure, Marks and Trace, are in `miniatures.placed`.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from miniatures.checks import one_of, scalar, whole

MOST_STEPS = 500  # of one slider


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high`, stored at `steps` values; `scale` is "linear" or "log".

    The stored values contain `low`, `high` and `value`, which takes the place of its nearest step;
    the others are rounded to 4 significant digits, to more where 4 cannot tell the steps apart, to
    whole numbers with `integer=True` (then there are fewer where steps fall together).

    With `play`, frames a second from 0.5 to 30, the page puts a button beside it that plays the whole numbers
    from `low` to `high`, each of which must be stored; nothing plays before it is pressed.

    Two sliders with a `handle` of the same name, ("top left", "x") and ("top left", "y"), make one point of the
    figure's first panel that the reader drags, by pointer or by arrow keys; their numbers are its coordinates there.
    """

    low: float
    high: float
    value: float
    steps: int = 25
    scale: str = "linear"
    integer: bool = False
    unit: str = ""
    label: str = ""
    play: float = 0
    handle: tuple[str, str] | None = None
    kind: str = field(default="slider", init=False)

    def __post_init__(self):
        for name in ("low", "high", "value"):
            number = scalar(name, getattr(self, name), -1e100, 1e100)
            if self.integer and number != round(number):
                raise ValueError(f"{name}={number} of an integer slider must be a whole number")
            object.__setattr__(self, name, number)  # plain, where numpy's was given
        if not self.low < self.high:
            raise ValueError(f"low={self.low} must lie below high={self.high}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value={self.value} must lie between low={self.low} and high={self.high}")
        whole("steps", self.steps, 2, MOST_STEPS)
        if one_of("scale", self.scale, ("linear", "log")) == "log" and self.low <= 0:
            raise ValueError(f"low={self.low} must be positive on a logarithmic scale")
        labelled(self)
        if self.value not in (self.low, self.high) and len(self._steps()) < 3:
            raise ValueError(
                f"steps={self.steps} has no step for value={self.value} between low={self.low} and high={self.high}: take more"
            )
        if scalar("play", self.play, 0, 30):
            scalar("play", self.play, 0.5, 30)
            if not self.integer or self.values != tuple(range(int(self.low), int(self.high) + 1)):
                raise ValueError(
                    f"play={self.play} takes an integer slider that stores each of its numbers: steps={self.high - self.low + 1:g}"
                )
        if self.handle is not None:
            _grip(self)

    @property
    def values(self) -> tuple[float, ...]:
        """The stored values, ascending."""
        grid = self._steps()
        place = math.log if self.scale == "log" else float
        if self.value not in grid:
            between = range(1, len(grid) - 1)
            grid[min(between, key=lambda i: abs(place(grid[i]) - place(self.value)))] = self._number(self.value)
        return tuple(grid)

    def _number(self, value):
        return int(value) if self.integer else float(value)

    def _steps(self):
        """The grid before `value` takes its place."""
        low, high = self._number(self.low), self._number(self.high)
        space = np.geomspace if self.scale == "log" else np.linspace
        exact = [float(v) for v in space(low, high, self.steps)[1:-1]]
        if self.integer:
            return sorted({low, high, *(v for v in map(round, exact) if low < v < high)})
        noise = (high - low) * 1e-12 if self.scale == "linear" else 0.0  # what linspace leaves of a step at 0
        for digits in range(4, 18):
            grid = {0.0 if abs(v) < noise else float(f"{v:.{digits}g}") for v in exact}
            if len(grid) == len(exact) and all(low < v < high for v in grid):
                break
        return sorted({low, high, *(v for v in grid if low < v < high)})

    def admits(self, value) -> bool:
        """True when `value` lies on this control, between the stored steps too."""
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and self.low <= value <= self.high and (not self.integer or value == round(value))


@dataclass(frozen=True)
class Choice:
    """One of `options`: a list of values, or a dict from label to value. A value is a text, a number,
    a truth value or None."""

    options: tuple | list | dict
    value: object
    unit: str = ""
    label: str = ""
    kind: str = field(default="choice", init=False)

    def __post_init__(self):
        if not isinstance(self.options, (tuple, list, dict)) or not self.options:
            raise ValueError(
                f"options={self.options!r} must be a list of values or a dict from label to value, not empty"
            )
        for value in self.values:
            if not plain(value):
                raise ValueError(f"options hold {value!r}: a text, a finite number, a truth value or None is accepted")
        for name, those in (("options", self.values), ("labels", self.names)):
            twice = [one for place, one in enumerate(those) if one in those[:place]]
            if twice:
                raise ValueError(f"{name} hold {twice[0]!r} twice: the reader could not tell them apart")
        if not all(isinstance(name, str) and name.strip() for name in self.names):
            raise ValueError(f"options={self.options!r} must have texts as labels")
        if not self.admits(self.value):
            raise ValueError(f"value={self.value!r} is not one of the options {self.values}")
        labelled(self)

    @property
    def values(self) -> tuple:
        """The options' values, in their order."""
        return tuple(self.options.values()) if isinstance(self.options, dict) else tuple(self.options)

    @property
    def names(self) -> tuple[str, ...]:
        """What the reader sees for each option."""
        if isinstance(self.options, dict):
            return tuple(self.options)
        return tuple(
            f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)
            for value in self.options
        )

    def admits(self, value) -> bool:
        """True when `value` is one of the options; True is not 1 here."""
        return plain(value) and any(
            isinstance(value, bool) == isinstance(one, bool) and value == one for one in self.values
        )


@dataclass(frozen=True)
class Toggle:
    """Off or on."""

    value: bool
    label: str = ""
    unit: str = ""
    kind: str = field(default="toggle", init=False)

    def __post_init__(self):
        if not isinstance(self.value, bool):
            raise ValueError(f"value={self.value!r} of a toggle must be True or False")
        labelled(self)

    @property
    def values(self) -> tuple[bool, bool]:
        """Off and on."""
        return (False, True)

    def admits(self, value) -> bool:
        """True for the two bools; 0 and 1 are none."""
        return isinstance(value, bool)


def plain(value) -> bool:
    """True for a text, a finite number (not nan), a truth value or None."""
    return value is None or isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))


def labelled(control) -> None:
    """ValueError where label or unit is no text."""
    for name in ("label", "unit"):
        if not isinstance(getattr(control, name), str):
            raise ValueError(f"{name}={getattr(control, name)!r} must be a text")


def _grip(slider):
    named = isinstance(slider.handle, (tuple, list)) and len(slider.handle) == 2
    if not (
        named and isinstance(slider.handle[0], str) and slider.handle[0].strip() and slider.handle[1] in ("x", "y")
    ):
        raise ValueError(f'handle={slider.handle!r} must be a name and an axis, as in ("top left", "x")')
    if slider.scale == "log" or slider.play:
        raise ValueError(f"handle={slider.handle!r} takes a slider of linear scale that does not play")
    object.__setattr__(slider, "handle", tuple(slider.handle))
