"""What a build need not do again: a folder of the site carries a stamp of all that it was made from."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

NAME = ".stamp"


def of(root: Path, files: Iterable[Path], *more) -> str:
    """A digest of the files' paths below `root` and of their bytes, and of `more`, which JSON can hold."""
    digest = hashlib.sha256(json.dumps(more, sort_keys=True).encode())
    for file in sorted(files):
        digest.update(f"{file.relative_to(root).as_posix()}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def holds(folder: Path, stamp: str) -> bool:
    """Whether the folder was finished from just this."""
    file = folder / NAME
    return file.is_file() and file.read_text("utf8") == stamp


def put(folder: Path, stamp: str) -> None:
    """Say that the folder is finished."""
    (folder / NAME).write_text(stamp, "utf8")


def lift(folder: Path) -> None:
    """Say that the folder is being made."""
    (folder / NAME).unlink(missing_ok=True)
