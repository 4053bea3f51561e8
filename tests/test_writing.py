"""Tables that the precompute scripts write are those that lie in data/, byte for byte."""

import csv

import pytest
import writing
from miniatures import data


@pytest.mark.parametrize("name", ["perceiver_frozen.csv", "sir_profiles.csv", "iris.csv"])
def test_a_stored_table_is_written_again(name, tmp_path, monkeypatch):
    stored = data.path(name)
    monkeypatch.setattr(writing, "DATA", tmp_path)
    with stored.open(newline="", encoding="utf8") as file:
        header, *rows = csv.reader(file)
    writing.write_table(name, header, rows)
    assert (tmp_path / name).read_bytes() == stored.read_bytes()
    writing.write_lines(name, [dict(zip(header, row, strict=True)) for row in rows])
    assert (tmp_path / name).read_bytes() == stored.read_bytes()


def test_a_line_with_another_column_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "DATA", tmp_path)
    with pytest.raises(ValueError, match="other"):
        writing.write_lines("x.csv", [{"seed": 1}, {"other": 2}])
