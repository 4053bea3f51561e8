"""Every page of the built book in Chromium: light, dark, narrow; every control, every exercise."""

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from accessible import broken_rules
from hosts import Slow
from miniatures.exercises import exercises
from miniatures_book import chapters
from waiting import PATIENCE

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
PAGES = sorted(
    str(page.relative_to(HTML))
    for page in HTML.rglob("*.html")
    if not {"_static", "lite", "slides"} & set(page.relative_to(HTML).parts)
)
CHAPTERS = {chapter.stem: f"{chapter.docname}.html" for chapter in chapters.chapters(ROOT)}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ZOOMED = {"width": 640, "height": 450}  # what is left of the wide window at 200 %
LOOKS = {
    "light": {},
    "narrow": {"viewport": NARROW},
    "narrow-dark": {"viewport": NARROW, "color_scheme": "dark"},
}
BUDGETS = {"bytes": 400_000, "requests": 25, "elements": 25_000}  # of a first load; elements once it was read
PLOT_BYTES = 350_000
UNFOLD = "(all) => all.forEach((one) => (one.open = true))"  # the sliders of handles

pytestmark = pytest.mark.browser


def test_the_book_was_built():
    assert "chapters/index.html" in PAGES, "no book in _build/html: python -m miniatures_book build --clean"
    assert set(CHAPTERS.values()) <= set(PAGES)


@pytest.fixture
def every_look(request):
    """Whether a page is looked at in all ways; `make check` has few, to be done in a minute."""
    return not request.config.getoption("fewer_looks")


@pytest.fixture(scope="module")
def site(serve):
    """The address of the built book."""
    return serve(HTML)


class Visit:
    """A page that was opened, with all that it asked for and complained of."""

    def __init__(self, browser, site, path, **options):
        self.context = browser.new_context(**{"viewport": WIDE} | options)
        self.page = self.context.new_page()
        self.site, self.asked, self.complaints = site, [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.page.on(
            "response", lambda answer: answer.status >= 400 and self.complaints.append(f"{answer.status}: {answer.url}")
        )
        self.page.on(
            "console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{site}/{path}")
        self.page.wait_for_load_state("networkidle")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def read_through(self):
        """Scroll to the end, so that each view is drawn."""
        for figure in self.page.locator("figure.m-view").all():
            figure.scroll_into_view_if_needed()
            figure.locator(".main-svg").first.wait_for(timeout=20_000)
        self.page.locator("details.m-numbers").evaluate_all(UNFOLD)
        self.page.wait_for_load_state("networkidle")

    def look(self, window=None, **media):
        """Change the window or what the reader prefers, and let the page follow: nothing of it may be cut sideways."""
        self.fits()
        self.page.emulate_media(**media)
        if window:
            self.page.set_viewport_size(window)
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(200)  # plots are drawn again

    def fits(self):
        width = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1], f"{self.page.url} scrolls sideways: {width[0]} px in a window of {width[1]} px"

    def ends_well(self):
        """It fits, it complained of nothing, and it asked nobody else for anything."""
        self.fits()
        assert self.complaints == []
        assert self.strangers() == []

    def strangers(self):
        return [url for url in self.asked if not url.startswith((self.site, "data:", "blob:"))]


@pytest.mark.parametrize("path", PAGES)
def test_page_is_light_and_quiet_and_passes_axe_in_light_in_high_contrast_and_at_200_percent(
    browser, site, path, record_property, every_look
):
    with Visit(browser, site, path, reduced_motion="reduce") as visit:
        weights = weighed({urlsplit(url).path.lstrip("/") for url in visit.asked if url.startswith(site)})
        visit.read_through()
        counts = {
            "bytes": sum(weights.values()),
            "requests": len(weights),
            "elements": visit.page.evaluate("document.querySelectorAll('*').length"),
        }
        record_property("page", {"path": path} | counts)  # for the table at the end: conftest.py
        heaviest = sorted(weights.items(), key=lambda item: -item[1])[:6]
        assert [name for name, most in BUDGETS.items() if counts[name] > most] == [], (counts, heaviest)
        assert broken_rules(visit.page) == []
        if every_look:
            visit.look(forced_colors="active", contrast="more")
            assert broken_rules(visit.page, "colours") == []
            visit.look(ZOOMED, forced_colors="none", contrast="no-preference")
            assert broken_rules(visit.page, "layout") == []
        visit.ends_well()


@pytest.mark.parametrize("path", PAGES)
def test_page_is_quiet_and_passes_axe_in_dark_and_on_a_phone(browser, site, path, every_look):
    with Visit(browser, site, path, **LOOKS["narrow-dark"], reduced_motion="reduce") as visit:
        visit.read_through()
        assert broken_rules(visit.page, "colours") == []
        assert broken_rules(visit.page, "layout") == []
        if every_look:
            visit.look(color_scheme="light")
            assert broken_rules(visit.page, "colours") == []
            visit.look(WIDE, color_scheme="dark")
            assert broken_rules(visit.page, "colours") == []
        visit.ends_well()


def weighed(files) -> dict[str, int]:
    """Bytes in gzip of each of these files of a first load; the plot library has its own budget."""
    return {
        name: len(gzip.compress((HTML / name).read_bytes(), 9))
        for name in files
        if (HTML / name).is_file() and not name.endswith("plot.js")
    }


def test_plot_library_is_light():
    assert len(gzip.compress((HTML / "_runtime" / "plot.js").read_bytes(), 9)) <= PLOT_BYTES


@pytest.mark.parametrize("stem", CHAPTERS)
def test_page_stands_before_any_script(browser, site, stem):
    """With JavaScript off the text, the still pictures and their sentences are there, and no dead control."""
    with Visit(browser, site, CHAPTERS[stem], java_script_enabled=False) as visit:
        page = visit.page
        assert page.locator("article h2").count() >= 7
        for figure in page.locator("figure.m-view").all():
            assert figure.locator(".m-words").inner_text().strip()
            assert figure.locator("img.m-still").count() == 1
            assert not figure.locator(".m-controls").is_visible() if figure.locator(".m-controls").count() else True


@pytest.mark.parametrize("look", ["light", "narrow"])
@pytest.mark.parametrize("stem", CHAPTERS)
def test_page_does_not_shift(browser, serve, stem, look):
    """Layout shift while the page comes in pieces and its first view is drawn over its still picture."""
    context = browser.new_context(**{"viewport": WIDE} | LOOKS[look])
    page = context.new_page()
    page.add_init_script("""window.shifts = []; new PerformanceObserver((list) => list.getEntries().forEach(
        (e) => window.shifts.push([e.value, ...e.sources.map((s) => s.node && (s.node.className || s.node.nodeName))]))).observe({type: "layout-shift", buffered: true});""")
    page.goto(f"{serve(HTML, Slow)}/{CHAPTERS[stem]}")
    page.locator("figure.m-view .main-svg").first.wait_for()
    page.wait_for_timeout(300)
    shifts = page.evaluate("window.shifts")
    context.close()
    assert sum(one[0] for one in shifts) < 0.02, shifts


MOVE = """async ([figure, name, position]) => {
  const view = document.getElementById(figure), field = view.querySelector(`[name="${name}"]`);
  const look = () => [view.querySelector(".m-plot").innerHTML, view.querySelector(".m-words").textContent];
  const before = look();
  if (field.type === "hidden") [...field.parentElement.querySelectorAll("button")].find((one) => /Next prepared|Show an example/.test(one.textContent)).click();
  else if (field.type === "checkbox") { field.checked = !field.checked; } else { field.value = String(position); }
  field.dispatchEvent(new Event("input", {bubbles: true})); field.dispatchEvent(new Event("change", {bubbles: true}));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const after = look();
  return [before[0] !== after[0], before[1] !== after[1]];
}"""
FIELD = ".m-control :is([name]:not([type=hidden]), .m-hand button:enabled)"  # marks and traces have buttons
PREPARED = re.compile("Next prepared|Show an example")
KEYS = {
    "marks": ["Enter"],
    "trace": ["Enter"],
    "slider": ["End", "Home", "ArrowRight", "PageUp"],
    "choice": ["ArrowDown", "ArrowDown", "ArrowUp", "End", "Home"],
    "toggle": ["Space"],
}


def _look(figure):
    """(picture, words) of a view."""
    return figure.evaluate("(one) => [one.querySelector('.m-plot').innerHTML, one.querySelector('.m-words').innerText]")


def _changed(figure, before, moved):
    """Which of picture and words have become others than `before` or had `moved` so far, as soon as both have, within a second."""
    for _ in range(20):
        moved = [one or now != then for one, now, then in zip(moved, _look(figure), before, strict=True)]
        if all(moved):
            break
        figure.page.wait_for_timeout(50)
    return moved


@pytest.fixture(scope="module")
def reading(browser, site, request):
    """A chapter that was read to its end once, for the tests that move its views and put them back."""
    with Visit(browser, site, CHAPTERS[request.param]) as visit:
        visit.read_through()
        yield visit


FILMS = [stem for stem, path in CHAPTERS.items() if " play=" in (ROOT / path).with_suffix(".md").read_text("utf8")]


@pytest.mark.parametrize("reading", FILMS, indirect=True)
def test_each_film_plays_when_it_is_told_to_and_stops(reading, browser):
    """Nothing moves and no frame is fetched before; Space plays, Space pauses; with reduced motion a press shows the next frame."""
    page, path = reading.page, urlsplit(reading.page.url).path.lstrip("/")
    with Visit(browser, reading.site, path, reduced_motion="reduce") as still:
        for figure in page.locator("figure.m-view:has(.m-play)").all():
            button = figure.locator(".m-play")
            frames = Path(json.loads(figure.locator("script.m-spec").inner_text())["states"]).name
            slider = figure.locator(f"[name='{button.get_attribute('data-for')}']")
            slider.scroll_into_view_if_needed()
            first = slider.input_value()
            page.wait_for_timeout(1000)
            assert slider.input_value() == first
            assert not any(url.endswith(frames) for url in reading.asked), "frames were fetched before anybody played"
            button.focus()
            before = _look(figure)
            page.keyboard.press("Space")
            seen = _changed(figure, before, [False, False]) if button.inner_text() == "Pause" else []
            assert all(seen), f"{figure.get_attribute('id')} does not play"
            button.press("Space")
            assert button.inner_text() == "Play"
            held = _look(figure)
            page.wait_for_timeout(500)
            assert _look(figure) == held
            figure.locator(".m-reset").click()
        button, slider = (
            still.page.locator(".m-play").first,
            still.page.locator(".m-control:has(.m-play) [type=range]").first,
        )
        button.scroll_into_view_if_needed()
        first = int(slider.input_value())
        assert button.inner_text() == "Next"
        button.click()
        until(still.page, "document.querySelector('.m-control:has(.m-play) [type=range]').value", str(first + 1))
        still.page.wait_for_timeout(500)
        assert slider.input_value() == str(first + 1)
        assert reading.complaints + still.complaints == []


@pytest.mark.parametrize("reading", CHAPTERS, indirect=True)
def test_each_control_moves_by_keyboard(reading):
    """Keys on the focused control change picture, description and address."""
    page = reading.page
    for figure in page.locator("figure.m-view:has(.m-controls)").all():
        name = figure.get_attribute("id")
        for control in figure.locator(".m-control").all():
            kind = control.get_attribute("data-kind")
            (
                control.get_by_role("button", name=PREPARED)
                if kind in ("marks", "trace")
                else control.locator("[name]")
            ).focus()
            before, moved = _look(figure), [False, False]
            for key in KEYS[kind]:
                page.keyboard.press(key)
                moved = _changed(figure, before, moved)
                if all(moved):
                    break
            which = f"{name}.{control.get_attribute('data-name')}"
            assert moved[0], f"{which}: no key changes the picture"
            assert moved[1], f"{which}: no key changes the description"
            figure.locator(".m-reset").click()
            until(page, f"location.search.includes({json.dumps(name + '.')})", False)
    assert reading.complaints == []


@pytest.mark.parametrize("reading", CHAPTERS, indirect=True)
def test_stored_state_is_shown_within_a_frame(reading):
    """Once the states are there, a move is on screen by the next frame; several positions are tried, for some states look alike."""
    page = reading.page
    for figure in page.locator("figure.m-view:has(.m-controls)").all():
        name = figure.get_attribute("id")
        spec = json.loads(figure.locator("script.m-spec").inner_text())
        figure.locator(FIELD).first.focus()
        stored = Path(spec["states"]).name
        until(
            page,
            f"performance.getEntriesByType('resource').some((one) => one.name.endsWith('{stored}') && one.responseEnd > 0)",
            True,
        )
        page.wait_for_timeout(300)  # unpacking
        for control in spec["controls"]:
            last = len(control["values"]) - 1
            seen = [page.evaluate(MOVE, [name, control["name"], position]) for position in (last, 0, last // 2)]
            assert any(picture for picture, _ in seen), (
                f"{name}.{control['name']}: the picture is not there after a frame"
            )
            assert any(words for _, words in seen), (
                f"{name}.{control['name']}: the description is not there after a frame"
            )
        figure.locator(".m-reset").click()


def _settings(figure):
    """Where the controls of a view stand; marks and traces by what they say."""
    return figure.locator(".m-control").evaluate_all(
        "(all) => all.map((one) => one.querySelector('.m-count')?.textContent ?? one.querySelector('[name]').value)"
    )


@pytest.mark.parametrize("stem", CHAPTERS)
def test_setting_can_be_linked_to(browser, site, stem):
    with Visit(browser, site, CHAPTERS[stem]) as visit:
        figure = visit.page.locator("figure.m-view:has(.m-controls)").first
        figure.scroll_into_view_if_needed()
        figure.locator("details.m-numbers").evaluate_all(UNFOLD)
        field = figure.locator(FIELD).first
        field.focus()
        visit.page.wait_for_load_state("networkidle")
        works = field.evaluate(
            "(one) => one.type === 'range' ? 'End' : one.localName === 'button' ? 'Enter' : 'ArrowDown'"
        )
        visit.page.keyboard.press(works)
        until(visit.page, "location.search.length > 1", True)
        address, words, value = visit.page.url, figure.locator(".m-words").inner_text(), _settings(figure)
    path = address.removeprefix(f"{site}/")
    with Visit(browser, site, path) as visit:
        figure = visit.page.locator("figure.m-view:has(.m-controls)").first
        figure.scroll_into_view_if_needed()
        figure.locator(".main-svg").first.wait_for()
        assert _settings(figure) == value
        until(
            visit.page,
            f"document.getElementById('{figure.get_attribute('id')}').querySelector('.m-words').innerText",
            words,
        )


def until(page, expression, wanted, seconds=10):
    """Wait until the page's expression has the value (Playwright's own wait needs eval, which the page's policy forbids)."""
    for _ in range(seconds * 20):
        found = page.evaluate(expression)
        if found == wanted:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{expression} is {found!r}, not {wanted!r}, after {seconds} s")


def give(section, exercise, answer):
    """Put an answer into an exercise's form and check it."""
    if exercise.kind == "number":
        section.locator("input[name=answer]").fill(repr(float(answer)))
    elif exercise.kind == "choice":
        section.locator(f"input[value='{exercise.options.index(answer)}']").check()
    else:
        for place, item in enumerate(answer):
            row = section.locator(f"li[data-item='{exercise.options.index(item)}']")
            while row.evaluate("li => [...li.parentNode.children].indexOf(li)") > place:
                row.get_by_role("button", name="up").click()
    section.get_by_role("button", name="Check").click()
    return section.locator(".m-feedback").inner_text()


@pytest.mark.parametrize("stem", CHAPTERS)
def test_each_exercise_right_and_wrong(browser, site, stem):
    with Visit(browser, site, CHAPTERS[stem]) as visit:
        page = visit.page
        asked = [exercise for exercise in exercises(stem) if exercise.kind != "code"]  # those are in test_chapters
        for exercise in asked:
            section = page.locator(f"#exercise-{exercise.id}")
            section.scroll_into_view_if_needed()
            solution = section.locator("details.m-solution")
            assert not solution.is_visible()
            for mistake in exercise.mistakes:
                assert mistake.message in give(section, exercise, mistake.answer), exercise.id
            assert "Right." in give(section, exercise, exercise.answer), exercise.id
            solution.locator("summary").click()
            until(
                page,
                f"document.querySelector('#exercise-{exercise.id} details.m-solution').innerText.length > 20",
                True,
            )
        page.wait_for_load_state("networkidle")  # else leaving ends what is still on its way
        page.reload()
        page.locator(f"#exercise-{exercise.id} .m-feedback", has_text="Right.").wait_for(timeout=PATIENCE)
        page.wait_for_load_state("networkidle")
        page.goto(f"{site}/chapters/progress.html")
        row = page.locator(f".m-progress tr:has(a[href*='{stem}'])")
        row.filter(has_text=f"{len(asked)} of {len(exercises(stem))}").wait_for(timeout=PATIENCE)
        assert visit.complaints == []
        assert visit.strangers() == []


def test_no_answer_stands_in_the_page():
    for stem, path in CHAPTERS.items():
        text = (HTML / path).read_text("utf8")
        for exercise in exercises(stem):
            assert exercise.solution not in text
            assert all(mistake.message not in text for mistake in exercise.mistakes)


def test_search_finds_a_chapter(browser, site):
    with Visit(browser, site, "search.html?q=Gaussian") as visit:
        visit.page.locator("#search-results a[href*='gaussian_window']").first.wait_for()
        assert visit.complaints == []


def test_colour_mode_is_kept_and_restyles_the_plots(browser, site):
    with Visit(browser, site, CHAPTERS["gaussian_window"]) as visit:
        page = visit.page
        visit.read_through()
        ink = "document.querySelector('.m-view .xtick text').style.fill"
        before = page.evaluate(ink)
        for _ in range(3):
            if page.evaluate("document.documentElement.dataset.theme") == "dark":
                break
            page.locator(".theme-switch-button").first.click()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        until(page, f"({ink}) !== {json.dumps(before)}", True)
        page.reload()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_print_shows_every_figure(browser, site):
    with Visit(browser, site, CHAPTERS["gaussian_window"]) as visit:
        visit.read_through()
        visit.page.emulate_media(media="print")
        for figure in visit.page.locator("figure.m-view").all():
            assert figure.locator(".m-plot").bounding_box()["height"] > 100
            assert figure.locator(".m-plot svg, .m-plot img").first.is_visible()
            assert not figure.locator(".m-controls").is_visible() if figure.locator(".m-controls").count() else True
