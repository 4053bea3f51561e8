"""What the scripts of this folder write into data/: tables. Arrays go there by numpy.savez_compressed, which keeps no times."""

import csv
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"


def write_table(name: str, header, rows) -> None:
    """data/`name`: a line of column names, then a line for each of `rows`, in the order of `header`."""
    with (DATA / name).open("w", newline="", encoding="utf8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)
    print(name, flush=True)


def write_lines(name: str, lines: list[dict]) -> None:
    """The same for dicts, in the order of the first one's keys."""
    with (DATA / name).open("w", newline="", encoding="utf8") as file:
        table = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(lines)
    print(name, flush=True)
