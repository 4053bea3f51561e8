"""Computes what the chapter on ranking votes shows from store.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/ranking_votes.py

writes data/ranking_votes_runs.npz, about two minutes on one core. With three more arguments it writes the map's files instead:

    ... ranking_votes.py airports.csv airports-of-airportsdata.csv land-110m.json

from vega_datasets 0.9.0, airportsdata 20260905 and world-atlas 2.0.2. Then put the files' sha256 into data/SHA256SUMS.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from miniatures import ranking_votes_feedback as feedback
from miniatures import ranking_votes_runs as runs
from miniatures.sweep import each, on_all_cores, sweep
from writing import DATA, write_table

US = "SFO LAX SEA DEN PHX DFW IAH ORD MSP ATL MIA IAD JFK BOS"
ELSEWHERE = {
    "North America": "YYZ YVR YUL MEX",
    "East Asia": "PEK PVG HND KIX ICN TPE HKG WUH",
    "Europe": "LHR CDG AMS FRA ZRH CPH MAD FCO WAW HEL",
    "elsewhere": "GRU SCL BOG JNB NBO LOS CAI DXB TLV DEL BOM SIN SYD AKL",
}


def arrays() -> dict:
    """Every array of the npz file; its axes are those that miniatures.ranking_votes_runs names."""
    found = {"board": over(runs.board_run, runs.SKEWS, runs.VOTES)}
    for name, run in (("caution", runs.caution_run), ("prior", runs.prior_run), ("fitted", runs.fitted_run)):
        found[name] = over(run, runs.KNOB_VOTES)
    ends, curves = zip(*sweep(runs.session_run, each(feedback.RULES, runs.STEEPNESS, runs.SEEDS)), strict=True)
    found["end"] = shaped(ends, feedback.RULES, runs.STEEPNESS)
    found["curve"] = shaped(curves, feedback.RULES, runs.STEEPNESS)
    return {name: array.astype(np.float32) for name, array in found.items()}


def over(run, *axes) -> np.ndarray:
    """What `run` gives for each combination of the axes and each seed."""
    return shaped(sweep(run, each(*axes, runs.SEEDS)), *axes)


def shaped(found, *axes) -> np.ndarray:
    """Arrays of combinations and seeds, one after the other, as one array with an axis for each."""
    return np.reshape(found, (*map(len, axes), len(runs.SEEDS), *np.shape(found[0])))


def airport_rows(vega: Path, airportsdata: Path):
    """(code, city, region, latitude, longitude): the United States as vega has them, the rest as airportsdata has it."""
    with vega.open(newline="", encoding="utf8") as file:
        known = {row["iata"]: row for row in csv.DictReader(file)}
    for code in US.split():
        row = known[code]
        yield (
            code,
            CITIES.get(code, row["city"]),
            "North America",
            f"{float(row['latitude']):.8f}",
            f"{float(row['longitude']):.8f}",
        )
    with airportsdata.open(newline="", encoding="utf8") as file:
        known = {row["iata"]: row for row in csv.DictReader(file) if row["iata"]}
    for region, codes in ELSEWHERE.items():
        for code in codes.split():
            row = known[code]
            yield code, CITIES.get(code, row["city"]), region, f"{float(row['lat']):.5f}", f"{float(row['lon']):.5f}"


CITIES = {"IAD": "Washington", "YYZ": "Toronto", "YVR": "Vancouver", "YUL": "Montreal", "FRA": "Frankfurt"}


def outlines(land: Path, tolerance: float = 0.7, smallest: float = 12.0):
    """(longitude, latitude) of the outlines of world-atlas's land, coarse; a row of nothing between two outlines."""
    topology = json.loads(land.read_text("utf8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(arc, axis=0) * (sx, sy) + (tx, ty) for arc in topology["arcs"]]
    polygons = [
        p
        for g in topology["objects"]["land"]["geometries"]
        for p in (g["arcs"] if g["type"] == "MultiPolygon" else [g["arcs"]])
    ]
    for outer, *_ in polygons:
        ring = np.concatenate([arcs[i] if i >= 0 else arcs[~i][::-1] for i in outer])
        x, y = ring.T
        if abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2 < smallest or y.max() < -60:
            continue
        for piece in pieces(ring):
            yield from ((f"{a:.1f}", f"{b:.1f}") for a, b in thinned_ring(piece, tolerance))
            yield "", ""


def pieces(ring):
    """The ring without what runs along the date line or jumps across it."""
    x = ring[:, 0]
    away = (np.abs(np.diff(x)) > 180) | ((np.abs(x[1:]) > 179.9) & (np.abs(x[:-1]) > 179.9))
    return [piece for piece in np.split(ring, np.flatnonzero(away) + 1) if len(piece) > 3]


def thinned_ring(line, tolerance):
    """`thinned` in two halves, for of a ring the first point is also the last."""
    half = len(line) // 2
    return np.concatenate([thinned(line[: half + 1], tolerance)[:-1], thinned(line[half:], tolerance)])


def thinned(line, tolerance):
    """Douglas and Peucker: the points of a line that lie farther than `tolerance` from the straight way."""
    (x0, y0), (x1, y1) = line[0], line[-1]
    length = np.hypot(x1 - x0, y1 - y0) or 1.0
    off = np.abs((line[:, 0] - x0) * (y1 - y0) - (line[:, 1] - y0) * (x1 - x0)) / length
    if len(line) < 3 or off.max() <= tolerance:
        return line[[0, -1]]
    split = int(off.argmax())
    return np.concatenate([thinned(line[: split + 1], tolerance)[:-1], thinned(line[split:], tolerance)])


if __name__ == "__main__":
    if len(sys.argv) == 4:
        vega, airportsdata, land = map(Path, sys.argv[1:])
        header = ["code", "city", "region", "latitude", "longitude"]
        write_table("ranking_votes_airports.csv", header, airport_rows(vega, airportsdata))
        write_table("ranking_votes_coast.csv", ["longitude", "latitude"], list(outlines(land))[:-1])
    else:
        with on_all_cores():
            found = arrays()
        np.savez_compressed(DATA / "ranking_votes_runs.npz", **found)
