"""The slides of every chapter in the built book: what they hold, where they lead, how they are turned."""

import json
import re
from pathlib import Path

import pytest
from miniatures_book import chapters
from miniatures_book.slides import address
from test_book import PAGES, page, target
from test_pages import HTML, Visit

ROOT = Path(__file__).parents[2]
CHAPTERS = {chapter.stem: chapter for chapter in chapters.chapters(ROOT)}
ONE = "gaussian_window"  # views, equations, a table, exercises
WIDE, UPRIGHT = {"width": 1280, "height": 720}, {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


def test_there_is_a_deck_for_each_chapter_and_no_other():
    assert {file.name for file in (HTML / "slides").iterdir()} == {f"{stem}.html" for stem in CHAPTERS}


@pytest.mark.parametrize("stem", CHAPTERS)
def test_slides_hold_what_the_page_holds_and_no_link_is_dead(stem):
    own = page(f"{CHAPTERS[stem].docname}.html")
    path = address(stem)
    deck = page(path)
    slides = deck.xpath("//div[@class='slides']/section")
    assert 8 <= len(slides) <= 26
    assert all(slide.xpath("./div/*[self::h1 or self::h2]") for slide in slides)
    assert all(len(slide.xpath("./div/*")) > 1 for slide in slides), "a slide with nothing below its heading"
    movable = "//figure[contains(@class, 'm-view')][form]/@id"
    assert deck.xpath(movable) == own.xpath(movable)
    said = {one.get("id").rpartition("-")[2]: one.get("data-verdict") for one in own.xpath("//aside[@class='m-claim']")}
    rows = deck.xpath("//tr[td/strong[@class='m-verdict']]")
    shown = [(row.findtext("th"), row.xpath("string(.//strong[@class='m-verdict'])")) for row in rows]
    assert [number for number, _ in shown] == sorted(said, key=lambda number: int(number[1:]))
    assert dict(shown) == said
    assert [
        link for link in deck.xpath("//a/@href | //img/@src | //link/@href | //script/@src") if dead(path, link)
    ] == []
    for spec in deck.xpath("//figure/script[@class='m-spec']/text()"):
        states = json.loads(spec)["states"]
        assert states is None or (HTML / target(path, states)[0]).is_file()
    assert target(own_path := f"{CHAPTERS[stem].docname}.html", own.xpath("//*[@class='m-byline']//a[.='Slides']/@href")[0])[0] == path, own_path  # fmt: skip


def dead(path, link) -> bool:
    """Whether an address on a deck leads nowhere within the site, or loads from elsewhere."""
    to = target(path, link.split("?")[0])
    if to is None:
        return not re.match(r"https?://", link)
    file, anchor = to
    lost = anchor and file in PAGES and not page(file).xpath("//*[@id=$anchor or @name=$anchor]", anchor=anchor)
    return bool(lost) or not (HTML / file).is_file()


# What does not fit on the slide that is shown.
OVERFLOW = """() => {
  const slide = document.querySelector(".slides > .present .m-slide"), stage = document.querySelector(".reveal").getBoundingClientRect();
  const found = [];
  if (slide.scrollHeight > slide.clientHeight + 1) found.push(`${slide.scrollHeight} px high of ${slide.clientHeight}`);
  for (const part of [slide, ...slide.querySelectorAll(".m-words, .m-controls, div.math, .output")])
    if (part.scrollWidth > part.clientWidth + 2) found.push(`${part.className}: ${part.scrollWidth} px wide of ${part.clientWidth}`);
  for (const part of slide.querySelectorAll(".m-words")) if (part.scrollHeight > part.clientHeight + 2) found.push("words are cut");
  for (const part of slide.querySelectorAll("*:not(script, svg *, .katex-mathml *, .katex-mathml, .m-sr)")) {
    const { right, bottom, width } = part.getBoundingClientRect();
    if (width && (right > stage.right + 1 || bottom > stage.bottom + 1)) found.push(`${part.tagName} ${part.className} ends at ${right}, ${bottom}`);
  }
  return found.slice(0, 3);
}"""
COUNT = "document.querySelector('.m-deck-count').textContent"


class Talk(Visit):
    """Slides that were opened, in their order on the screen."""

    def __init__(self, browser, site, stem, window, query=""):
        super().__init__(browser, site, address(stem) + query, viewport=window)
        self.page.wait_for_function(f"{COUNT} !== ''")

    def slides(self):
        """Go through them by keyboard: yield the number of each while it is shown."""
        number, total = (int(part) for part in self.page.evaluate(COUNT).split(" / "))
        while True:
            yield number
            if number == total:
                return
            self.page.keyboard.press("ArrowRight")
            number += 1
            assert self.page.evaluate(COUNT) == f"{number} / {total}"


@pytest.mark.parametrize("stem", CHAPTERS)
def test_every_slide_fits_on_a_screen(browser, site, stem):
    with Talk(browser, site, stem, WIDE) as talk:
        over = {number: found for number in talk.slides() if (found := talk.page.evaluate(OVERFLOW))}
        assert over == {}
        assert talk.strangers() == []
        assert talk.complaints == []


def test_upright_slides_are_as_wide_as_the_screen_and_draw_their_views(browser, site):
    with Talk(browser, site, ONE, UPRIGHT) as talk:
        for number in talk.slides():
            for figure in talk.page.locator(".slides > .present .m-view").all():
                figure.locator(".main-svg").first.wait_for()
            wide = [found for found in talk.page.evaluate(OVERFLOW) if "wide" in found]
            assert wide == [], number
        for part in talk.page.locator(".m-deck-bar a, .m-deck-bar button").all():
            box = part.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= UPRIGHT["width"], part.inner_text()
        assert talk.complaints == []


STATE = """() => { const view = document.querySelector(".slides > .present .m-view");
  return [view.querySelector(".m-words").textContent, view.querySelector(".main-svg .plot")?.innerHTML]; }"""


def test_keys_of_a_slider_move_the_view_and_keys_of_a_presenter_the_deck(browser, site):
    with Talk(browser, site, ONE, WIDE) as talk:
        page = talk.page
        page.keyboard.press("ArrowRight")
        page.locator(".slides > .present .main-svg").first.wait_for()
        box = page.locator(".slides > .present .m-plot").bounding_box()
        assert box["width"] > 700  # drawn at the slide's size, not at a hidden one's
        assert box["height"] > 400
        drawn = page.locator(".slides > .present .main-svg").first.bounding_box()
        assert abs(drawn["width"] - box["width"]) < 3
        before, here = page.evaluate(STATE), page.evaluate(COUNT)
        page.locator(".slides > .present input[type=range]").first.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"(before) => {{ const now = ({STATE})(); return now[0] !== before[0] && now[1] !== before[1]; }}", arg=before)  # fmt: skip
        assert page.evaluate(COUNT) == here
        page.keyboard.press("PageDown")
        assert page.evaluate(COUNT).startswith("3 /")
        page.keyboard.press("PageUp")
        page.locator(".slides > .present input[type=range]").first.focus()
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowRight")
        assert page.evaluate(COUNT).startswith("3 /")
        assert talk.complaints == []


def test_an_exercise_is_checked_on_its_slide(browser, site):
    with Talk(browser, site, ONE, WIDE) as talk:
        page = talk.page
        page.evaluate(f"location.hash = 'exercise-{ONE}-1'")
        exercise = page.locator(".slides > .present .m-exercise")
        exercise.locator("input[type=radio]").first.check()
        here = page.evaluate(COUNT)
        page.keyboard.press("ArrowDown")  # the next option
        assert exercise.locator("input[type=radio]").nth(1).is_checked()
        exercise.locator("button[type=submit]").press("Enter")
        assert exercise.locator(".m-feedback").inner_text().strip()
        assert page.evaluate(COUNT) == here


def test_printed_slides_are_a_page_each_with_their_figures(browser, site):
    with Visit(browser, site, address(ONE) + "?print-pdf", viewport=WIDE) as visit:
        page = visit.page
        page.wait_for_function("document.querySelectorAll('.pdf-page').length > 1 && [...document.querySelectorAll('.m-view')].every((one) => one.querySelector('.main-svg'))")  # fmt: skip
        count = page.locator(".slides section").count()
        assert page.locator(".pdf-page").count() == count
        printed = page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == count
