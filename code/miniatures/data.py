"""load(name): a file of data/, its digest checked.

data/README.md says where each file comes from and under which licence; data/SHA256SUMS holds
the digests in sha256sum's own format.
"""

import csv
import hashlib
import io
import json
import os
import re
from functools import cache
from pathlib import Path

import numpy as np


@cache
def folder() -> Path:
    """The data folder: MINIATURES_DATA where it is set, else data/ beside code/, or miniatures_data/ beside the package."""
    named, package = os.environ.get("MINIATURES_DATA"), Path(__file__).parent
    beside = package.parent / "miniatures_data"
    place = Path(named or (beside if beside.is_dir() else package.parents[1] / "data"))
    if not (place / "SHA256SUMS").is_file():
        raise FileNotFoundError(f"no data folder at {place}: set MINIATURES_DATA to the book's data/")
    return place


@cache
def digests() -> dict[str, str]:
    """File name -> SHA-256, as data/SHA256SUMS lists them; ValueError names a line that sha256sum would not write."""
    listed = {}
    for number, line in enumerate((folder() / "SHA256SUMS").read_text("utf8").splitlines(), 1):
        found = re.fullmatch(r"([0-9a-f]{64}) [ *](\S.*)", line)
        if not found or "/" in found[2] or found[2] in listed:
            raise ValueError(
                f"data/SHA256SUMS:{number}: {line!r} must read '<digest>  <file>', each file of data/ once"
            )
        listed[found[2]] = found[1]
    return listed


def path(name: str) -> Path:
    """Where data/`name` lies; ValueError for an unlisted file, OSError for one whose bytes differ."""
    if not isinstance(name, str) or name not in digests():
        raise ValueError(f"name={name!r} is not in data/SHA256SUMS: one of {', '.join(sorted(digests()))}")
    file = folder() / name
    if not file.is_file():
        raise OSError(f"data/{name} is missing, though data/SHA256SUMS lists it: fetch it again")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != digests()[name]:
        raise OSError(f"data/{name} has digest {found}, data/SHA256SUMS says {digests()[name]}: fetch it again")
    return file


def load(name: str):
    """The content of data/`name`: .npz -> dict of arrays; .jpg, .png -> uint8 array (H, W) or (H, W, 3);
    .json -> as Python's json reads it; .csv -> numpy structured array (rows,) with the header's names.

    A column of a .csv file holds whole numbers, else floats (an empty field is nan), else texts.
    Raises ValueError for an unlisted file and for content of another kind."""
    file = path(name)
    if file.suffix == ".npz":
        with np.load(file) as archive:
            return dict(archive)
    if file.suffix in (".jpg", ".png"):
        from PIL import Image

        with Image.open(file) as picture:
            if picture.mode not in ("L", "RGB"):
                raise ValueError(f"name={name!r} is a picture of mode {picture.mode}: store it as L (grey) or RGB")
            return np.asarray(picture)
    if file.suffix == ".json":
        return json.loads(file.read_text("utf8"))
    if file.suffix == ".csv":
        return _table(name, file.read_text("utf-8-sig"))
    raise ValueError(f"name={name!r}: no reader for {file.suffix} files; use path(name)")


def _table(name, text):
    header, *rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row] or [[]]
    if not rows or len(set(header)) < len(header) or not all(header):
        raise ValueError(f"name={name!r} must have a header of different names and a row below it, not {header}")
    short = next((row for row in rows if len(row) != len(header)), None)
    if short:
        raise ValueError(f"name={name!r} has the row {short} of {len(short)} fields below a header of {len(header)}")
    columns = [_column(column) for column in zip(*rows, strict=True)]
    table = np.empty(len(rows), [(title, column.dtype) for title, column in zip(header, columns, strict=True)])
    for title, column in zip(header, columns, strict=True):
        table[title] = column
    return table


def _column(texts):
    """numpy.genfromtxt would read an empty field of a whole-number column as -1, and cut a text at "#"."""
    if not any("_" in text for text in texts):  # which Python allows within numbers
        for kind, empty in ((np.int64, ""), (float, "nan")):
            try:
                return np.array([kind(text or empty) for text in texts])
            except (ValueError, OverflowError):
                continue
    return np.array(texts)
