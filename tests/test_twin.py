"""A kept file under a second name, or copied where there are no links; never written through."""

import os

import pytest
from miniatures_book import twin as module
from miniatures_book.twin import twin


@pytest.fixture
def kept(tmp_path):
    source = tmp_path / "kept.bin"
    source.write_bytes(b"kept")
    return source


def test_the_same_file_under_a_second_name_that_nobody_writes_to(kept, tmp_path):
    target = tmp_path / "site.bin"
    twin(kept, target)
    assert target.samefile(kept)
    assert not target.stat().st_mode & 0o222
    twin(kept, target)
    assert target.read_bytes() == b"kept"


def test_another_file_that_stood_there_is_not_written_through(kept, tmp_path):
    other = tmp_path / "other.bin"
    other.write_bytes(b"other")
    target = tmp_path / "site.bin"
    twin(other, target)
    twin(kept, target)
    assert target.read_bytes() == b"kept"
    assert other.read_bytes() == b"other"


def test_a_copy_where_there_are_no_links_made_once(kept, tmp_path, monkeypatch):
    def refused(*_):
        raise OSError("no links here")

    target = tmp_path / "site.bin"
    monkeypatch.setattr(module.os, "link", refused)
    twin(kept, target)
    assert target.read_bytes() == b"kept"
    assert not target.samefile(kept)
    made = target.stat().st_ino
    twin(kept, target)
    assert target.stat().st_ino == made
    kept.chmod(0o644)
    kept.write_bytes(b"newer")
    os.utime(kept, ns=(1, 1))
    twin(kept, target)
    assert target.read_bytes() == b"newer"
