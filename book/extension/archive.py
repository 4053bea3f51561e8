"""The whole built book as one archive; from the same site and commit, the same bytes."""

import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

PACKED = (".whl", ".br", ".gz", ".npz", ".woff", ".woff2", ".png", ".jpg")  # compressed already
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def made(root: Path) -> datetime:
    """When the last commit was made; 1980 without one.

    Not a constant: a static host tells browsers by a file's time whether they have the newest."""
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=root, capture_output=True, text=True, check=False)
    return (
        datetime.fromtimestamp(int(asked.stdout), UTC) if asked.returncode == 0 and asked.stdout.strip() else EARLIEST
    )


def archive(site: Path, target: Path, when: datetime) -> None:
    """Write every file of the site into the archive, below a folder `miniatures/`."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for file in sorted(file for file in site.rglob("*") if file.is_file()):
            entry = zipfile.ZipInfo(f"miniatures/{file.relative_to(site).as_posix()}", when.timetuple()[:6])
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if file.suffix in PACKED else zipfile.ZIP_DEFLATED
            out.writestr(entry, file.read_bytes())


def write(root: Path, site: Path) -> int:
    """`make zip`: _build/miniatures.zip, and how to use it."""
    if not (site / "index.html").is_file():
        print("there is no book in _build/html yet: make book SERVE=0", file=sys.stderr)
        return 2
    target = root / "_build" / "miniatures.zip"
    archive(site, target, made(root))
    print(
        f"zip       {target.stat().st_size / 1e6:.0f} MB in {target.relative_to(root)}; unpack it and run in there: python3 -m http.server",
        flush=True,
    )
    return 0
