"""Whole books, built in temporary copies of the repository; each build is made once for all tests of a run."""

import shutil
import time

import pytest
from books import ROOT, key, opened, small, whole
from surroundings import HERE, THERE

STORE = "_build/executed"
AGAIN = 6  # pages that the second build executes anew


@pytest.fixture(scope="session")
def small_book():
    """small_book(root, pages) -> Book; see `small`."""
    return small


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """once(name, make): make(folder) in the first process that asks; the folder, as a Book, for all."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent

    def folder(name, make):
        place, done, failed = base / name, base / f"{name}.done", base / f"{name}.failed"
        try:
            place.mkdir()
        except FileExistsError:
            while not done.exists():
                assert not failed.exists(), f"{name} could not be made, see the other process"
                time.sleep(0.2)
            return opened(place)
        try:
            make(place)
        except BaseException:
            failed.touch()
            raise
        done.touch()
        return opened(place)

    return folder


@pytest.fixture(scope="session")
def book(once):
    """The whole book, built clean; results that the repository's own build has stored are used."""

    def make(root):
        copy = whole(root)
        if (ROOT / STORE).is_dir():
            pages = [page.relative_to(root / "chapters").with_suffix("") for page in (root / "chapters").rglob("*.md")]
            (root / STORE).mkdir(parents=True)
            for result in {ROOT / STORE / f"{key(copy, page)}.ipynb" for page in pages}:  # none of an earlier book
                if result.is_file():
                    shutil.copy(result, root / STORE)
        copy.built("--clean", **HERE)

    return once("book", make)


@pytest.fixture(scope="session")
def rebuilt(once, book):
    """The same in a folder with a longer path, on another day, in another language; a few pages are executed anew."""

    def make(root):
        copy = whole(root / "elsewhere" / "a longer path")
        results = sorted((book.root / STORE).glob("*.ipynb"))
        keep = {file.name for file in results[AGAIN:]} - {
            f"{key(copy, page)}.ipynb" for page in ("inside/night_sky", "contributing/sampler")
        }
        (copy.root / STORE).mkdir(parents=True)
        for file in results:
            if file.name in keep:
                shutil.copy(file, copy.root / STORE)
        executed = copy.built("--clean", **THERE)
        assert len(executed) >= 2

    return opened(once("rebuilt", make).root / "elsewhere" / "a longer path")
