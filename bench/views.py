"""The book's own side: the first answer of a view, a step between stored states, a live step, and bytes."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from bench.browse import ROOT

SCRIPT = (Path(__file__).parent / "page.js").read_text("utf8")
PATIENCE = 180_000
CHAPTERS = (
    "numbers/geometric_series",
    "numbers/gaussian_window",
    "learning/fixmatch",
    "architectures/compound_scaling",
)
FIRST = {"id": "gaussian_window-window", "name": "sigma", "value": "3.01"}  # the same that stock.html draws
MOVES = 15
ROUNDS = 25
OWN = """
import time
from {module} import {function} as bench_view
bench_began = time.perf_counter()
bench_view(**{values!r})
print(1000 * (time.perf_counter() - bench_began))
"""


@dataclass(frozen=True)
class Steps:
    """Medians over the moves of one slider of a view, in milliseconds: a stored state on screen; the view's function
    called in Pyodide; asked of the worker by the page and answered; a live state on screen. A message wakes the worker
    for each call of both: a processor that slept is slower than one in a loop."""

    view: str
    stored: float
    own: float
    asked: float
    drawn: float


def first_answer(page: Page) -> float:
    """Milliseconds from a value typed beside a slider, with Python off, to its picture."""
    return page.evaluate("(asked) => window.bench.first(asked)", FIRST)


def load_ratio(page: Page, address: str) -> float:
    """The main thread's CPU time for the first load of a chapter with its views, over that with their still pictures."""
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    with_views = Path(ROOT / "_build" / "html" / f"chapters/{CHAPTERS[1]}.html").read_text("utf8")
    bare, count = re.subn(r'<script[^>]*class="m-spec".*?</script>', "", with_views, flags=re.S)
    assert count > 1, "the page has no views"
    spent = {"views": [], "stills": []}
    for name, text in ROUNDS * (("views", with_views), ("stills", bare)):
        page.route("**/*.html", _with(text), times=1)
        page.goto("about:blank")
        page.goto(f"{address}/chapters/{CHAPTERS[1]}.html", wait_until="networkidle")
        metrics = client.send("Performance.getMetrics")["metrics"]
        spent[name].append(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))
    return median(spent["views"][1:]) / median(spent["stills"][1:])


def steps(page: Page, chapter: str, address: str) -> list[Steps]:
    """Each view of a chapter that has a slider with values between its steps."""
    page.goto(f"{address}/chapters/{chapter}.html", wait_until="load")
    page.click(".m-engine-button")
    page.wait_for_selector('.m-engine[data-state="ready"]', timeout=PATIENCE)
    return [_steps(page, view) for view in page.evaluate(SPECIFICATIONS)]


SPECIFICATIONS = """() => [...document.querySelectorAll(".m-view")].flatMap((figure) => {
  const { view, controls } = JSON.parse(figure.querySelector(".m-spec").textContent);
  const control = controls.find(({ kind, name }) => kind === "slider" && figure.querySelector(`input[name="${name}"]`).step !== "1");
  return control && view ? [{ id: figure.id, view, controls, control }] : [];
})"""


def _steps(page: Page, view: dict) -> Steps:
    control, page_id = view["control"], view["id"]
    page.evaluate("(id) => document.getElementById(id).scrollIntoView({block: 'center'})", page_id)
    page.wait_for_timeout(300)
    count = len(control["values"])
    whole = [1 + (7 * move) % (count - 1) for move in range(MOVES)]
    between = [place - 0.5 for place in whole]
    stored = _moves(page, page_id, control, whole, False)
    live = _moves(page, page_id, control, between, True)
    values = [_values(page, view, place) for place in between]
    own = [float(page.evaluate("(code) => window.bench.run(code)", _code(view, one))) for one in values]
    asked = page.evaluate("(asked) => window.bench.ask(asked)", {"view": view["view"], "settings": values})
    return Steps(view["view"].rpartition(".")[2], median(stored), median(own), median(asked), median(live))


def _moves(page: Page, view: str, control: dict, places: list[float], live: bool) -> list[float]:
    """Milliseconds of each move, the first left out; SystemExit where too few of them changed the picture."""
    moves = [_move(page, view, control, place, live) for place in places][1:]
    seen = [one for one in moves if one]
    if len(seen) < MOVES // 3:
        raise SystemExit(f"bench: {view}: {len(seen)} of {len(moves)} moves of {control['name']} changed its picture")
    return seen


def _move(page: Page, view: str, control: dict, place: float, live: bool) -> float | None:
    asked = {"id": view, "name": control["name"], "position": place, "live": live}
    return page.evaluate("(asked) => window.bench.step(asked)", asked)


def _values(page: Page, view: dict, place: float) -> dict:
    """The view's arguments with the slider at a place between two stored steps."""
    values = {control["name"]: control["value"] for control in view["controls"]}
    control = view["control"]
    low, high = control["values"][int(place)], control["values"][int(place) + 1]
    middle = (low * high) ** 0.5 if control["scale"] == "log" else (low + high) / 2
    return values | {control["name"]: round(middle) if control["integer"] else middle}


def _code(view: dict, values: dict) -> str:
    module, _, function = view["view"].partition(":")
    return OWN.format(module=module, function=function, values=json.loads(json.dumps(values)))


def _with(text: str):
    """What answers a page's request with `text`; of one argument, for Playwright would fill a second one."""
    return lambda route: route.fulfill(body=text, content_type="text/html")
