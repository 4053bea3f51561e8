"""explore(view, **controls): one function, drawn for every setting of its controls.

A *view* is a pure importable function of plain values that returns a `View`. The book's build
calls it over the product of the controls' steps and stores the answers in the page; a notebook
shows the same call behind ipywidgets; a test calls it directly.

>>> from miniatures import draw
>>> def parabola(a: float) -> View:
...     return View(draw.figure(draw.line([0, 1], [0, a])), f"A line that ends at {a:g}.")
>>> explore(parabola, a=Slider(0, 2, 1, steps=5)).controls["a"].values
(0.0, 0.5, 1.0, 1.5, 2.0)
"""

import html
import inspect
import itertools
import math
import re
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass

from miniatures import draw, states
from miniatures.controls import Choice as Choice
from miniatures.controls import Slider
from miniatures.controls import Toggle as Toggle
from miniatures.placed import Marks, Trace
from miniatures.surface import in_book as in_book
from miniatures.surface import in_page
from miniatures.wording import minus

Control = Slider | Choice | Toggle | Marks | Trace
VIEW_MIME = "application/vnd.miniatures.view+json"
STATES_BYTES = 60_000  # gzip, for the states of one view
FILM_BYTES = 400_000  # for those of a view that plays: they are fetched when a reader uses its controls, never before
SECONDS_PER_STATE = 1 / 20  # CPU
MOST_STATES = 5_000  # of one view


class BudgetError(Exception):
    """A view's stored states are too many, too heavy or too slow for a page."""


@dataclass(frozen=True)
class View:
    """A figure (a dict of Plotly's schema) and the one or two sentences that state what it shows, numbers with true minus signs."""

    figure: dict
    description: str

    def __post_init__(self):
        if not isinstance(self.figure, dict) or not {"data", "layout"} <= set(self.figure):
            raise ValueError(
                f"figure of {type(self.figure)} must be a dict with 'data' and 'layout': build it with draw.figure"
            )
        if not isinstance(self.description, str) or not self.description.strip():
            raise ValueError(f"description={self.description!r} must say what the figure shows, with its numbers")
        object.__setattr__(self, "description", minus(self.description))

    def _repr_mimebundle_(self, include=None, exclude=None):
        if in_book() or in_page():
            return _page_bundle(self, name="", controls={}, stored=None)
        from miniatures import notebook

        return notebook.figure_bundle(self.figure, self.description)


def refusal(reason: str, height: int = 360) -> View:
    """The view of a setting that the mathematics refuses: no picture, the reason in words."""
    empty = draw.axis(hidden=True, range=[0, 1])
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError(f"reason={reason!r} must say why the setting is refused")
    words = "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(reason, 48))
    return View(draw.figure(draw.text(0.5, 0.5, words, size=15), x=empty, y=empty, height=height), reason)


@dataclass(frozen=True)
class Explorer:
    """A view with its controls, as `explore` returns it."""

    view: Callable[..., View]
    controls: dict[str, Control]
    name: str

    @property
    def reference(self) -> str:
        """Where the view is imported from, "module:function"."""
        return f"{self.view.__module__}:{self.view.__name__}"

    @property
    def defaults(self) -> dict:
        """Name -> value of each control as the page shows it first."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def plays(self) -> bool:
        """True where one of its sliders can be played."""
        return any(getattr(control, "play", 0) for control in self.controls.values())

    def settings(self) -> list[dict]:
        """Every stored setting; the last control varies fastest."""
        names = list(self.controls)
        return [
            dict(zip(names, values, strict=True))
            for values in itertools.product(*(self.controls[n].values for n in names))
        ]

    def at(self, **setting) -> View:
        """The view at `setting`; ValueError names view, control and value where it fails."""
        try:
            view = self.view(**setting)
        except Exception as error:
            raise ValueError(
                f"{self.reference} cannot draw {self._culprit(setting)}: {type(error).__name__}: {error}"
            ) from error
        if not isinstance(view, View):
            raise ValueError(
                f"{self.reference} returned {type(view)} at {_words(setting)}: a view returns View(figure, description)"
            )
        return view

    def _culprit(self, setting):
        """The control whose value alone, the others at their defaults, makes the view fail; else the whole setting."""
        for name, value in setting.items():
            if value != self.defaults.get(name, value):
                try:
                    self.view(**self.defaults | {name: value})
                except Exception:
                    return f"{_words({name: value})}, which its control {self.controls[name].kind} allows"
        return _words(setting)

    def stored(self) -> dict:
        """The states for the page, encoded by `miniatures.states`; BudgetError beyond the page's budget."""
        count = math.prod(len(control.values) for control in self.controls.values())
        finest = max(self.controls, key=lambda name: len(self.controls[name].values))
        advice = f"coarsen {finest!r} ({len(self.controls[finest].values)} steps of {count:,} states)"
        if count > MOST_STATES:
            raise BudgetError(f"{self.reference}: {count:,} states are more than {MOST_STATES:,}: {advice}")
        views = self._drawn(self.settings(), advice)
        encoded = states.encode([v.figure for v in views], [v.description for v in views])
        size, most = len(states.pack(encoded)), FILM_BYTES if self.plays else STATES_BYTES
        if size > most:
            raise BudgetError(
                f"{self.reference}: its states weigh {size:,} bytes in gzip, {most:,} are allowed: {advice}"
            )
        return encoded

    def _drawn(self, settings, advice):
        """The view of each setting; BudgetError as soon as the time for all of them is used up."""
        allowed = max(1.0, len(settings) * SECONDS_PER_STATE)
        start, views = time.process_time(), []
        for setting in settings:
            views.append(self.at(**setting))
            seconds = time.process_time() - start
            if seconds > allowed:
                raise BudgetError(f"{self.reference}: {len(views)} of {len(settings)} states took {seconds:.1f} s of CPU, "
                                  f"{allowed:.1f} s are allowed for all: make the view faster or {advice}")  # fmt: skip
        return views

    def _repr_mimebundle_(self, include=None, exclude=None):
        default = self.at(**self.defaults)
        if in_page():
            return _page_bundle(default, self.name, self.controls, None, self.reference)
        if in_book():
            again = self.at(**self.defaults)
            if (draw.plain(again.figure), again.description) != (draw.plain(default.figure), default.description):
                raise ValueError(f"{self.reference} drew two different views at {_words(self.defaults)}: fix its seed")
            return _page_bundle(default, self.name, self.controls, self.stored(), self.reference)
        from miniatures import notebook

        return notebook.widget(self)._repr_mimebundle_(include=include, exclude=exclude)


def explore(view: Callable[..., View], name: str = "", /, **controls: Control) -> Explorer:
    """An explorable figure: `view` behind one control for each of its parameters.

    `name` sets the figure's anchor where a page shows the same view twice; by default it is
    "<stem>-<function>". Raises ValueError for a control without a parameter, a parameter
    without a control, or a default setting that the view cannot draw.
    """
    if not inspect.isfunction(view) or "<" in view.__qualname__ or (in_book() and view.__module__ == "__main__"):
        raise ValueError(f"view={view!r} must be an importable function: write it in miniatures/figures/<stem>.py")
    if not isinstance(name, str) or (name and not re.fullmatch(r"[A-Za-z][\w.-]*", name, re.ASCII)):
        raise ValueError(f"name={name!r} must be an anchor: a letter, then letters, digits, '-', '_' and '.'")
    _matched(view, controls)
    explorer = Explorer(view, controls, name or f"{view.__module__.rpartition('.')[2]}-{view.__name__}")
    explorer.at(**explorer.defaults)
    return explorer


def _matched(view, controls):
    """ValueError unless each parameter without a default has its control, and each control its parameter."""
    parameters = inspect.signature(view).parameters
    for parameter in parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise ValueError(f"{view.__name__} takes {parameter}: a view names each of its parameters")
    for name, control in controls.items():
        if name not in parameters:
            raise ValueError(f"{view.__name__} has no parameter {name!r}: it takes {', '.join(parameters) or 'none'}")
        if not isinstance(control, Control):
            raise ValueError(
                f"{view.__name__}: {name}={control!r} must be a Slider, a Choice, a Toggle, Marks or a Trace"
            )
    for parameter in parameters.values():
        if parameter.name not in controls and parameter.default is parameter.empty:
            raise ValueError(f"{view.__name__} needs a control for {parameter.name!r}")
    grips = [control.handle for control in controls.values() if getattr(control, "handle", None)]
    for grip in grips:
        other = (grip[0], "y" if grip[1] == "x" else "x")
        if grips.count(grip) > 1 or other not in grips:
            raise ValueError(f"{view.__name__}: the handle {grip[0]!r} takes two sliders, one for x and one for y")
    if not controls:
        raise ValueError(f"explore needs at least one control; show {view.__name__}() itself where there is none")


def _words(setting):
    return ", ".join(f"{name}={value!r}" for name, value in setting.items())


def _specification(name, control):
    common = {
        "name": name,
        "kind": control.kind,
        "label": control.label or name,
        "unit": control.unit,
        "value": control.value,
        "values": list(control.values),
    }
    if isinstance(control, Slider):
        ends = {"low": control.low, "high": control.high, "scale": control.scale, "integer": control.integer}
        marks = {"play": control.play, "handle": list(control.handle or ())}
        return common | ends | {mark: value for mark, value in marks.items() if value}
    if isinstance(control, Choice):
        return common | {"names": list(control.names)}
    if isinstance(control, (Marks, Trace)):
        return common | _placing(control)
    return common


def _placing(control):
    """What a page needs for a control that is worked in the figure; its values are texts there."""
    shared = {
        "value": control.text(control.value),
        "values": [control.text(value) for value in control.values],
        "low": list(control.low),
        "step": control.step,
        "last": [len(column) - 1 for column in control.columns],
        "most": control.most,
    }
    if isinstance(control, Marks):
        return shared | {"kinds": [list(item) for item in control.kinds.items()]}
    timed = {"seconds": control.seconds, "prompts": [list(one) for one in control.prompts]}
    return shared | timed | {"stops": [list(one) for one in control.stops]}


def drawn(view: View) -> dict:
    """A view as a page draws it: its figure in plain values, as exact as the stored states, and its description."""
    return {"figure": states.rounded(draw.plain(view.figure)), "description": view.description}


def _page_bundle(default: View, name: str, controls: dict, stored: dict | None, reference: str = "") -> dict:
    """What a page needs to draw a view; in the reader's Python without still picture, and without states."""
    page = {
        "name": name, "view": reference, **drawn(default), "controls": [_specification(*item) for item in controls.items()],
        "states": states.packed_text(stored) if stored else None, "still": None if in_page() else _still(default.figure),
    }  # fmt: skip
    return {VIEW_MIME: page, "text/plain": default.description}


def _still(figure):
    from miniatures import still

    return still.svg(figure)
