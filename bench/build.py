"""A clean build of the book, no cell executed before, against the CPU time of its notebooks."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.browse import ROOT


def ratio() -> tuple:
    """Wall time of the build over its notebooks' CPU time divided by the cores."""
    store = ROOT / "_build" / "executed"
    with tempfile.TemporaryDirectory(prefix="executed", dir=ROOT / "_build") as place:
        store.rename(Path(place) / "executed")
        start = time.monotonic()
        told = subprocess.run(
            [sys.executable, "-m", "miniatures_book", "build", "--clean"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        wall = time.monotonic() - start
    spent = float(re.search(r"^notebooks ([\d.]+) s of CPU", told, re.M)[1])
    cores = os.cpu_count() or 1
    print(f"bench     clean build {wall:.0f} s, notebooks {spent:.0f} s of CPU on {cores} cores", flush=True)
    return "clean build / its notebooks' CPU over the cores", wall * cores / spent, "<=", 1.3
