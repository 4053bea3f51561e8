"""Archives with the same bytes each time, and files compressed beforehand, for hosts that serve them so and for those that do not."""

import hashlib
import io
import os
import subprocess
import zipfile
from pathlib import Path

from miniatures_book.twin import twin
from sphinx.errors import ExtensionError

SCRIPT = Path(__file__).resolve().parents[1] / "runtime" / "squeeze.mjs"
PACKED = (".whl", ".npz", ".jpg", ".png", ".woff2")  # compressed already


def archive(files: dict[str, bytes]) -> bytes:
    """A zip of the files in their order, stored as they are: what serves it compresses the whole better than each part."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as out:
        for path, data in files.items():
            out.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), data)
    return made.getvalue()


def squeeze(files: list[Path], kept: Path) -> None:
    """Write `<file>.br` and `<file>.gz` beside each file that gains by it; each content is compressed once and kept in `kept`.

    Raises ExtensionError when Node, which compresses, fails."""
    kept.mkdir(parents=True, exist_ok=True)
    names = {file: kept / hashlib.sha256(file.read_bytes()).hexdigest() for file in files if gains(file)}
    fresh = [(file, name) for file, name in names.items() if not all(name.with_suffix(end).is_file() for end in ENDS)]
    if fresh:
        done = subprocess.run(
            ["node", str(SCRIPT), str(os.cpu_count() or 1)],
            input="".join(f"{file}\t{name}\n" for file, name in fresh),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ExtensionError(f"book/runtime/squeeze.mjs failed:\n{done.stderr.strip()}")
    for file, name in names.items():
        for end in ENDS:
            twin(name.with_suffix(end), file.with_name(file.name + end))


ENDS = (".br", ".gz")


def gains(file: Path) -> bool:
    """Whether a file is smaller when compressed: archives with compressed parts and pictures are not."""
    if file.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(file) as packed:
            return all(part.compress_type == zipfile.ZIP_STORED for part in packed.infolist())
    return file.suffix not in (*PACKED, *ENDS)


def sizes(file: Path) -> dict:
    """{"br": bytes, "gz": bytes} of a file's compressed copies, as far as there are any."""
    beside = {end[1:]: file.with_name(file.name + end) for end in ENDS}
    return {name: copy.stat().st_size for name, copy in beside.items() if copy.is_file()}
