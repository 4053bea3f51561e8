"""The stored states of a view: many figures that differ little, in few bytes.

A figure is cut into *leaves*: scalars and numeric arrays, each at a path such as
("data", 0, "y"). A leaf that never changes is kept once. A numeric array is written as whole
multiples of a step (at least 10,000 steps across its range) and stored as differences, along
the array or against the state before, whichever is shorter; on a logarithmic axis it is rounded
to 4 significant digits instead. Anything else is stored once for each distinct value.

The page decodes the same format (book/runtime/src/states.js).
"""

import base64
import gzip
import itertools
import json
import math

from miniatures.checks import several, whole

ABSENT = -1


def rounded(value, digits=5):
    """`value` with every float rounded to `digits` significant digits, 1 to 15."""
    return _rounded(value, whole("digits", digits, 1, 15))


def _rounded(value, digits):
    if isinstance(value, dict):
        return {key: _rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item, digits) for item in value]
    return _significant(value, digits) if isinstance(value, float) else value


def _significant(value, digits):
    value = float(f"{value:.{digits}g}")
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def encode(figures: list[dict], descriptions: list[str]) -> dict:
    """The states as one JSON-ready dict: {"count", "leaves": [...]}."""
    from miniatures.draw import plain

    several("figures", figures), several("descriptions", descriptions)
    if len(figures) != len(descriptions) or not len(figures):
        raise ValueError(
            f"figures and descriptions, {len(figures)} and {len(descriptions)}, must be as many, one or more"
        )
    figures = [plain(figure) for figure in figures]
    logarithmic = _logarithmic_arrays(figures)
    flat = [
        dict(_leaves(figure, ())) | {("description",): text} for figure, text in zip(figures, descriptions, strict=True)
    ]
    paths = list(dict.fromkeys(path for one in flat for path in one))
    return {"count": len(figures), "leaves": [_leaf(path, [one.get(path) for one in flat], [path in one for one in flat], path in logarithmic) for path in paths]}  # fmt: skip


def decode(encoded: dict) -> list[tuple[dict, str]]:
    """The (figure, description) of each state, arrays within one step of what was encoded."""
    flat = [{} for _ in range(encoded["count"])]
    for leaf in encoded["leaves"]:
        distinct = _distinct(leaf)
        for state, index in zip(flat, leaf.get("at", [0] * encoded["count"]), strict=True):
            if index != ABSENT:
                state[tuple(leaf["path"])] = distinct[index]
    return [(_rebuilt(state), state.pop(("description",))) for state in flat]


def pack(encoded: dict) -> bytes:
    """`encoded` as compact JSON in gzip; the same bytes each time.

    >>> gzip.decompress(pack({"count": 1, "leaves": []})).decode()
    '{"count":1,"leaves":[]}'
    """
    return gzip.compress(json.dumps(encoded, separators=(",", ":"), ensure_ascii=False).encode(), 9, mtime=0)


def packed_text(encoded: dict) -> str:
    """`pack` in base64, for a notebook's output.

    >>> gzip.decompress(base64.b64decode(packed_text({"count": 1, "leaves": []}))).decode()
    '{"count":1,"leaves":[]}'
    """
    return base64.b64encode(pack(encoded)).decode()


def _numeric(value):
    return (
        isinstance(value, list)
        and bool(value)
        and all(v is None or (isinstance(v, (int, float)) and not isinstance(v, bool)) for v in value)
    )


def _matrix(value):
    return isinstance(value, list) and bool(value) and all(_numeric(row) and len(row) == len(value[0]) for row in value)


def _leaves(value, path):
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def _logarithmic_arrays(figures):
    found = set()
    for figure in figures:
        for index, trace in enumerate(figure["data"]):
            for letter in "xy":
                name = trace.get(f"{letter}axis", letter)
                if figure["layout"].get(f"{letter}axis{name[1:]}", {}).get("type") == "log":
                    found.add(("data", index, letter))
        for name, axis in figure["layout"].items():
            if name[1:5] == "axis" and axis.get("type") == "log":
                found.add(("layout", name, "tickvals"))
    return found


def _leaf(path, values, present, logarithmic):
    distinct, at, seen = [], [], {}
    for value, here in zip(values, present, strict=True):
        if not here:
            at.append(ABSENT)
            continue
        key = json.dumps(value)
        if key not in seen:
            seen[key] = len(distinct)
            distinct.append(value)
        at.append(seen[key])
    leaf = {"path": list(path)}
    if any(at):
        leaf["at"] = at
    if all(_numeric(v) for v in distinct) or all(_matrix(v) for v in distinct):
        if logarithmic:
            return leaf | {"values": [rounded(v, 4) for v in distinct]}
        return leaf | _differences(distinct)
    return leaf | {"values": [rounded(v) for v in distinct]}


def _differences(distinct):
    matrix = _matrix(distinct[0])
    flat = [[v for row in one for v in row] if matrix else one for one in distinct]
    finite = [v for one in flat for v in one if v is not None]
    spread = max(finite) - min(finite) or max(map(abs, finite)) if finite else 1
    if all(v == int(v) for v in finite) and max(map(abs, finite), default=0) < 1e7:
        step = 1
    else:
        step = 10.0 ** math.floor(math.log10(spread / 1e4))
    whole = [[None if v is None else round(v / step) for v in one] for one in flat]
    ways = [(_along(whole), "along"), (_against(whole), "against"), (_along(_against(whole)), "both")]
    rows, way = min(ways, key=lambda item: len(json.dumps(item[0])))
    leaf = {"step": step, "way": way, "rows": rows}
    return leaf | {"widths": [len(one[0]) for one in distinct]} if matrix else leaf


def _along(rows):
    out = []
    for row in rows:
        last, differences = 0, []
        for v in row:
            differences.append(None if v is None else v - last)
            last = last if v is None else v
        out.append(differences)
    return out


def _against(rows):
    out = []
    for index, row in enumerate(rows):
        before = rows[index - 1] if index and len(rows[index - 1]) == len(row) else [0] * len(row)
        out.append([None if v is None else v - (b or 0) for v, b in zip(row, before, strict=True)])
    return out


def _sum_along(rows):
    out = []
    for row in rows:
        last, values = 0, []
        for v in row:
            last = last if v is None else last + v
            values.append(None if v is None else last)
        out.append(values)
    return out


def _sum_against(rows):
    out = []
    for index, row in enumerate(rows):
        before = out[index - 1] if index and len(rows[index - 1]) == len(row) else [0] * len(row)
        out.append([None if v is None else v + (b or 0) for v, b in zip(row, before, strict=True)])
    return out


def _distinct(leaf):
    if "values" in leaf:
        return leaf["values"]
    rows = leaf["rows"]
    if leaf["way"] in ("along", "both"):
        rows = _sum_along(rows)
    if leaf["way"] in ("against", "both"):
        rows = _sum_against(rows)
    out = [[None if v is None else v * leaf["step"] for v in row] for row in rows]
    if "widths" in leaf:
        out = [
            [row[i : i + width] for i in range(0, len(row), width)]
            for row, width in zip(out, leaf["widths"], strict=True)
        ]
    return out


def _rebuilt(state):
    root = {"data": [], "layout": {}}
    for path, value in state.items():
        if path == ("description",):
            continue
        place = root
        for key, following in itertools.pairwise(path):
            empty = [] if isinstance(following, int) else {}
            place = _element(place, key) if isinstance(place, list) else place.setdefault(key, empty)
        if isinstance(place, list):  # an element without content, such as an empty trace
            _element(place, path[-1])
        else:
            place[path[-1]] = value
    return root


def _element(elements, index):
    """The dict at `index` of a list that grows as its elements turn up, in any order."""
    elements.extend({} for _ in range(index + 1 - len(elements)))
    return elements[index]
