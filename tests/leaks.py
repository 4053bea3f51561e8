"""What only the answer key holds, looked for in all that a built site gives away, in whatever coding it lies there."""

import base64
import binascii
import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import brotli
from miniatures.exercises import exercises
from miniatures_book import chapters, pyodide, teaching

LETTERS = bytes(range(256)).lower()
OTHERS = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
MARKUP = re.compile(r"\$\$.*?\$\$|\$[^$]*\$|```.*?```|`[^`]*`|[^\w\s,.;:()?!-]|[^\x00-\x7f]|\b\w+-\d+\b|[<>&]", re.S)
ENCODED = re.compile(rb"[A-Za-z0-9+/]{60,}={0,2}")
ENOUGH = 28  # letters that no other sentence has by chance


def letters(data: bytes) -> bytes:
    """The letters alone: spaces, entities and line breaks differ from coding to coding."""
    return data.translate(LETTERS, OTHERS)


def pieces(text: str) -> list[bytes]:
    """The letters of each stretch of a text that no markup interrupts and that is long enough."""
    found = (letters(part.encode()) for part in MARKUP.split(text))
    return [part for part in found if len(part) >= ENOUGH]


def listened_for(root: Path) -> dict[bytes, str]:
    """The stretches of what to listen for in each discussion, with the chapter."""
    return {
        part: chapter.stem
        for chapter in chapters.chapters(root)
        for item in teaching.lesson(root, chapter)["discussion"]
        for part in pieces(item["listen_for"])
    }


def solved(root: Path) -> dict[bytes, str]:
    """The stretches of each exercise's solution and of the sentences on its mistakes, with the exercise."""
    texts = [
        (text, exercise.id)
        for chapter in chapters.chapters(root)
        for exercise in exercises(chapter.stem)
        for text in (exercise.solution, *(one.message for one in exercise.mistakes))
    ]
    return {part: id for text, id in texts for part in pieces(text)}


def given(site: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of all that the site gives away, archives and states unpacked.

    A copy compressed beforehand must hold what its file holds. Of Pyodide's folder only what the book puts there: the
    rest is a release checked byte by byte, and snapshots recorded of it before the miniatures are loaded."""
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if not file.is_file():
            continue
        if name.startswith(f"{pyodide.FOLDER}/") and not re.match(
            rf"{pyodide.FOLDER}/(miniatures-|manifest|data/)", name
        ):
            continue
        data = file.read_bytes()
        if file.suffix in (".br", ".gz"):
            unpacked = brotli.decompress(data) if file.suffix == ".br" else gzip.decompress(data)
            assert unpacked == file.with_suffix("").read_bytes(), f"{name} is not what its file holds"
        elif zipfile.is_zipfile(file):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from ((f"{name}/{member}", archive.read(member)) for member in archive.namelist())
        else:
            yield name, gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def decoded(data: bytes) -> bytes:
    """What stands in a file in base64."""
    found = []
    for one in ENCODED.findall(data):
        try:
            found.append(base64.b64decode(one + b"=" * (-len(one.rstrip(b"=")) % 4)))
        except binascii.Error:
            continue
    return b" ".join(found)


def traces(data: bytes, parts: dict[bytes, str]) -> list[str]:
    """Of which chapters or exercises the data hold a stretch."""
    text = letters(data)
    return sorted({name for part, name in parts.items() if part in text})
