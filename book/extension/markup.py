"""The HTML of views, claims, exercises and tables, from the templates beside this file."""

import base64
import hashlib
import itertools
import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def as_script(value) -> Markup:
    """`value` as JSON that may stand in a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def shown(control: dict, value) -> str:
    """A control's value as the reader sees it, with its unit."""
    if control["kind"] == "choice":
        return control["names"][control["values"].index(value)]
    if control["kind"] == "toggle":
        return "on" if value else "off"
    text = f"{value:.4g}" if not control["integer"] else str(value)
    return (f"{text} {control['unit']}" if control["unit"] else text).replace("-", "\u2212")


def number(control: dict, value) -> str:
    """A slider's value as its number field shows it: every digit where four are not all."""
    short = f"{value:.4g}"
    return (short if not control["integer"] and float(short) == value else str(value)).replace("-", "\u2212")


def open_between(control: dict) -> bool:
    """True for a slider that has values between its stored ones."""
    gaps = (high - low for low, high in itertools.pairwise(control["values"]))
    return control["kind"] == "slider" and not (control["integer"] and all(gap == 1 for gap in gaps))


TEMPLATES.filters |= {"as_script": as_script, "encoded": lambda text: base64.b64encode(text.encode()).decode()}
TEMPLATES.globals |= {"shown": shown, "number": number}


def view(spec: dict, folder: Path, prefix: str) -> str:
    """A view's HTML; its still picture and states go to `folder`, addressed as `prefix` + file name."""
    still = spec["still"] and _kept(spec["still"].encode(), ".svg", folder, prefix)
    states = spec["states"] and _kept(base64.b64decode(spec["states"]), ".bin", folder, prefix)
    page = {key: value for key, value in spec.items() if key not in ("still", "states")} | {"states": states}
    height = spec["figure"]["layout"].get("height", 360)
    sliders = [control for control in spec["controls"] if control["kind"] == "slider"]
    between = any(not states or open_between(control) for control in sliders)
    parts = {"view": spec, "page": page, "still": still, "height": height, "between": between}
    return TEMPLATES.get_template("view.html").render(parts)


def _kept(content: bytes, ending: str, folder: Path, prefix: str) -> str:
    name = hashlib.sha256(content).hexdigest()[:16] + ending
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return prefix + name


def digest(salt: str, key: str) -> str:
    """An answer's digest, as the page computes it from what the reader gives."""
    return hashlib.sha256(f"{salt}:{key}".encode()).hexdigest()[:16]


def exercise_check(exercise, solution: str) -> dict:
    """What the page needs to check an exercise, without the answer in plain text; code is tested by the page's Python."""
    if exercise.kind == "code":
        return {"id": exercise.id, "kind": "code", "solution": TEMPLATES.filters["encoded"](solution)}
    salt = hashlib.sha256(exercise.id.encode()).hexdigest()[:8]
    if exercise.kind == "number":
        step = exercise.tolerance / 5

        def keys(answer):
            middle, reach = int(answer // step), exercise.tolerance + step / 2
            slack = step / 1e6  # of rounding, for answers that lie on the tolerance and between two steps
            return [str(k) for k in range(middle - 7, middle + 8) if abs(k * step - answer) <= reach + slack]
    elif exercise.kind == "choice":

        def keys(answer):
            return [str(exercise.options.index(answer))]
    else:

        def keys(answer):
            return [",".join(str(exercise.options.index(item)) for item in answer)]

    check = {"id": exercise.id, "kind": exercise.kind, "salt": salt, "right": [digest(salt, key) for key in keys(exercise.answer)],
             "mistakes": [{"keys": [digest(salt, key) for key in keys(mistake.answer)], "message": TEMPLATES.filters["encoded"](mistake.message)}
                          for mistake in exercise.mistakes], "solution": TEMPLATES.filters["encoded"](solution)}  # fmt: skip
    return check | ({"step": step} if exercise.kind == "number" else {})


def launch(**links) -> Markup:
    """The menu that opens a chapter as a notebook; a link that is None is left out."""
    return Markup(TEMPLATES.get_template("launch.html").render(**links))
