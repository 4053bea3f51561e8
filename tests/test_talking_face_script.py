"""The script that stores the chapter's runs: what it reads of a recording, and that it stores every array of the module."""

import wave

import numpy as np
import talking_face as script
from miniatures import talking_face_runs as runs
from miniatures.data import load


def test_a_recording_is_read_as_it_is_stored(tmp_path):
    samples = np.array([0, 5, -7, 32767, -32768, 12], "<i2")
    with wave.open(str(tmp_path / "arctic_a0009.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(samples.tobytes())
    (tmp_path / "arctic_a0009_phone.lab").write_text("0 1500000 x^x-sil+hh=iy@\n1500000 2100000 x^sil-hh+iy=t@\n")
    (tmp_path / "arctic_COPYING.txt").write_text("a notice")
    found = script.recording(tmp_path)
    assert found["samples"].tolist() == samples.tolist()
    assert (found["phones"].tolist(), int(found["rate"]), str(found["notice"])) == (["sil", "hh"], 16_000, "a notice")
    assert (found["start_ms"].tolist(), found["end_ms"].tolist()) == ([0, 150], [150, 210])
    assert {name: array.dtype.kind for name, array in found.items()} == {
        name: array.dtype.kind for name, array in load("arctic_a0009.npz").items()
    }


def test_every_array_is_stored_in_the_shape_of_its_axes():
    stored = load("talking_face_runs.npz")
    assert {name: array.shape for name, array in stored.items()} == {
        name: tuple(len(axis) for axis in axes) for name, axes in runs.AXES.items()
    }
    assert script.DATA.name == "data"
    assert np.allclose(runs.computed("mean"), stored["mean"], rtol=1e-5)
