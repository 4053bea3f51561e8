"""The archive of the whole book: every file, the same bytes each time, and a date that changes with the book."""

import subprocess
import zipfile
from datetime import UTC, datetime

import pytest
from miniatures_book import archive

WHEN = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "html"
    (folder / "_python").mkdir(parents=True)
    (folder / "index.html").write_text("front" * 100, "utf8")
    (folder / "_python" / "a.whl").write_bytes(bytes(range(256)))
    return folder


def test_the_archive_holds_every_file_and_is_the_same_each_time(site, tmp_path):
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    archive.archive(site, one, WHEN)
    (site / "index.html").touch()
    archive.archive(site, two, WHEN)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as packed:
        assert packed.namelist() == ["miniatures/_python/a.whl", "miniatures/index.html"]
        assert packed.read("miniatures/index.html") == b"front" * 100
        assert {entry.date_time for entry in packed.infolist()} == {(2026, 1, 2, 3, 4, 6)}
        assert [entry.compress_type for entry in packed.infolist()] == [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]


def test_the_date_is_the_last_commits(tmp_path):
    assert archive.made(tmp_path) == archive.EARLIEST
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x", "--date", "2026-01-02T03:04:06Z"], cwd=tmp_path, check=True,
                   env={"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": "2026-01-02T03:04:06Z"})  # fmt: skip
    assert archive.made(tmp_path) == WHEN


def test_without_a_book_it_says_what_to_do(tmp_path, capsys):
    assert archive.write(tmp_path, tmp_path / "html") == 2
    assert "make book" in capsys.readouterr().err
