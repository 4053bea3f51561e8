"""miniatures.data reads what it says, and data/ holds what its lists say."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
from miniatures import data
from miniatures_book import supply
from PIL import Image

DATA = Path(__file__).parents[1] / "data"
FILES = sorted(file.name for file in DATA.iterdir() if file.name not in ("README.md", "SHA256SUMS"))


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty data folder that miniatures.data reads; place(name, content) adds a file and lists it."""
    monkeypatch.setenv("MINIATURES_DATA", str(tmp_path))
    (tmp_path / "SHA256SUMS").write_text("")
    _forget()

    def add(name, content, digest=None):
        (tmp_path / name).write_bytes(content)
        with open(tmp_path / "SHA256SUMS", "a") as sums:
            sums.write(f"{digest or hashlib.sha256(content).hexdigest()}  {name}\n")
        _forget()
        return tmp_path / name

    add.folder = tmp_path
    yield add
    monkeypatch.undo()
    _forget()


def _forget():
    data.folder.cache_clear()
    data.digests.cache_clear()


# -- data/ itself -------------------------------------------------------------------------------


def test_every_file_is_listed_and_nothing_else():
    assert sorted(data.digests()) == FILES, (
        "data/ and data/SHA256SUMS differ: cd data && sha256sum <files> > SHA256SUMS"
    )


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_its_listed_digest(name):
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == data.digests()[name]
    assert data.path(name) == DATA / name


def faults(text, files):
    """What a data/README.md leaves unsaid of `files`."""
    found = supply.data_entries(text)
    yield from (f"{name} has no section: add '## {name}'" for name in files if name not in found)
    yield from (f"{name} has a section but does not exist" for name in found if name not in files)
    for name, entry in found.items():
        for item in ("Chapter", "Holds", "Source", "Licence"):
            if len(entry.get(item, "").split()) < 2:
                yield f"{name} does not say its {item}: add '- **{item}:** ...'"


def test_every_file_names_source_and_licence():
    assert not list(faults((DATA / "README.md").read_text("utf8"), FILES))


def test_that_check_can_fail():
    entry = (
        "- **Chapter:** One two.\n- **Holds:** 3 numbers.\n- **Source:** of somebody.\n- **Licence:** CC0, stated.\n"
    )
    assert not list(faults(f"# The data\n\n## a.csv\n\n{entry}", ["a.csv"]))
    assert list(faults(f"## a.csv\n{entry}", ["a.csv", "b.csv"])) == ["b.csv has no section: add '## b.csv'"]
    assert list(faults(f"## a.csv, b.csv\n{entry}", ["a.csv"])) == ["b.csv has a section but does not exist"]
    for item in ("Source", "Licence"):
        broken = re.sub(rf"\*\*{item}:\*\* .*", f"**{item}:** ", entry)
        assert list(faults(f"## a.csv\n{broken}", ["a.csv"])) == [
            f"a.csv does not say its {item}: add '- **{item}:** ...'"
        ]


@pytest.mark.parametrize(
    "name", [name for name in FILES if Path(name).suffix in (".npz", ".jpg", ".png", ".json", ".csv")]
)
def test_every_file_with_a_reader_can_be_read(name):
    found = data.load(name)
    assert len(found) > 0


def test_the_data_stay_small():
    weights = {name: (DATA / name).stat().st_size for name in FILES}
    assert all(weight <= 1_500_000 for weight in weights.values()), weights
    assert sum(weights.values()) <= 15_000_000


# -- finding and checking -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["nope.csv", "README.md", "SHA256SUMS", "../pyproject.toml", "", None, 3, ["a"], b"a.csv", True]
)
def test_an_unlisted_name_is_refused_with_those_that_are_listed(place, name):
    place("b.json", b"1")
    place("a.json", b"2")
    for ask in (data.path, data.load):
        with pytest.raises(ValueError, match=r"name=.* is not in data/SHA256SUMS: one of a\.json, b\.json"):
            ask(name)


def test_changed_bytes_are_refused_each_time(place):
    file = place("a.json", b"[1]")
    assert data.load("a.json") == [1]
    file.write_bytes(b"[2]")
    with pytest.raises(
        OSError, match=r"data/a\.json has digest [0-9a-f]{64}, data/SHA256SUMS says [0-9a-f]{64}: fetch it again"
    ):
        data.load("a.json")
    file.unlink()
    with pytest.raises(OSError, match=r"data/a\.json is missing, though data/SHA256SUMS lists it"):
        data.load("a.json")


def test_a_folder_without_list_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("MINIATURES_DATA", str(tmp_path / "nowhere"))
    _forget()
    with pytest.raises(FileNotFoundError, match=r"no data folder at .*nowhere: set MINIATURES_DATA"):
        data.path("a.json")
    monkeypatch.undo()
    _forget()
    assert data.folder() == DATA


@pytest.mark.parametrize(
    "line",
    [
        "abc  a.csv",
        f"{'0' * 64} a.csv",
        f"{'0' * 64}  ",
        f"{'0' * 64}  folder/a.csv",
        f"{'G' * 64}  a.csv",
        "# a comment",
        f"{'0' * 64}  twice.csv",
    ],
)
def test_a_line_that_sha256sum_would_not_write_is_named(place, line):
    place("twice.csv", b"a\n1\n")
    with open(place.folder / "SHA256SUMS", "a") as sums:
        sums.write(f"{line}\n")
    _forget()
    with pytest.raises(
        ValueError, match=r"data/SHA256SUMS:2: .* must read '<digest>  <file>', each file of data/ once"
    ):
        data.digests()


def test_names_with_spaces_and_sha256sums_binary_mark_are_read(place):
    place("two words.json", b"[2]")
    assert data.load("two words.json") == [2]
    sums = place.folder / "SHA256SUMS"
    sums.write_text(sums.read_text().replace("  two", " *two"))
    _forget()
    assert data.load("two words.json") == [2]


# -- the readers --------------------------------------------------------------------------------


def test_npz_gives_a_dict_of_arrays(place):
    np.savez(place.folder / "x.npz", a=np.arange(3), b=np.eye(2))
    place("x.npz", (place.folder / "x.npz").read_bytes())
    found = data.load("x.npz")
    assert found.keys() == {"a", "b"}
    assert np.array_equal(found["a"], np.arange(3))
    assert np.array_equal(found["b"], np.eye(2))


def test_npz_with_pickled_objects_is_refused(place):
    np.savez(place.folder / "x.npz", a=np.array([{}], object))
    place("x.npz", (place.folder / "x.npz").read_bytes())
    with pytest.raises(ValueError, match="allow_pickle"):
        data.load("x.npz")


@pytest.mark.parametrize(("mode", "shape"), [("L", (4, 6)), ("RGB", (4, 6, 3))])
def test_pictures_give_their_pixels(place, mode, shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    Image.fromarray(pixels).save(place.folder / "x.png")
    place("x.png", (place.folder / "x.png").read_bytes())
    found = data.load("x.png")
    assert found.dtype == np.uint8
    assert np.array_equal(found, pixels)
    Image.fromarray(np.full(shape, 90, np.uint8)).save(place.folder / "x.jpg", quality=95)
    place("x.jpg", (place.folder / "x.jpg").read_bytes())
    assert data.load("x.jpg").shape == shape
    assert abs(data.load("x.jpg").astype(int) - 90).max() <= 2


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "LA", "I;16"])
def test_pictures_of_another_mode_are_refused(place, mode):
    Image.new(mode, (3, 2)).save(place.folder / "x.png")
    place("x.png", (place.folder / "x.png").read_bytes())
    with pytest.raises(ValueError, match=r"name='x.png' is a picture of mode .*: store it as L \(grey\) or RGB"):
        data.load("x.png")


def test_json_is_read_as_utf8(place):
    place("x.json", json.dumps({"π": [3.14, None]}, ensure_ascii=False).encode())
    assert data.load("x.json") == {"π": [3.14, None]}


def test_csv_columns_are_whole_numbers_floats_or_texts(place):
    place(
        "x.csv",
        b'year,learning-rate,cell count,name,note\n1979,0.5,3,"Smith, J",a # b\n1980,,4,M\xc3\xbcller,\n\n1981,1e-3,5,x,1_0\n',
    )
    found = data.load("x.csv")
    assert found.dtype.names == ("year", "learning-rate", "cell count", "name", "note")
    assert found.shape == (3,)
    assert found["year"].tolist() == [1979, 1980, 1981]
    assert found["year"].dtype.kind == "i"
    assert found["learning-rate"].tolist() == pytest.approx([0.5, np.nan, 1e-3], nan_ok=True)
    assert found["name"].tolist() == ["Smith, J", "Müller", "x"]
    assert found["note"].tolist() == ["a # b", "", "1_0"]


def test_csv_with_a_gap_in_whole_numbers_has_nan_there(place):
    place("x.csv", b"n,m\n1,2\n,3\n")
    assert data.load("x.csv")["n"].tolist() == pytest.approx([1, np.nan], nan_ok=True)
    assert data.load("x.csv")["m"].tolist() == [2, 3]


def test_csv_of_one_row_and_with_numbers_beyond_64_bits(place):
    place("x.csv", b"\xef\xbb\xbfa,b\n1,99999999999999999999\n")
    found = data.load("x.csv")
    assert found.shape == (1,)
    assert found["a"].tolist() == [1]
    assert found["b"].tolist() == [1e20]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "must have a header of different names and a row"),
        (b"a,b\n", "must have a header of different names and a row"),
        (b"a,a\n1,2\n", "must have a header of different names"),
        (b",b\n1,2\n", "must have a header of different names"),
        (b"a,b\n1,2\n3\n", r"has the row \['3'\] of 1 fields below a header of 2"),
        (b"a\n1,2\n", r"has the row \['1', '2'\] of 2 fields below a header of 1"),
    ],
)
def test_csv_without_form_is_refused(place, text, message):
    place("x.csv", text)
    with pytest.raises(ValueError, match=f"name='x.csv' {message}"):
        data.load("x.csv")


@pytest.mark.parametrize("name", ["x.txt", "x", "x.PNG", "x.wav"])
def test_other_files_have_no_reader_but_a_path(place, name):
    file = place(name, b"words")
    assert data.path(name) == file
    with pytest.raises(ValueError, match=rf"name='{name}': no reader for .* files; use path"):
        data.load(name)
