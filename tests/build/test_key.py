"""The teachers' build, with the answer key, and what is left of it in a public build afterwards: nothing."""

import re

import leaks
import pytest
from miniatures_book import lessons

PAGES = {
    "chapters/teaching/index": "# Teaching\n\n```{teaching}\n```\n",
    "chapters/teaching/inside": "# Looking inside\n\n```{teaching} inside\n```\n",
    "chapters/teaching/scale": "# A course of many\n\nWords.\n",
}
SECRET = "A sentence that nobody but a teacher shall ever read in this book."
(SPOKEN,) = leaks.pieces(SECRET)


@pytest.fixture(scope="module")
def both(once, small_book):
    """A small book, built with the key and then, in the same folder, for the public."""

    def make(root):
        book = small_book(root, PAGES)
        book.edit("chapters/teaching/night_sky.yml", "listen_for: What a good answer holds.", f"listen_for: {SECRET}")
        book.built("--clean", "--key")
        book.built()

    return once("key", make)


def text(book, name):
    return (book.root / "_build" / name).read_text("utf8")


def test_the_key_holds_what_a_teacher_needs(both):
    page = text(both, "key/html/chapters/teaching/inside.html")
    assert f"<strong>Listen for.</strong> {SECRET}" in page
    assert "<strong>Given away by. </strong>It doubles" in page
    assert "The successes double, and so does what they are divided by." in page
    assert "<strong>Answer. </strong>0.25, right within 0.005" in page
    assert "1 of 10, 3 of 20, 1 of 4" in page  # the right order
    assert re.search(
        r"return.*trials.*successes.*if", re.sub(r"<[^>]*>", "", page)
    )  # the line of the mistaken function
    assert "5 of 20 trials" in page


def test_each_page_of_the_key_says_what_it_is(both):
    site = both.root / "_build/key/html"
    pages = sorted((site / "chapters").rglob("*.html"))
    assert len(pages) > 7
    assert all(lessons.BANNER in page.read_text("utf8") for page in pages)
    assert lessons.BANNER in (site / lessons.MARK).read_text("utf8")


def test_nothing_of_the_key_is_in_the_public_build_or_in_what_it_keeps(both):
    kept = sorted(file for file in (both.root / "_build").rglob("*") if file.is_file())
    ours = [file for file in kept if not file.is_relative_to(both.root / "_build/key")]
    assert any(file.suffix == ".doctree" for file in ours), "the stored environment is searched too"
    parts = {SPOKEN: "night_sky"}
    assert [file for file in ours if leaks.traces(file.read_bytes(), parts)] == []
    assert [name for name, data in leaks.given(both.html) if leaks.traces(data + leaks.decoded(data), parts)] == []
    assert [name for name, data in leaks.given(both.root / "_build/key/html") if leaks.traces(data, parts)]
    for name, page in both.pages().items():
        assert "m-key" not in page, name
        assert lessons.BANNER not in page, name
    assert not (both.html / lessons.MARK).exists()


def test_the_public_page_has_plan_misconceptions_and_questions_with_links(both):
    page = text(both, "html/chapters/teaching/inside.html")
    assert 'href="../inside/night_sky.html#does-it-hold"' in page
    assert 'href="../inside/night_sky.html#exercise-night_sky-2"' in page
    assert "Twice as many successes are twice the share." in page
    assert "What should the article have said?" in page
    assert "<em>15 to 20 min</em>" in page
    back = text(both, "html/chapters/inside/night_sky.html")
    assert 'href="../teaching/inside.html#night-sky"' in back
    assert 'id="night-sky"' in page


def test_the_overview_lists_each_chapter_and_the_other_pages_for_teachers(both):
    page = text(both, "html/chapters/teaching/index.html")
    row = re.search(r"<tr[^>]*><td><p><a[^>]*href=\"inside.html#night-sky\".*?</tr>", page, re.S)
    assert re.findall(r">(\d+)<", row[0]) == ["20", "20", "4"]
    assert 'href="scale.html"' in page.partition("More for teachers")[2]
