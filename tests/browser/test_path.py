"""A learner's way from the title page by clicks alone: to a chapter, through a view and exercises, to the progress page and back."""

from types import SimpleNamespace

import pytest
from miniatures import progress
from miniatures.exercises import exercises
from miniatures_book import chapters, ways
from test_chapters import answer
from test_pages import HTML, LOOKS, PATIENCE, ROOT, Visit, give
from waiting import until

FOUND = {chapter.stem: chapter for chapter in chapters.chapters(ROOT)}
TITLE_PAGE = "chapters/index.html"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


def by_card(page):
    """The second chapter on a card of the title page."""
    page.locator(".m-part[data-part='learning'] li a").nth(1).click()


def by_menu(page):
    """The menu, which a narrow page folds away."""
    if not page.locator("nav.bd-links").is_visible():
        page.locator("button.primary-toggle").first.click()
    page.locator("nav.bd-links a", has_text=FOUND["gaussian_window"].title).click()


def by_path(page):
    """The first chapter of the first path."""
    page.locator("article a[href='paths.html']").first.click()
    page.locator(".m-path li a").first.click()


def moved(page):
    """Move the first slider of the first view by a key; its words become others."""
    figure = page.locator("figure.m-view:has(.m-controls)").first
    figure.scroll_into_view_if_needed()
    figure.locator(".main-svg").first.wait_for()
    before = figure.locator(".m-words").inner_text()
    figure.locator("input[type=range]").first.focus()
    page.keyboard.press("End")
    if figure.locator(".m-words").inner_text() == before:
        page.keyboard.press("Home")
    until(
        page,
        "([view, before]) => document.getElementById(view).querySelector('.m-words').innerText !== before",
        [figure.get_attribute("id"), before],
    )


@pytest.mark.parametrize(
    ("look", "way", "coding"),
    [("light", by_card, True), ("narrow", by_menu, False), ("narrow-dark", by_path, False)],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_a_learner_finds_a_chapter_works_in_it_and_comes_back(browser, site, look, way, coding, tmp_path):
    with Visit(browser, site, TITLE_PAGE, **LOOKS[look]) as visit:
        page = visit.page
        way(page)
        page.locator(".m-byline").wait_for()
        chapter = next(one for one in FOUND.values() if page.url.endswith(f"{one.docname}.html"))
        assert page.locator("article h1").inner_text().startswith(chapter.title)
        moved(page)

        asked = exercises(chapter.stem)
        exercise = next(one for one in asked if one.kind != "code")
        section = page.locator(f"#exercise-{exercise.id}")
        section.scroll_into_view_if_needed()
        mistake = exercise.mistakes[0]
        assert mistake.message in give(section, exercise, mistake.answer)
        assert section.get_attribute("data-solved") != "true"
        assert "Right." in give(section, exercise, exercise.answer)
        done = [exercise]
        if coding:
            exercise = next(one for one in asked if one.kind == "code")
            reader = SimpleNamespace(page=page)
            assert answer(reader, exercise, exercise.mistakes[0].answer) == ("wrong", exercise.mistakes[0].message)
            assert answer(reader, exercise, exercise.answer)[0] == "right"
            done.append(exercise)
        page.wait_for_load_state("networkidle")

        if not page.locator("nav.bd-links").is_visible():
            page.locator("button.primary-toggle").first.click()
        page.locator("nav.bd-links a", has_text="Your progress").click()
        row = page.locator(".m-progress tbody tr", has_text=chapter.title)
        row.filter(has_text=f"{len(done)} of {len(asked)}").wait_for(timeout=PATIENCE)
        assert page.locator(".m-progress tfoot").inner_text().split()[2] == str(len(done))
        assert handed_in(page, tmp_path) == {
            one.id: ("yes", "code is not run" if one.kind == "code" else "yes") for one in done
        }

        page.get_by_role("link", name=f"Continue with “{chapter.title}”").click()
        back = page.locator(f"#exercise-{done[-1].id}")
        page.locator(f"#exercise-{done[-1].id}[data-solved='true']").wait_for(timeout=PATIENCE)
        assert page.url.endswith(f"{chapter.docname}.html#exercise-{done[-1].id}")
        until(
            page,
            "(id) => { const { top } = document.getElementById(id).getBoundingClientRect(); return top >= 0 && top < innerHeight; }",
            f"exercise-{done[-1].id}",
        )
        assert "Right." in back.locator(".m-feedback").inner_text()
        page.wait_for_load_state("networkidle")
        assert [one for one in visit.complaints if not left_behind(one)] == []
        assert visit.strangers() == []


def handed_in(page, folder):
    """Exercise -> (solved, confirmed) of the page's export, as the teacher's table has it."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    heads, rows = progress.table({"learner": progress.read(file)}, "exercise", check=True)
    found = [dict(zip(heads, row, strict=True)) for row in rows]
    return {one["exercise"]: (one["solved"], one["confirmed"]) for one in found}


def left_behind(complaint):
    """True of states that were still on their way when the learner left their page; a host's refusal reads otherwise."""
    return complaint.startswith("failed: ") and "/_views/" in complaint


def test_nothing_is_to_be_continued_before_the_first_answer(browser, site):
    with Visit(browser, site, "chapters/progress.html") as visit:
        visit.page.locator(".m-progress tbody tr").first.wait_for()
        assert visit.page.get_by_role("link", name="Continue").count() == 0


# Labels that leave their box, or lie on another's; heads of parts that reach into the lanes of the arrows.
ASTRAY = """() => {
  const svg = document.querySelector(".m-map svg"), astray = [];
  const inside = (one, box) => one.left >= box.left && one.right <= box.right && one.top >= box.top && one.bottom <= box.bottom;
  for (const link of svg.querySelectorAll("a")) {
    const box = link.querySelector("rect").getBoundingClientRect();
    if (!inside(link.querySelector("text").getBoundingClientRect(), box)) astray.push(link.dataset.stem);
  }
  const end = svg.querySelector("a rect").getBoundingClientRect().right;
  for (const head of svg.querySelectorAll(".m-map-part")) if (head.getBoundingClientRect().right > end) astray.push(head.textContent);
  return astray;
}"""


@pytest.mark.parametrize("look", ["light", "narrow-dark"])
def test_the_map_can_be_read_and_walked_by_keyboard(browser, site, look):
    with Visit(browser, site, "chapters/paths.html", **LOOKS[look]) as visit:
        page = visit.page
        assert page.evaluate(ASTRAY) == []
        size = page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.m-map svg')).fontSize) * document.querySelector('.m-map svg').getScreenCTM().a"
        )
        assert size >= 11.5, f"labels of {size:.1f} px"
        region = page.locator(".m-map")
        wider = region.evaluate("(one) => one.scrollWidth > one.clientWidth + 1")
        assert wider == look.startswith("narrow"), (
            "the whole map is seen at 1280 pixels, and scrolls in its region at 390"
        )
        region.focus()
        stem = next(stem for stem, before in ways.needs(list(FOUND.values())).items() if before)
        for _ in FOUND:
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.stem") == stem:
                break
        thick = page.evaluate(
            "[...document.querySelectorAll('.m-map-arrows > path')].filter((one) => getComputedStyle(one).strokeWidth === '2.6px').map(({ dataset }) => [dataset.from, dataset.to])"
        )
        assert thick
        assert all(stem in ends for ends in thick), "the arrows of the chapter in focus stand out, and no others"
        page.keyboard.press("Enter")
        page.locator(".m-byline").wait_for()
        assert page.url.endswith(f"{FOUND[stem].docname}.html")
        assert visit.complaints == []
