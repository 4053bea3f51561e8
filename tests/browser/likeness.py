"""How alike two outputs of a cell are: the one that the build kept, and the one that the page's Python gave."""

import base64
import io
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
from miniatures.claims import CLAIM_MIME
from miniatures.explore import VIEW_MIME
from miniatures_book import execution
from PIL import Image

ROOT = Path(__file__).parents[2]

RELATIVE = 1e-6
ROUNDING = 1e-14  # what the last bits leave of differences between numbers of order one
DIGITS = 5  # of a figure's numbers, as both sides round them
NUMBER = re.compile(r"[-\u2212]?\d+(?:[.,]\d+)*(?:e[-+\u2212]?\d+)?")
PICTURE = "data:image/png;base64,"
GREY = 1  # levels of 255 by which a rounded pixel may differ

# What one .m-out shows, in the order of its children.
SHOWN = """(out) => [...out.children].map((part) => {
  if (part.matches(".m-view")) { const { figure, description } = JSON.parse(part.querySelector(".m-spec").textContent); return ["view", { figure, description }]; }
  if (part.matches(".m-claim")) return ["claim", [part.dataset.verdict, ...[...part.querySelectorAll("dd")].map((one) => one.textContent)]];
  if (part.matches(".m-html")) return ["table", [...part.querySelectorAll("th, td")].map((one) => one.textContent.trim()).filter(Boolean)];
  if (part.matches(".m-math")) return ["formula", part.querySelector("annotation")?.textContent ?? part.textContent];
  if (part.matches(".m-error")) return ["error", part.textContent];
  return ["text", part.textContent.trim()];
})"""


class Cells(HTMLParser):
    """The texts of a table's cells."""

    def __init__(self, html):
        super().__init__()
        self.found, self.inside = [], False
        self.feed(html)
        self.texts = [text.strip() for text in self.found if text.strip()]

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th"):
            self.found.append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self.inside:
            self.found[-1] += data


def kept(docname: str) -> list:
    """The code cells of a page as the build executed them."""
    page = execution.read_page(ROOT, f"{docname}.md")
    file = ROOT / "_build" / "executed" / f"{execution.Sources(ROOT).key(page)}.ipynb"
    return [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]


def built(cell) -> list:
    """What the build kept of a cell, as SHOWN gives it; what `glue` keeps for the prose is left out."""
    return [shown for output in cell.outputs if (shown := _shown(output))]


def _shown(output):
    if output.output_type == "stream":
        return ["text", output.text.strip()]
    data = output.get("data", {})
    if VIEW_MIME in data:
        return ["view", {key: data[VIEW_MIME][key] for key in ("figure", "description")}]
    if CLAIM_MIME in data:
        record = data[CLAIM_MIME]
        return ["claim", [record[key] for key in ("verdict", "measured", "seeds", "reason")]]
    if "text/html" in data:
        return ["table", Cells(data["text/html"]).texts]
    if "text/latex" in data:
        return ["formula", data["text/latex"].strip().strip("$").removeprefix("\\displaystyle").strip()]
    return ["text", data["text/plain"].strip()] if "text/plain" in data else None


def sent(control: dict, value):
    """What Python receives for a control's value in the page: a text of places stands for triples of numbers there."""
    if "last" not in control:
        return value
    places = [tuple(map(int, one.split("."))) for one in value.split("-")] if value else []

    def across(place, side):
        number = float(f"{control['low'][side] + place * control['step']:.12g}")
        return int(number) if number.is_integer() else number  # as JSON has it

    if control["kind"] == "trace":
        return [[one / 100, across(two, 0), across(three, 1)] for one, two, three in places]
    return [[across(one, 0), across(two, 1), control["kinds"][three][1]] for one, two, three in places]


def differences(one, other, place="") -> list[str]:
    """Where two outputs differ by more than rounding."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [text for key in one for text in differences(one[key], other[key], f"{place}.{key}")]
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        if _numeric(one) and _numeric(other):
            return _array(np.array(one, dtype=float), np.array(other, dtype=float), place)
        return [
            text for n, pair in enumerate(zip(one, other, strict=True)) for text in differences(*pair, f"{place}[{n}]")
        ]
    if _numeric([one]) and _numeric([other]):
        return _array(np.array([one], dtype=float), np.array([other], dtype=float), place)
    if isinstance(one, str) and isinstance(other, str):
        alike = _same_picture(one, other) if one.startswith(PICTURE) else same_text(one, other)
        return [] if alike else [f"{place}: {one[:200]!r} is not {other[:200]!r}"]
    return [] if one == other else [f"{place}: {str(one)[:200]} is not {str(other)[:200]}"]


def _numeric(values):
    return bool(values) and all(v is None or (isinstance(v, (int, float)) and not isinstance(v, bool)) for v in values)


def _array(one, other, place):
    """Numbers that are equal within 1e-6, or within the last of the digits that a figure keeps, or are nothing beside the largest."""
    largest = np.nanmax(np.abs(one), initial=0.0)
    with np.errstate(divide="ignore"):
        last = 10.0 ** (np.floor(np.log10(np.abs(one))) - DIGITS + 1)
    allowed = ROUNDING + np.maximum(RELATIVE * largest, 1.01 * np.where(np.isfinite(last), last, 0))
    far = (np.abs(one - other) > allowed) | (np.isnan(one) != np.isnan(other))
    return [f"{place}: {one[far][:3]} is not {other[far][:3]}"] if far.any() else []


def same_text(one: str, other: str) -> bool:
    """True for equal words whose numbers are equal within 1e-6, or within the last digit that is written."""
    if one == other:
        return True
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    return all(_same_number(*pair) for pair in zip(NUMBER.findall(one), NUMBER.findall(other), strict=True))


def _same_number(one, other):
    values = [float(text.replace("\u2212", "-").replace(",", "")) for text in (one, other)]
    mantissa, _, exponent = one.replace("\u2212", "-").partition("e")
    last = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    written = "." in one or "e" in one  # whole numbers are counted, not rounded
    return math.isclose(*values, rel_tol=RELATIVE) or (written and abs(values[0] - values[1]) <= 1.01 * last)


def _same_picture(one, other):
    pixels = [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(text.removeprefix(PICTURE)))), dtype=int)
        for text in (one, other)
    ]
    return pixels[0].shape == pixels[1].shape and np.abs(pixels[0] - pixels[1]).max() <= GREY
