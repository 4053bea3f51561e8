"""Halves the real clip of the chapters on matting and on layers: two seconds.

    PYTHONPATH=code python code/precompute/cube_clip.py

writes data/cube_clip.npz; then put its sha256 into data/SHA256SUMS.
"""

import io
from itertools import pairwise

import numpy as np
from miniatures.data import load
from PIL import Image
from writing import DATA


def halved() -> np.ndarray:
    """The clip, each 2 x 2 pixels averaged: (73, 80, 107) uint8."""
    stored = load("visp_cube_214x160_73f_jpegs.npz")
    data, ends = stored["data"].tobytes(), stored["offsets"]
    frames = np.stack([np.asarray(Image.open(io.BytesIO(data[a:b])), float) for a, b in pairwise(ends)])
    return np.floor(frames.reshape(-1, 80, 2, 107, 2).mean(axis=(2, 4)) + 0.5).astype(np.uint8)


def changes(frames) -> np.ndarray:
    """Each frame less the one before, modulo 256: it takes less room."""
    return np.diff(frames, axis=0, prepend=np.zeros((1, *frames.shape[1:]), np.uint8))


if __name__ == "__main__":
    np.savez_compressed(DATA / "cube_clip.npz", changes=changes(halved()))
