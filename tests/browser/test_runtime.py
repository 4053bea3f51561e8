"""The page's runtime in Chromium, on a page made of real explorers and exercises with the extension's own markup."""

import html
import json
import os
import shutil
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from accessible import broken_rules
from miniatures import draw
from miniatures.claims import VERDICTS
from miniatures.exercises import Mistake, MultipleChoice, Number, Ordering
from miniatures.explore import VIEW_MIME, Choice, Marks, Slider, Toggle, Trace, View, explore
from miniatures_book import assets, markup, scoreboard

ROOT = Path(__file__).parents[2]
DIST = ROOT / "book" / "runtime" / "dist"

pytestmark = pytest.mark.browser


# ---- what the page shows


def curve(sigma: float, rule: str, log: bool) -> View:
    """A Gaussian, with an axis, a line and words that change with every control."""
    x = np.linspace(-12, 12, 97)
    y = np.exp(-((x / sigma) ** 2) / 2) if rule == "density" else np.exp(-np.abs(x) / sigma)
    vertical = draw.axis("value", log=log, range=(1e-3, 2) if log else (0, 1.1))
    marks = draw.line(x, y, name=rule), draw.vertical(sigma, "orange", words="one σ"), draw.horizontal(0.5)
    return View(
        draw.figure(*marks, x="distance, px", y=vertical),
        f"σ = {sigma:g} px, {rule}, {'log' if log else 'linear'}: mean {y.mean():.4f}.",
    )


def matrix(size: int) -> View:
    """A picture beside a heat map with its colour bar, beside bars."""
    z = np.outer(np.arange(size), np.arange(size)) / size**2
    left = draw.figure(draw.image(np.eye(size), width=size, height=size), title="identity", x=draw.axis(hidden=True, range=(0, size)),
                       y=draw.axis(hidden=True, range=(0, size)), equal=True)  # fmt: skip
    middle = draw.figure(draw.heatmap(z, bar="product"), title="products of rows and columns", x="column", y="row")
    return View(draw.panels(left, middle, height=340), f"{size} rows: the largest product is {z.max():.3f}.")


def gallery() -> View:
    """Every kind of mark."""
    n = np.arange(1, 6)
    one = draw.figure(draw.points(n, 2.0**n, name="points", error=n, labels=list("abcde")), draw.line(n, 2.0**n, name="line", dash="dot"),
                      x=draw.axis("n", log=True, range=(0.9, 6)), y=draw.axis("power of two on a logarithmic axis with a long title", log=True, range=(1, 60)), title="log")  # fmt: skip
    two = draw.figure(draw.bars(["alpha", "beta"], [1, 2], name="first"), draw.bars(["alpha", "beta"], [2, 1], name="second", colour="orange", error=[0.2, 0.3]), title="grouped", y="count")  # fmt: skip
    three = draw.figure(draw.bars([3, 1, 2], ["left", "middle", "right"], horizontal=True, colour="green"), draw.box(1, -0.5, 2, 2.5), title="horizontal", x="length")  # fmt: skip
    four = draw.figure(
        draw.heatmap([[0, 1], [2, None]], labels=[["0", "1"], ["2", "none"]], bar="value", scale="diverging"),
        title="cells",
    )
    words = draw.figure(
        draw.text(1, 1, "an arrow", arrow=(30, -30)),
        draw.points([1], [1]),
        x=draw.axis(range=(0, 3)),
        y=draw.axis(range=(0, 3)),
        title="words",
    )
    return View(
        draw.panels(one, two, three, four, words, height=900),
        "Five panels with each kind of mark; the largest power is 32.",
    )


def stacked() -> View:
    return View(draw.figure(draw.bars([1, 2, 3], [1, 2, 3], name="lower"), draw.bars([1, 2, 3], [3, 2, 1], name="upper", colour="purple"), bars="stack",
                            title="stacked bars"), "Stacked bars: each pile is 4 high.")  # fmt: skip


def ball(frame: int) -> View:
    """A ball that crosses a picture in eight frames."""
    pixels = np.zeros((4, 8))
    pixels[2, frame] = 1
    hidden = draw.axis(hidden=True, range=(0, 8))
    picture = draw.image(pixels, width=8, height=8)
    return View(
        draw.figure(picture, x=hidden, y=hidden, equal=True), f"In frame {frame} the ball is in column {frame}."
    )


FILM = explore(ball, "film", frame=Slider(0, 7, 0, steps=8, integer=True, label="frame", play=10))


def pin(x: int, y: int, down: bool = False) -> View:
    """A pin on a board of ten by ten, y up or down."""
    board = {"x": draw.axis(range=(0, 10)), "y": draw.axis(range=(10, 0) if down else (0, 10))}
    return View(draw.figure(draw.points([x], [y], name="pin"), **board, equal=True), f"The pin is at {x}, {y}.")


def pin_on_picture(x: int, y: int) -> View:
    return pin(x, y, down=True)


PINS = [
    explore(view, name, **{
        axis: Slider(0, 10, value, steps=11, integer=True, label=axis, handle=("pin", axis)) for axis, value in (("x", 2), ("y", 3))
    })
    for view, name in ((pin, "pin"), (pin_on_picture, "turned"))
]  # fmt: skip
CLICKS = Marks({"object": 1, "background": 0}, high=(10, 10), script=((2, 3, 1), (7, 8, 0)), most=4, label="clicks")
TRACE = Trace(1.5, ((0, "one"), (0.7, "two")), stops=((2, 2), (8, 6)), high=(10, 10), step=0.1,
              script=((0, 5, 5), (0.8, 2, 2), (1.2, 8, 6)), label="trace")  # fmt: skip


def clicked(clicks: tuple) -> View:
    """Clicks on a board of ten by ten, its rows counted downwards."""
    board = {"x": draw.axis(range=(0, 10)), "y": draw.axis(range=(10, 0))}
    x, y, kinds = zip(*clicks, strict=True) if clicks else ((), (), ())
    return View(
        draw.figure(draw.points(x, y), **board, equal=True), f"{len(clicks)} clicks, {sum(kinds)} on the object."
    )


def traced(trace: tuple) -> View:
    """A pointer's way on a board of ten by ten."""
    board = {"x": draw.axis(range=(0, 10)), "y": draw.axis(range=(0, 10))}
    x, y = ([one[side] for one in trace] for side in (1, 2))
    return View(draw.figure(draw.line(x, y), **board, equal=True), f"The pointer was seen at {len(trace)} places.")


WORKED = (explore(clicked, "clicked", clicks=CLICKS), explore(traced, "traced", trace=TRACE))
EXPLORERS = (
    explore(curve, "curve", sigma=Slider(0.3, 10, 3, steps=12, scale="log", unit="px", label="σ, standard deviation"),
            rule=Choice({"density": "density", "tails": "tails"}, "density", label="rule"), log=Toggle(False, label="logarithmic")),
    explore(matrix, "matrix", size=Slider(2, 12, 6, steps=11, integer=True, label="rows")),
    gallery(), stacked(),
)  # fmt: skip
EXERCISES = (
    Number("demo-1", "How long is a third of 1.5 px?", answer=0.5, tolerance=0.01, unit="px", mistakes=(Mistake(4.5, "That is three times it."),),
           hint="Divide.", solution="<p>1.5 / 3 = 0.5</p>"),
    MultipleChoice("demo-2", "Which is prime?", options=("4", "5", "6"), answer="5", mistakes=(Mistake("4", "Two divides it."),), hint="Try two.", solution="<p>Five.</p>"),
    Ordering("demo-3", "Smallest first", answer=("one", "two", "three"), mistakes=(Mistake(("three", "two", "one"), "The other way round."),),
             hint="Count.", solution="<p>One, two, three.</p>"),
)  # fmt: skip
ROWS = [
    {"number": "C1", "chapter": "Beta", "said": "It grows.", "figure": "none", "measured": "2.5 times, \"about\"", "seeds": "seeds 0 to 9", "verdict": "holds", "part": "Numbers", "link": "#curve"},
    {"number": "C10", "chapter": "Alpha", "said": "It shrinks.", "figure": "none", "measured": "−3 %", "seeds": "no randomness", "verdict": "does not hold", "part": "Video", "link": "#curve"},
    {"number": "C2", "chapter": "Alpha", "said": "It stays.", "figure": "none", "measured": "0.1", "seeds": "no randomness", "verdict": "holds", "part": "Video", "link": "#curve"},
]  # fmt: skip
CHAPTERS = [{"stem": "demo", "title": "Demonstration", "url": "index.html", "exercises": [one.id for one in EXERCISES]},
            {"stem": "other", "title": "Another chapter", "url": "index.html", "exercises": ["other-1"]}]  # fmt: skip


def view_html(shown, folder):
    """A view or explorer as the extension writes it; the bundle is what a cell of the book puts out."""
    bundle = shown._repr_mimebundle_()[VIEW_MIME]
    return markup.view(
        bundle | {"name": bundle["name"] or f"plain-{len(shown.description)}"}, folder / "_views", "_views/"
    )


def exercise_html(exercise):
    form = markup.TEMPLATES.get_template("exercise.html").render(
        exercise=exercise, options=getattr(exercise, "options", ()), number=exercise.id[-1]
    )
    check = markup.as_script(markup.exercise_check(exercise, exercise.solution))
    return f"""<section class="m-exercise" id="exercise-{exercise.id}" data-exercise="{exercise.id}" aria-labelledby="title-{exercise.id}">
<p class="m-exercise-title" id="title-{exercise.id}">Exercise {exercise.id[-1]}</p><div class="m-question"><p>{html.escape(exercise.question)}</p></div>
{form}<details class="m-hint"><summary>Hint</summary><p>{exercise.hint}</p></details>
<details class="m-solution" hidden><summary>Solution</summary></details><script type="application/json" class="m-spec">{check}</script></section>"""


def document(body, title="Runtime"):
    policy = assets.POLICY.format(scripts="'self' 'wasm-unsafe-eval'")
    return f"""<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="_runtime/fonts/fonts.css"><link rel="stylesheet" href="_runtime/katex/katex.min.css"><link rel="stylesheet" href="_runtime/page.css">
<style>*, ::before, ::after {{ box-sizing: border-box; }} body {{ margin: 0 auto; padding: 1rem; max-width: 46rem; background: var(--m-paper); color: var(--m-ink); font: 1.1rem/1.6 var(--m-serif); }} a {{ color: var(--m-accent); }}</style>
<script type="module" src="_runtime/page.js"></script></head><body><main>{body}</main></body></html>"""


def write_site(folder):
    """The fixture pages: index, progress, glossary, references."""
    os.environ["MINIATURES_BOOK"] = "1"
    shutil.copytree(DIST, folder / "_runtime")
    links = """<p>A <a class="reference internal" href="glossary.html#term-logit">logit</a>, a paper <a class="reference internal" href="references.html#knuth">Knuth (1984)</a>,
        a note <a class="footnote-reference" href="#note-1">1</a>.</p>"""
    views = "\n".join(view_html(one, folder) for one in EXPLORERS)
    asked = "\n".join(exercise_html(one) for one in EXERCISES)
    board = markup.TEMPLATES.get_template("scoreboard.html").render(
        rows=ROWS, csv="claims.csv", heads=scoreboard.HEADS, verdicts=VERDICTS
    )
    note = '<aside class="footnote" id="note-1" role="doc-footnote"><p>A footnote of its own.</p></aside>'
    progress = markup.TEMPLATES.get_template("progress.html").render(chapters=CHAPTERS)
    (folder / "index.html").write_text(document(f"<h1>Runtime</h1>{links}{views}{asked}{board}{note}"), "utf8")
    (folder / "progress.html").write_text(document(f"<h1>Progress</h1>{progress}"), "utf8")
    (folder / "film.html").write_text(
        document(f"<h1>Film</h1>{view_html(FILM, folder)}<p style='height: 200vh'>"), "utf8"
    )
    pins = "".join(view_html(one, folder) for one in PINS)
    (folder / "handles.html").write_text(document(f"<h1>Handles</h1>{pins}<p style='height: 200vh'>"), "utf8")
    worked = "".join(view_html(one, folder) for one in WORKED)
    (folder / "hands.html").write_text(document(f"<h1>Hands</h1>{worked}<p style='height: 200vh'>"), "utf8")
    (folder / "glossary.html").write_text(document('<h1>Glossary</h1><dl class="glossary"><dt id="term-logit">logit<a class="headerlink" href="#term-logit">¶</a></dt><dd><p>A score before the <a href="#term-softmax">softmax</a>.</p></dd></dl>'), "utf8")  # fmt: skip
    (folder / "references.html").write_text(document('<h1>References</h1><div class="citation" id="knuth" role="doc-biblioentry"><span class="label">Knuth84</span><p>Donald Knuth. Literate programming. 1984.</p></div>'), "utf8")  # fmt: skip


# ---- visits


@pytest.fixture(scope="module")
def site(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    before = os.environ.get("MINIATURES_BOOK")
    try:
        write_site(folder)
    finally:
        if before is None:
            os.environ.pop("MINIATURES_BOOK", None)
    return serve(folder)


class Visit:
    """A page in a context of its own, with what it asked for and complained of."""

    def __init__(self, browser, site, path="index.html", width=1000, height=900, script=None, **options):
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page = self.context.new_page()
        self.site, self.asked, self.complaints = site, [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if script:
            self.page.add_init_script(script)
        self.page.goto(f"{site}/{path}")
        self.page.wait_for_load_state("networkidle")

    def __enter__(self):
        return self.page

    def __exit__(self, *_):
        self.context.close()


def drawn(page, name="curve"):
    """The view, once it is drawn."""
    figure = page.locator(f"#{name}")
    figure.scroll_into_view_if_needed()
    figure.locator(".main-svg").first.wait_for()
    return figure


def ready(page, name="curve"):
    """The view, once it is drawn and its states are there."""
    figure = drawn(page, name)
    figure.locator(".m-controls").hover()
    address = json.loads(figure.locator("script.m-spec").text_content())["states"]
    until(
        page,
        f"performance.getEntriesByName(new URL('{address}', document.baseURI).href).some((one) => one.responseEnd > 0)",
    )
    page.wait_for_timeout(100)  # unpacked and decoded
    return figure


def until(page, expression, wanted=True, seconds=120):
    """Wait for the expression's value (Playwright's own wait needs eval, which the page's policy forbids)."""
    for _ in range(seconds * 20):
        found = page.evaluate(expression)
        if found == wanted:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{expression} is {found!r}, not {wanted!r}, after {seconds} s")


MOVED = """async ([name, control, position]) => {
  const view = document.getElementById(name), field = view.querySelector(`[name="${control}"]`);
  const look = () => [view.querySelector(".m-plot").innerHTML, view.querySelector(".m-words").textContent, view.querySelector(".m-number").value];
  const before = look();
  if (field.type === "checkbox") field.checked = Boolean(position); else field.value = String(position);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return look().map((after, index) => after !== before[index]);
}"""


# ---- views


def test_every_mark_is_drawn_without_a_complaint(browser, site):
    visit = Visit(browser, site)
    with visit as page:
        for name in ("curve", "matrix", f"plain-{len(gallery().description)}", f"plain-{len(stacked().description)}"):
            drawn(page, name)
        whole = page.locator(f"#plain-{len(gallery().description)}")
        count = lambda css: whole.locator(css).count()  # noqa: E731
        assert count(".scatterlayer .js-line") == 1
        assert count(".scatterlayer .errorbar") == 5
        assert count(".scatterlayer .point") == 6
        assert count(".barlayer .point") == 7
        assert count(".barlayer .errorbar") == 2
        assert count(".heatmaplayer image") == 1
        assert sorted(whole.locator(".heatmap-label").all_text_contents()) == ["0", "1", "2", "none"]
        assert count(".colorbar") == 1
        assert count(".annotation-arrow-g path") >= 1
        assert count(".shapelayer path, .layer-below path") >= 1
        assert count(".legend .traces") == 4
        assert whole.locator(".legendtext").all_text_contents() == ["points", "line", "first", "second"]
        assert (
            page.locator(
                "#matrix image[*|href^='data:image/png'], #matrix .imagelayer image, #matrix .layer-below image"
            ).count()
            >= 1
        )
        assert page.locator("#curve .shape-label text").all_text_contents() == ["one σ"]
        assert page.locator(".m-still").count() == 0
        assert page.locator(".modebar").count() == 0
        assert visit.complaints == []
        assert [url for url in visit.asked if not url.startswith((site, "data:", "blob:"))] == []
        assert sum(url.endswith("plot.js") for url in visit.asked) == 1


def test_hover_shows_the_value(browser, site):
    with Visit(browser, site) as page:
        box = drawn(page).locator(".nsewdrag").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
        page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + 20)
        page.locator("#curve .hovertext").first.wait_for()
        assert "(0, 1)" in page.locator("#curve .hovertext").first.text_content()


@pytest.mark.parametrize(("control", "position"), [("sigma", 11), ("rule", 1), ("log", 1)])
def test_a_move_is_on_screen_by_the_next_frame(browser, site, control, position):
    with Visit(browser, site) as page:
        ready(page)
        picture, words, output = page.evaluate(MOVED, ["curve", control, position])
        assert picture, "the picture did not change within a frame"
        assert words, "the description did not change within a frame"
        assert output == (control == "sigma")


def test_each_key_moves_slider_choice_and_toggle(browser, site):
    with Visit(browser, site) as page:
        figure = ready(page)
        words = figure.locator(".m-words")
        slider = page.get_by_role("slider", name="σ, standard deviation")
        slider.focus()
        page.keyboard.press("End")
        assert words.inner_text().startswith("σ = 10 px, density, linear")
        assert slider.get_attribute("aria-valuetext") == "10 px"
        assert figure.locator(".m-number").input_value() == "10"
        page.keyboard.press("Home")
        assert words.inner_text().startswith("σ = 0.3 px")
        page.get_by_label("rule").select_option("tails")
        assert "tails" in words.inner_text()
        page.get_by_role("switch").press("Space")
        assert words.inner_text() == curve(0.3, "tails", True).description
        assert "curve.sigma=0.3&curve.rule=tails&curve.log=1" in wait_for_address(page, "curve.log=1")


def wait_for_address(page, part):
    until(page, f"location.href.includes({json.dumps(part)})")
    return page.url


def test_every_state_is_the_one_that_python_draws(browser, site):
    """Each of the 48 settings, moved to in the page: the description is the one that the view gives for it."""
    with Visit(browser, site) as page:
        ready(page)
        explorer = EXPLORERS[0]
        settings = explorer.settings()
        assert len(settings) == 48
        shown = page.evaluate(
            """async (sizes) => {
              const view = document.getElementById("curve"), fields = [...view.querySelectorAll("[name]")], out = [];
              for (let a = 0; a < sizes[0]; a++) for (let b = 0; b < sizes[1]; b++) for (let c = 0; c < sizes[2]; c++) {
                fields[0].value = a; fields[1].value = b; fields[2].checked = Boolean(c);
                fields[0].dispatchEvent(new Event("input", { bubbles: true }));
                await new Promise((done) => setTimeout(done));
                out.push(view.querySelector(".m-words").textContent);
              }
              return out;
            }""",
            [len(control.values) for control in explorer.controls.values()],
        )
        assert shown == [curve(**setting).description for setting in settings]


def test_the_states_are_fetched_once_and_only_after_intent(browser, site):
    visit = Visit(browser, site, height=400)
    with visit as page:
        assert not any(url.endswith(".bin") for url in visit.asked), "states were fetched before anybody came near"
        figure = ready(page)
        for _ in range(3):
            figure.locator(".m-controls").hover()
            page.get_by_role("slider", name="σ, standard deviation").press("ArrowRight")
        page.wait_for_timeout(1000)
        assert max(visit.asked.count(url) for url in visit.asked if url.endswith(".bin")) == 1


def test_states_come_where_a_reader_dwells_and_not_to_a_page_that_nobody_reads(browser, site):
    visit = Visit(browser, site, height=700)
    with visit as page:
        drawn(page)
        page.wait_for_timeout(1500)
        assert not any(url.endswith(".bin") for url in visit.asked), "nobody had moved"
        page.mouse.move(5, 5)
        page.wait_for_timeout(1500)
        assert any(url.endswith(".bin") for url in visit.asked)


def test_an_address_brings_the_setting_back(browser, site):
    with Visit(browser, site, "index.html?curve.sigma=10&curve.rule=tails&curve.log=1&q=kept#curve") as page:
        drawn(page)
        until(page, "document.querySelector('#curve .m-words').textContent.startsWith('σ = 10')")
        assert page.locator("#curve .m-words").inner_text() == curve(10.0, "tails", True).description
        assert page.get_by_role("slider", name="σ, standard deviation").get_attribute("aria-valuetext") == "10 px"
        page.get_by_role("button", name="Reset").first.click()
        until(page, "!location.search.includes('curve')")
        assert page.url.endswith("?q=kept#curve")
        assert page.locator("#curve .m-words").inner_text() == curve(3, "density", False).description


@pytest.mark.parametrize("query", ["curve.sigma=<img src=x onerror=alert(1)>&curve.rule=\"><script>alert(1)</script>&curve.log=constructor", "curve.sigma=1e999&curve.log=2",
                                   "curve.sigma=NaN&curve.rule=__proto__", "curve.sigma=&curve.rule=&curve.log=", "curve.sigma=-5&curve.rule=2", "%E0%A4%A=1&curve.sigma=%00",
                                   "__proto__=1&__proto__.sigma=1&curve.__proto__=1&constructor.prototype=1", "curve.sigma=99&curve.sigma=10", "curve.sigma=" + "9" * 60_000,
                                   "curve.rule=javascript:alert(1)#<img src=x onerror=alert(1)>", "#%E0%A4%A", "#curve.sigma=10"])  # fmt: skip
def test_hostile_addresses_are_ignored(browser, site, query):
    visit = Visit(browser, site, f"index.html?{query}")
    with visit as page:
        figure = drawn(page)
        assert figure.locator(".m-words").inner_text() == curve(3, "density", False).description
        assert figure.locator("img, script:not(.m-spec)").count() == 0
        assert visit.complaints == []


@pytest.mark.parametrize("allowed", [True, False])
def test_copy_link(browser, site, allowed):
    script = None if allowed else "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    with Visit(
        browser, site, script=script, permissions=["clipboard-read", "clipboard-write"] if allowed else []
    ) as page:
        figure = ready(page)
        page.get_by_role("slider", name="σ, standard deviation").press("End")
        figure.get_by_role("button", name="Copy link").click()
        wanted = f"{site}/index.html?curve.sigma=10#curve"
        if allowed:
            figure.get_by_text("Link copied.").wait_for()
            assert page.evaluate("navigator.clipboard.readText()") == wanted
        else:
            field = figure.get_by_label("Link to this setting")
            assert field.input_value() == wanted
            assert page.evaluate("getSelection().toString() || document.activeElement.value") == wanted


@pytest.mark.parametrize("fault", ["missing", "corrupt", "short", "offline"])
def test_lost_states_are_reported_and_retried(browser, site, fault):
    faults = {
        "missing": lambda route: route.fulfill(status=404, body="no"),
        "corrupt": lambda route: route.fulfill(status=200, body=b"\x1f\x8b not gzip"),
        "short": lambda route: route.fulfill(status=200, body=json.dumps({"count": 1, "leaves": []})),
        "offline": lambda route: route.abort(),
    }
    with Visit(browser, site, "progress.html") as page:
        page.route("**/*.bin", faults[fault])
        page.goto(f"{site}/index.html")
        figure = drawn(page)
        slider = page.get_by_role("slider", name="σ, standard deviation")
        slider.press("End")
        figure.get_by_text("This setting could not be loaded; the default is shown.").wait_for()
        assert figure.locator(".m-words").inner_text() == curve(3, "density", False).description
        assert slider.is_enabled()
        page.unroute("**/*.bin")
        figure.get_by_role("button", name="Retry").click()
        until(page, "document.querySelector('#curve .m-words').textContent.startsWith('σ = 10')")
        assert figure.locator(".m-problem").count() == 0


def test_without_plot_js_the_still_picture_stays_and_can_be_retried(browser, site):
    with Visit(browser, site, "progress.html") as page:
        page.route("**/plot.js", lambda route: route.abort())
        page.goto(f"{site}/index.html")
        figure = page.locator("#curve")
        figure.get_by_text("The figure could not be drawn; its still picture is shown.").wait_for()
        assert figure.locator("img.m-still").is_visible()
        page.unroute("**/plot.js")
        figure.get_by_role("button", name="Retry").click()
        figure.locator(".main-svg").first.wait_for()
        assert figure.locator(".m-problem").count() == 0


def test_the_theme_restyles_in_place(browser, site):
    with Visit(browser, site) as page:
        figure = drawn(page)
        look = "[getComputedStyle(document.querySelector('#curve .js-line')).stroke, getComputedStyle(document.querySelector('#curve .xtick text')).fill]"
        light = page.evaluate(look)
        svg = figure.locator(".main-svg").first.element_handle()
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        until(page, f"JSON.stringify({look}) !== {json.dumps(json.dumps(light, separators=(',', ':')))}")
        line, tick = page.evaluate(look)
        assert line == "rgb({}, {}, {})".format(*bytes.fromhex(draw.PALETTE["dark"]["blue"][1:]))
        assert tick != light[1]
        assert svg.evaluate("(node) => node.isConnected"), "the figure was rebuilt instead of restyled"
        page.evaluate("document.documentElement.dataset.theme = 'light'")
        until(page, f"JSON.stringify({look}) === {json.dumps(json.dumps(light, separators=(',', ':')))}")


def frames(page, name):
    return page.evaluate("""(name) => [...document.querySelectorAll(`#${name} .cartesianlayer .bg, #${name} .nsewdrag`)].map((node) => {
      const { left, top, right, bottom } = node.getBoundingClientRect(); return [left, top, right, bottom]; })""", name)  # fmt: skip


def test_panels_stack_on_a_narrow_screen_and_stand_side_by_side_again(browser, site):
    with Visit(browser, site) as page:
        figure = drawn(page, "matrix")
        wide = frames(page, "matrix")
        assert len(wide) == 2
        assert wide[0][2] < wide[1][0]
        height = figure.locator(".m-plot").bounding_box()["height"]
        page.set_viewport_size({"width": 390, "height": 844})
        until(page, "document.querySelector('#matrix .main-svg').clientWidth < 390")
        narrow = frames(page, "matrix")
        assert narrow[0][3] < narrow[1][1], "the panels are not below each other"
        assert min(right - left for left, _, right, _ in narrow) > 150
        below, plot = figure.locator(".m-words").bounding_box(), figure.locator(".m-plot").bounding_box()
        assert plot["height"] > height
        assert plot["y"] + plot["height"] <= below["y"] + 1, "the figure overlaps its words"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.set_viewport_size({"width": 1000, "height": 844})
        until(page, "document.querySelector('#matrix .main-svg').clientWidth > 560")
        assert frames(page, "matrix")[0][2] < frames(page, "matrix")[1][0]


@pytest.mark.parametrize("width", [390, 700, 1000])
def test_no_text_of_a_figure_is_cut_off(browser, site, width):
    with Visit(browser, site, width=width) as page:
        for name in ("curve", "matrix", f"plain-{len(gallery().description)}", f"plain-{len(stacked().description)}"):
            drawn(page, name)
            cut = page.evaluate("""(name) => { const frame = document.querySelector(`#${name} .m-canvas`).getBoundingClientRect();
              return [...document.querySelectorAll(`#${name} .main-svg text`)].filter((text) => { const box = text.getBoundingClientRect();
                return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1); })
                .map((text) => text.textContent); }""", name)  # fmt: skip
            assert cut == [], name


def test_a_swipe_over_a_figure_scrolls_the_page(browser, site):
    with Visit(browser, site, width=390, height=700, has_touch=True, is_mobile=True) as page:
        box = drawn(page).locator(".nsewdrag").bounding_box()
        before = page.evaluate("scrollY")
        session = page.context.new_cdp_session(page)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 15):
            moved = {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 15 * step}]}
            session.send("Input.dispatchTouchEvent", moved)
            page.wait_for_timeout(16)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(300)
        assert page.evaluate("scrollY") > before + 100


def test_paper_gets_every_figure_in_light_colours(browser, site):
    with Visit(browser, site, height=400) as page:
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        drawn(page)
        assert page.locator(".m-view:has(.main-svg)").count() < len(EXPLORERS), "nothing is left to draw for the print"
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator(".m-view:has(.main-svg)").count() == len(EXPLORERS)
        stroke = "getComputedStyle(document.querySelector('#curve .js-line')).stroke"
        assert page.evaluate(stroke) == "rgb({}, {}, {})".format(*bytes.fromhex(draw.PALETTE["light"]["blue"][1:]))
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate(stroke) == "rgb({}, {}, {})".format(*bytes.fromhex(draw.PALETTE["dark"]["blue"][1:]))


def test_another_provider_is_asked_first(browser, site):
    """The seam for live Python: its state is shown, its null falls back to the stored states, its late answer is dropped."""
    with Visit(browser, site) as page:
        figure = ready(page)
        page.evaluate("""async () => { const { registerProvider } = await import("./_runtime/page.js"); window.asked = [];
          registerProvider(async (view, values) => { window.asked.push({ view: view.spec.view, ...values });
            if (values.rule === "tails") return null;
            if (values.log) await new Promise((done) => setTimeout(done, 300));
            return { figure: view.spec.figure, description: `live ${values.sigma} ${values.log}` }; }); }""")  # fmt: skip
        slider = page.get_by_role("slider", name="σ, standard deviation")
        slider.press("End")
        assert figure.locator(".m-words").inner_text() == "live 10 false"
        assert page.evaluate("window.asked.at(-1)") == {
            "view": EXPLORERS[0].reference,
            "sigma": 10,
            "rule": "density",
            "log": False,
        }
        page.get_by_role("switch").press("Space")  # slow
        page.get_by_role("switch").press("Space")  # quick: overtakes it
        page.wait_for_timeout(500)
        assert figure.locator(".m-words").inner_text() == "live 10 false"
        page.get_by_label("rule").select_option("tails")
        assert figure.locator(".m-words").inner_text() == curve(10.0, "tails", False).description


def test_the_description_is_announced_once_the_slider_rests(browser, site):
    with Visit(browser, site) as page:
        figure = ready(page)
        page.evaluate("""() => { window.said = []; const region = document.querySelector("#curve > [role=status]");
          new MutationObserver(() => window.said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true }); }""")  # fmt: skip
        slider = page.get_by_role("slider", name="σ, standard deviation")
        for _ in range(4):
            slider.press("ArrowRight")
        until(page, "window.said.length > 0")
        page.wait_for_timeout(400)
        assert page.evaluate("window.said") == [figure.locator(".m-words").inner_text()]
        assert figure.locator(".m-words").get_attribute("aria-live") == "off"


# ---- exercises


def exercise(page, number):
    return page.locator(f"#exercise-demo-{number}")


def give(page, text):
    section = exercise(page, 1)
    section.get_by_label("Your answer").fill(text)
    section.get_by_label("Your answer").press("Enter")
    return section.locator(".m-feedback").inner_text()


def stored(page):
    return json.loads(page.evaluate("localStorage.getItem('miniatures.progress')") or "{}")


def test_a_number_is_checked(browser, site):
    with Visit(browser, site) as page:
        section = exercise(page, 1)
        assert not section.locator(".m-solution").is_visible()
        for nonsense in ("", "half", "1/0", "5 px"):
            assert give(page, nonsense) == "Write a number, like 0.5, 1e-3 or 1/3."
            assert section.get_by_label("Your answer").input_value() == nonsense
        assert section.get_by_label("Your answer").get_attribute("aria-invalid") == "true"
        assert not section.locator(".m-solution").is_visible(), "nonsense is no try"
        assert stored(page) == {}
        assert give(page, "4,5") == "That is three times it."
        assert give(page, "−0.5") == "Not yet. The hint may help."
        section.locator(".m-solution summary").click()
        section.get_by_text("1.5 / 3 = 0.5").wait_for()
        for right in ("0.5", "0,5", "1/2", "5e-1", "0.509", "0.491"):
            assert give(page, right) == "Right.", right
        for wrong in ("0.52", "0.48", "5"):
            assert give(page, wrong) == "Not yet. The hint may help.", wrong
        entry = stored(page)["exercises"]["demo-1"]
        assert entry == {"tries": 11, "solved": True, "answer": "0.491"}


def test_an_option_is_checked(browser, site):
    with Visit(browser, site) as page:
        section = exercise(page, 2)
        check = section.get_by_role("button", name="Check")
        check.click()
        assert section.locator(".m-feedback").inner_text() == "Choose one of the options."
        for option, words in (("4", "Two divides it."), ("6", "Not yet. The hint may help."), ("5", "Right.")):
            section.get_by_label(option, exact=True).check()
            check.click()
            assert section.locator(".m-feedback").inner_text() == words
        assert section.get_attribute("data-solved") == "true"


def items(section):
    return section.locator("li > span:not([class])").all_inner_texts()


def test_items_are_ordered_by_keyboard_and_by_pointer(browser, site):
    with Visit(browser, site) as page:
        section = exercise(page, 3)
        first = list(EXERCISES[2].options)
        assert items(section) == first
        assert section.get_by_role("button", name=f"Move up: {first[0]}").is_disabled()
        down = section.get_by_role("button", name=f"Move down: {first[0]}")
        down.focus()
        page.keyboard.press("Enter")
        assert items(section) == [first[1], first[0], first[2]]
        assert down.evaluate("(node) => node === document.activeElement"), "the focus was lost"
        section.get_by_text(f"{first[0]}: now 2 of 3").wait_for(state="attached")
        page.keyboard.press("Space")
        assert items(section) == [first[1], first[2], first[0]]
        assert section.get_by_role("button", name=f"Move up: {first[0]}").evaluate(
            "(node) => node === document.activeElement"
        )
        grip = section.locator("li").last.locator(".m-grip").bounding_box()
        top = section.locator("li").first.bounding_box()
        page.mouse.move(grip["x"] + 8, grip["y"] + 8)
        page.mouse.down()
        page.mouse.move(grip["x"] + 8, top["y"] + 20, steps=8)
        page.mouse.move(grip["x"] + 8, top["y"] + 4, steps=4)
        page.mouse.up()
        assert items(section) == first
        for wanted, words in (
            (("three", "two", "one"), "The other way round."),
            (("two", "one", "three"), "Not yet. The hint may help."),
            (("one", "two", "three"), "Right."),
        ):
            for place, item in enumerate(wanted):
                while items(section).index(item) > place:
                    section.get_by_role("button", name=f"Move up: {item}").click()
            section.get_by_role("button", name="Check").click()
            assert section.locator(".m-feedback").inner_text() == words


def test_progress_is_there_after_a_reload(browser, site):
    with Visit(browser, site) as page:
        give(page, "1/2")
        exercise(page, 2).get_by_label("4", exact=True).check()
        exercise(page, 2).get_by_role("button", name="Check").click()
        page.reload()
        assert exercise(page, 1).locator(".m-feedback").inner_text() == "Right."
        assert exercise(page, 1).get_by_label("Your answer").input_value() == "1/2"
        assert exercise(page, 1).locator(".m-solution").is_visible()
        assert exercise(page, 2).get_by_label("4", exact=True).is_checked()
        assert exercise(page, 2).locator(".m-solution").is_visible()
        assert exercise(page, 2).locator(".m-feedback").inner_text() == ""
        give(page, "7")
        assert stored(page)["exercises"]["demo-1"] == {"tries": 2, "solved": True, "answer": "1/2"}, (
            "a later slip undid what was solved"
        )


STORAGE = {
    "forbidden": "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
}


@pytest.mark.parametrize("fault", STORAGE)
def test_storage_that_keeps_nothing_breaks_nothing(browser, site, fault):
    visit = Visit(browser, site, script=STORAGE[fault])
    with visit as page:
        assert give(page, "4.5") == "That is three times it."
        assert give(page, "0.5") == "Right."
        assert page.get_by_text("Your progress cannot be kept").count() == 1
        page.goto(f"{site}/progress.html")
        assert "0 of 3" in page.locator(".m-progress").inner_text()
        assert visit.complaints == []


@pytest.mark.parametrize(
    "junk", ["{", "null", '{"version": 9}', '{"version":1,"exercises":{"demo-1":{"tries":"<b>","solved":1}}}']
)
def test_corrupt_progress_reads_as_none(browser, site, junk):
    visit = Visit(
        browser,
        site,
        script=f"if (!sessionStorage.seen) {{ sessionStorage.seen = 1; localStorage.setItem('miniatures.progress', {json.dumps(junk)}); }}",
    )
    with visit as page:
        assert exercise(page, 1).locator(".m-feedback").inner_text() == ""
        assert give(page, "0.5") == "Right."
        assert stored(page)["exercises"]["demo-1"]["solved"] is True
        assert visit.complaints == []


def test_two_tabs_lose_nothing_of_each_other(browser, site):
    visit = Visit(browser, site)
    with visit as one:
        two = one.context.new_page()
        two.goto(f"{site}/index.html")
        exercise(two, 2).get_by_label("4", exact=True).check()  # not handed in
        exercise(two, 1).get_by_label("Your answer").fill("7")
        assert give(one, "0.5") == "Right."
        until(two, "document.querySelector('#exercise-demo-1').dataset.solved === 'true'")
        assert exercise(two, 1).get_by_label("Your answer").input_value() == "7", "what is being typed stays"
        assert give(two, "7") == "Not yet. The hint may help."
        exercise(two, 2).get_by_role("button", name="Check").click()
        entries = stored(one)["exercises"]
        assert entries["demo-1"] == {"tries": 2, "solved": True, "answer": "0.5"}, "a slip in one tab undid the other's"
        assert entries["demo-2"]["tries"] == 1
        one.evaluate("localStorage.removeItem('miniatures.progress')")
        until(two, "document.querySelector('#exercise-demo-1').dataset.solved === 'false'")
        assert give(two, "0.5") == "Right."
        assert stored(one)["exercises"] == {"demo-1": {"tries": 1, "solved": True, "answer": "0.5"}}
        assert visit.complaints == []


def entries_of(*ids):
    entry = {"tries": 1, "solved": True, "answer": "<img src=x onerror=window.ran=1>"}
    return json.dumps({"version": 1, "exercises": dict.fromkeys(ids, entry)})


HOSTILE = {
    "too many.json": entries_of(*(f"x-{number}" for number in range(2000))),  # with what is there, more than is read again
    "long.json": entries_of("x" * 201),
    "huge.json": entries_of("x") + " " * 1_000_000,
    "deep.json": "[" * 50_000,
    "<img src=x onerror=window.ran=1>.json": "<img src=x onerror=window.ran=1>",
}  # fmt: skip


def test_a_hostile_file_of_progress_changes_nothing(browser, site):
    visit = Visit(browser, site)
    with visit as page:
        give(page, "0.5")
        page.goto(f"{site}/progress.html")
        before = stored(page)
        for name, content in HOSTILE.items():
            file = {"name": name, "mimeType": "application/json", "buffer": content.encode()}
            page.locator("input[type=file]").set_input_files(file)
            page.get_by_text(f"{name} is not a file that").wait_for()
            assert stored(page) == before
        names = entries_of("__proto__", "constructor", "demo-2", "<b>")
        page.locator("input[type=file]").set_input_files(
            {"name": "names.json", "mimeType": "application/json", "buffer": names.encode()}
        )
        page.get_by_text("4 exercises were read").wait_for()
        assert "2 of 4" in page.locator(".m-progress table").inner_text()
        page.goto(f"{site}/index.html")
        assert exercise(page, 1).get_attribute("data-solved") == "true"
        assert page.evaluate("window.ran === undefined && ({}).tries === undefined")
        assert page.locator("img[onerror]").count() == 0
        assert visit.complaints == []


def test_progress_is_shown_saved_read_and_forgotten(browser, site, tmp_path):
    with Visit(browser, site) as page:
        give(page, "0.5")
        page.goto(f"{site}/progress.html")
        table = page.locator(".m-progress table")
        assert [row.inner_text().split("\t")[-1] for row in table.locator("tr").all()[1:]] == [
            "1 of 3",
            "0 of 1",
            "1 of 4",
        ]
        assert page.get_by_role("progressbar", name="Demonstration").get_attribute("value") == "1"
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        text = json.loads(saved.read_text("utf8"))
        assert text["version"] == 1
        assert text["exercises"] == {"demo-1": {"tries": 1, "solved": True, "answer": "0.5"}}
        assert text["date"].endswith("Z")
        page.get_by_role("button", name="Reset").click()
        assert page.get_by_role("button", name="Keep").evaluate("(node) => node === document.activeElement")
        page.get_by_role("button", name="Keep").click()
        assert "1 of 4" in table.inner_text()
        page.get_by_role("button", name="Reset").click()
        page.get_by_role("button", name="Forget").click()
        assert "0 of 4" in table.inner_text()
        assert stored(page)["exercises"] == {}
        for name, content in (
            ("not json", "{"),
            ("other", '{"version": 2, "exercises": {}}'),
            ("hostile", '{"version":1,"exercises":{"a":{"tries":-1,"solved":true,"answer":""}}}'),
        ):
            page.locator("input[type=file]").set_input_files(
                {"name": name, "mimeType": "application/json", "buffer": content.encode()}
            )
            page.get_by_text(f"{name} is not a file that").wait_for()
        assert stored(page)["exercises"] == {}
        page.locator("input[type=file]").set_input_files(saved)
        page.get_by_text("1 exercises were read").wait_for()
        assert "1 of 4" in table.inner_text()


# ---- scoreboard and cards


def claims(page):
    return page.locator(".m-scoreboard tbody tr:visible th").all_inner_texts()


def test_the_scoreboard_sorts_and_filters(browser, site):
    with Visit(browser, site) as page:
        head = page.locator(".m-scoreboard th[scope=col]")
        assert claims(page) == ["C1", "C10", "C2"]
        page.get_by_role("button", name="Claim").press("Enter")
        assert claims(page) == ["C1", "C2", "C10"], "numbers are sorted as numbers"
        assert head.first.get_attribute("aria-sort") == "ascending"
        page.get_by_role("button", name="Claim").press("Enter")
        assert claims(page) == ["C10", "C2", "C1"]
        assert head.first.get_attribute("aria-sort") == "descending"
        page.get_by_role("button", name="Claim").press("Space")
        assert claims(page) == ["C1", "C10", "C2"], "a third press gives back the order of the book"
        assert page.locator("[aria-sort]").count() == 0
        page.get_by_role("button", name="Verdict").click()
        page.get_by_role("button", name="Verdict").click()
        assert claims(page) == ["C10", "C1", "C2"], "verdicts have an order of their own"
        for button in page.locator(".m-sort").all():
            button.press("Enter")
            assert (
                button.locator("xpath=..").get_attribute("aria-sort") == "ascending" or button.inner_text() == "Verdict"
            )
        page.get_by_role("button", name="Chapter").click()
        assert claims(page) == ["C10", "C2", "C1"]
        page.get_by_label("Verdict").select_option("holds")
        assert claims(page) == ["C2", "C1"]
        assert page.get_by_label("Verdict").locator("option").all_inner_texts() == ["all", "holds", "does not hold"]
        page.get_by_label("Find").fill("GROWS beta")
        assert claims(page) == ["C1"]
        page.locator(".m-board [role=status]").get_by_text("1 of 3 claims").wait_for()
        page.get_by_label("Find").fill("nothing of the kind")
        page.get_by_text("0 of 3 claims").wait_for()


def test_the_scoreboards_settings_are_in_the_address(browser, site):
    with Visit(browser, site) as page:
        page.get_by_label("Part").select_option("Video")
        page.get_by_label("Find").fill("it s")
        page.get_by_role("button", name="Claim").click()
        page.get_by_role("button", name="Claim").click()
        assert claims(page) == ["C10", "C2"]
        address = page.url.partition("?")[2]
    with Visit(browser, site, f"index.html?{address}&curve.log=1") as page:
        page.get_by_text("2 of 3 claims").wait_for()
        assert claims(page) == ["C10", "C2"]
        assert page.get_by_label("Find").input_value() == "it s"
        page.get_by_label("Part").select_option("")
        page.get_by_label("Find").fill("")
        assert page.url.endswith("?sort=-claim&curve.log=1"), "only what differs, and nothing else of the address"
    with Visit(browser, site, "index.html?part=nowhere&verdict=holds&sort=colour") as page:
        page.get_by_text("2 of 3 claims").wait_for()
        assert claims(page) == ["C1", "C2"]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("logit", "A score before the softmax."),
        ("Knuth (1984)", "Literate programming."),
        ("1", "A footnote of its own."),
    ],
)
def test_a_card_shows_what_a_link_leads_to(browser, site, link, words):
    visit = Visit(browser, site)
    with visit as page:
        target = page.get_by_role("link", name=link, exact=True).first
        card = page.locator("#m-card")
        target.hover()
        card.get_by_text(words).wait_for()
        assert target.get_attribute("aria-describedby") == "m-card"
        assert card.locator("a, script, [id], .headerlink").count() == 0
        card.hover()
        page.wait_for_timeout(400)
        assert card.is_visible(), "the card went away under the pointer"
        page.mouse.move(5, 890)
        card.wait_for(state="hidden")
        page.keyboard.press("Tab")
        while not target.evaluate("(node) => node === document.activeElement"):
            page.keyboard.press("Tab")
        card.get_by_text(words).wait_for()
        page.keyboard.press("Escape")
        card.wait_for(state="hidden")
        assert target.get_attribute("aria-describedby") is None
        assert visit.complaints == []
        assert (
            max((visit.asked.count(url) for url in visit.asked if "glossary" in url or "references" in url), default=1)
            == 1
        )


LATE = """async () => {
  const [paper, note] = ["references.html#knuth", "#note-1"].map((end) => document.querySelector(`main a[href$="${end}"]`));
  const pause = (ms) => new Promise((done) => setTimeout(done, ms)), ask = window.fetch;
  let arrive;
  window.fetch = () => new Promise((done) => (arrive = done));
  paper.focus({ focusVisible: true });
  await pause(50);
  const words = await (await ask("references.html")).text();
  note.focus({ focusVisible: true });
  window.fetch = ask;
  arrive({ ok: true, text: async () => words }); // before any timer of the note's
  await pause(200);
  return [document.getElementById("m-card").innerText.trim(), note.getAttribute("aria-describedby"), paper.getAttribute("aria-describedby")];
}"""


def test_a_card_that_comes_late_does_not_take_the_place_of_the_next(browser, site):
    with Visit(browser, site) as page:
        assert page.evaluate(LATE) == ["A footnote of its own.", "m-card", None]


def test_a_card_stays_inside_a_narrow_window(browser, site):
    with Visit(browser, site, width=390) as page:
        page.get_by_role("link", name="Knuth (1984)").hover()
        page.locator("#m-card").wait_for()
        box = page.locator("#m-card").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


# ---- all of it


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", "progress.html"])
@pytest.mark.parametrize("width", [1000, 390])
def test_axe_finds_nothing(browser, site, theme, path, width):
    with Visit(browser, site, path, width=width) as page:
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        if path == "index.html":
            drawn(page)
            give(page, "4.5")
            exercise(page, 1).locator(".m-solution summary").click()
            exercise(page, 3).get_by_role("button", name="Check").click()
            page.get_by_role("link", name="logit").hover()
            page.locator("#m-card").wait_for()
        else:
            page.get_by_role("button", name="Reset").click()
        assert broken_rules(page) == []


PALE = """() => { const made = (tag, style, ...children) => { const one = document.createElement(tag); Object.assign(one.style, style); one.append(...children); return one; };
  const letters = (...colours) => made("pre", { background: "#fff" }, ...colours.map((color) => made("span", { color }, "xy ")));
  const last = letters("#767676"); last.style.background = "#ddd";
  document.querySelector("main").append(letters("#000", "#000", "#bbb", "#bbb"), letters("#bbb", "#767676"), last); }"""


def test_the_contrast_of_each_look_of_code_is_measured(browser, site):
    """Of letters that look alike the first is; the same colour on another ground is another look. All are shown afterwards."""
    with Visit(browser, site, "glossary.html") as page:
        page.evaluate(PALE)
        found = broken_rules(page)
        assert [one.partition(":")[0] for one in found] == ["color-contrast"] * 2
        assert "#bbbbbb" in found[0]
        assert "#dddddd" in found[1]
        assert page.locator("pre span").evaluate_all(
            "(all) => all.every((one) => getComputedStyle(one).visibility === 'visible')"
        )


def test_targets_are_large_enough(browser, site):
    # a touch just inside the wanted size must reach the control, its label or what it contains
    small = """(least) => [...document.querySelectorAll("main :is(button, select, summary, input:not([type=file]))")].filter((node) => node.getClientRects().length)
      .filter((node) => { node.scrollIntoView({ block: "center" }); const { left, top, width, height } = node.getBoundingClientRect();
        return [-1, 1].some((side) => { const hit = document.elementFromPoint(left + Math.min(width / 2, 20), top + height / 2 + side * (least / 2 - 1));
          return !(hit && (node.contains(hit) || hit.contains(node) && hit.tagName === "LABEL" || hit.closest("label")?.contains(node) || hit.htmlFor === node.id)); }); })
      .map((node) => node.name || node.textContent)"""
    for options, least in (({}, 24), ({"has_touch": True, "is_mobile": True}, 44)):
        with Visit(browser, site, width=390, **options) as page:
            drawn(page)
            give(page, "1")
            assert page.evaluate(small, least) == []


def test_the_fonts_are_there(browser, site):
    with Visit(browser, site) as page:
        for style in ("normal", "italic"):
            assert (
                page.evaluate(
                    f"document.fonts.load('{style} 400 16px \"Source Serif 4 Variable\"').then((faces) => faces.length)"
                )
                == 1
            )
        assert page.evaluate("document.fonts.load('16px KaTeX_Main').then((faces) => faces.length)") == 1


# ---- films

WORDS = "document.querySelector('#film .m-words').textContent"


def test_a_film_plays_pauses_and_stops_at_its_end(browser, site):
    """By keyboard: Space plays, Space pauses; nothing moves before, and from the end it starts again."""
    with Visit(browser, site, "film.html") as page:
        film, button = drawn(page, "film"), page.locator("#film .m-play")
        page.wait_for_timeout(1200)
        assert page.evaluate(WORDS) == "In frame 0 the ball is in column 0."
        assert not [
            one
            for one in page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
            if one.endswith(".bin")
        ]
        button.focus()
        page.keyboard.press("Space")
        assert button.inner_text() == "Pause"
        until(page, f"() => /frame [3-6] /.test({WORDS})")
        page.keyboard.press("Space")
        assert button.inner_text() == "Play"
        held = page.evaluate(WORDS)
        page.wait_for_timeout(400)
        assert page.evaluate(WORDS) == held
        button.press("Enter")
        until(page, f"() => {WORDS}.includes('frame 7')")
        until(page, "() => document.querySelector('#film .m-play').textContent === 'Play'")
        assert film.locator("input[type=range]").input_value() == "7"
        button.click()
        until(page, f"() => {WORDS}.includes('frame 1')")


def test_a_film_pauses_for_another_control_and_out_of_sight(browser, site):
    with Visit(browser, site, "film.html") as page:
        film, button = drawn(page, "film"), page.locator("#film .m-play")
        button.click()
        until(page, f"() => {WORDS}.includes('frame 2')")
        film.locator("input[type=range]").press("Home")
        assert button.inner_text() == "Play"
        assert page.evaluate(WORDS) == "In frame 0 the ball is in column 0."
        button.click()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        until(page, "() => document.querySelector('#film .m-play').textContent === 'Play'")
        assert "frame 7" not in page.evaluate(WORDS)


def test_with_reduced_motion_a_press_shows_the_next_frame(browser, site):
    with Visit(browser, site, "film.html", reduced_motion="reduce") as page:
        drawn(page, "film")
        button = page.locator("#film .m-play")
        assert button.inner_text() == "Next"
        button.click()
        until(page, f"() => {WORDS}.includes('frame 1')")
        page.wait_for_timeout(500)
        assert page.evaluate(WORDS) == "In frame 1 the ball is in column 1."


def test_axe_finds_nothing_in_a_film(browser, site):
    with Visit(browser, site, "film.html") as page:
        drawn(page, "film")
        assert broken_rules(page) == []


# ---- handles


def pinned(page, name="pin"):
    return page.evaluate(f"document.querySelector('#{name} .m-words').textContent")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def marker(view):
    """Where the pin itself is drawn."""
    return middle(view.locator(".scatterlayer .point").first)


def test_a_handle_is_dragged_by_pointer(browser, site):
    with Visit(browser, site, "handles.html") as page:
        view, handle = drawn(page, "pin"), page.locator("#pin .m-handle")
        assert middle(handle) == pytest.approx(marker(view), abs=1.5)
        left, top = middle(handle)
        ten = view.locator(".nsewdrag").first.bounding_box()["height"]  # of equal axes
        page.mouse.move(left + 6, top - 4)  # taken beside its middle
        page.mouse.down()
        page.mouse.move(left + 6 + 0.5 * ten, top - 4 - 0.2 * ten, steps=8)
        until(page, "() => document.querySelector('#pin .m-words').textContent", "The pin is at 7, 5.")
        assert middle(handle) == pytest.approx(marker(view), abs=1.5)
        page.mouse.move(left + 6 + 3 * ten, top - 4, steps=4)  # beyond the board
        page.mouse.up()
        until(page, "() => document.querySelector('#pin .m-words').textContent", "The pin is at 10, 3.")
        page.mouse.move(left, top)
        assert pinned(page) == "The pin is at 10, 3."  # it was let go
        until(page, "() => location.search", "?pin.x=10")
        view.locator(".m-reset").click()
        until(page, "() => document.querySelector('#pin .m-words').textContent", "The pin is at 2, 3.")
        assert middle(handle) == pytest.approx(marker(view), abs=1.5)


@pytest.mark.parametrize(("name", "up"), [("pin", 1), ("turned", -1)])
def test_a_handle_moves_by_keys(browser, site, name, up):
    """An arrow moves it the way that it points, on turned axes too; Shift goes ten times as far, and no further than the end."""
    with Visit(browser, site, "handles.html") as page:
        view, handle = drawn(page, name), page.locator(f"#{name} .m-handle")
        handle.focus()
        before, scrolled = middle(handle), page.evaluate("scrollY")
        for key, at in (
            ("ArrowRight", (3, 3)),
            ("ArrowUp", (3, 3 + up)),
            ("ArrowUp", (3, 3 + 2 * up)),
            ("ArrowDown", (3, 3 + up)),
        ):
            page.keyboard.press(key)
            until(
                page,
                f"() => document.querySelector('#{name} .m-words').textContent",
                f"The pin is at {at[0]}, {at[1]}.",
            )
        assert page.evaluate("scrollY") == scrolled
        assert handle.get_attribute("aria-label") == f"pin: x 3, y {3 + up}"
        after = middle(handle)
        assert after[0] > before[0]
        assert after[1] < before[1]
        assert after == pytest.approx(marker(view), abs=1.5)
        page.keyboard.press("Shift+ArrowLeft")
        until(page, f"() => document.querySelector('#{name} .m-words').textContent", f"The pin is at 0, {3 + up}.")
        page.keyboard.press("Tab")
        assert handle.evaluate("(one) => one !== document.activeElement")


def test_a_handle_follows_its_sliders_its_address_and_the_width(browser, site):
    with Visit(browser, site, "handles.html?pin.x=8&pin.y=1") as page:
        view, handle = drawn(page, "pin"), page.locator("#pin .m-handle")
        assert pinned(page) == "The pin is at 8, 1."
        assert middle(handle) == pytest.approx(marker(view), abs=1.5)
        view.locator(".m-numbers summary").click()
        view.locator("[name=x]").press("Home")
        until(page, "() => document.querySelector('#pin .m-words').textContent", "The pin is at 0, 1.")
        assert middle(handle) == pytest.approx(marker(view), abs=1.5)
        page.set_viewport_size({"width": 390, "height": 800})
        page.wait_for_timeout(300)
        assert middle(handle) == pytest.approx(marker(view), abs=1.5)
        page.emulate_media(media="print")
        assert not handle.is_visible()


def test_a_handle_is_as_large_as_a_finger_and_quiet_for_axe(browser, site):
    with Visit(browser, site, "handles.html", has_touch=True, is_mobile=True) as page:
        drawn(page, "pin")
        box = page.locator("#pin .m-handle").bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert broken_rules(page) == []


# ---- marks and traces

SENDS = """async () => { const { registerProvider } = await import("./_runtime/page.js"); window.asked = [];
  registerProvider(async (view, values) => { window.asked.push({ ...values });
    return view.between ? { figure: view.spec.figure, description: `sent ${Object.values(values)[0]}` } : null; }); }"""


def words(page, name, wanted):
    until(page, f"() => document.querySelector('#{name} .m-words').textContent", wanted)


def on_board(box, x, y):
    """Where a place of the board of ten by ten, y up, lies on the screen."""
    ten = box["height"]  # of equal axes, the wide one about its middle
    return box["x"] + box["width"] / 2 + (x - 5) / 10 * ten, box["y"] + (1 - y / 10) * ten


def test_the_prepared_marks_are_there_without_python(browser, site):
    with Visit(browser, site, "hands.html") as page:
        view = ready(page, "clicked")
        following, undo, clear = (view.get_by_role("button", name=name) for name in ("Next prepared", "Undo", "Clear"))
        assert undo.is_disabled()
        assert clear.is_disabled()
        for count, on in ((1, 1), (2, 1)):
            following.click()
            words(page, "clicked", f"{count} clicks, {on} on the object.")
        assert following.is_disabled()
        assert view.locator(".m-count").inner_text() == "2 of 4"
        until(page, "() => location.search", "?clicked.clicks=2.3.0-7.8.1")
        undo.click()
        words(page, "clicked", "1 clicks, 1 on the object.")
        clear.click()
        words(page, "clicked", "0 clicks, 0 on the object.")
        assert view.get_attribute("data-source") == "stored"


def test_a_click_marks_the_place_that_it_hits(browser, site):
    with Visit(browser, site, "hands.html") as page:
        view = ready(page, "clicked")
        at = partial(on_board, view.locator(".m-board-area").bounding_box())
        spot = at(4, 3)
        page.mouse.click(*spot)
        dot = view.locator(".m-dot")  # nothing computes here: the mark is shown until something does
        assert middle(dot) == pytest.approx(spot, abs=1.5)
        until(page, "() => location.search", "?clicked.clicks=4.7.0")
        assert view.locator(".m-source").inner_text() == "nearest stored step"
        page.evaluate(SENDS)
        view.get_by_label("A click marks").select_option("background")
        page.mouse.click(*at(-1, 0.1))
        words(page, "clicked", "sent 4.7.0-0.10.1")
        assert view.locator(".m-dot").count() == 0
        for _ in range(3):
            page.mouse.click(*spot)
        assert "4 are the most" in view.locator(".m-refusal").inner_text()
        assert page.evaluate("window.asked.at(-1).clicks") == "4.7.0-0.10.1-4.7.1-4.7.1"


def test_marks_are_set_by_keys(browser, site):
    with Visit(browser, site, "hands.html") as page:
        view = ready(page, "clicked")
        page.evaluate(SENDS)
        cross = view.locator(".m-cross")
        cross.focus()
        assert "at x 5, y 5. Enter marks object" in cross.get_attribute("aria-label")
        scrolled = page.evaluate("scrollY")
        for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Enter"):
            page.keyboard.press(key)
        words(page, "clicked", "sent 6.3.0")  # up is towards row 0
        for key in ("2", "Shift+ArrowLeft", "Space"):
            page.keyboard.press(key)
        words(page, "clicked", "sent 6.3.0-0.3.1")
        assert cross.evaluate("(one) => getComputedStyle(one).opacity") == "1"
        page.keyboard.press("Delete")
        words(page, "clicked", "sent 6.3.0")
        assert page.evaluate("scrollY") == scrolled
        page.keyboard.press("Tab")
        assert cross.evaluate("(one) => one !== document.activeElement && getComputedStyle(one).opacity") == "0"


@pytest.mark.parametrize("given", ["99.1.0", "1.1", "1.1.7", "1.1.0-", "x", "1.1.0-1.1.0-1.1.0-1.1.0-1.1.0", "-1.1.0"])
def test_marks_of_an_address_that_nobody_can_set_are_left_out(browser, site, given):
    with Visit(browser, site, f"hands.html?clicked.clicks={given}") as page:
        drawn(page, "clicked")
        words(page, "clicked", "0 clicks, 0 on the object.")


def test_marks_come_back_from_the_address(browser, site):
    with Visit(browser, site, "hands.html?clicked.clicks=2.3.0") as page:
        drawn(page, "clicked")
        words(page, "clicked", "1 clicks, 1 on the object.")


def places(page):
    """The triples that the trace's address holds."""
    text = page.evaluate("new URLSearchParams(location.search).get('traced.trace')")
    return [tuple(map(int, one.split("."))) for one in text.split("-")]


def test_an_example_of_a_trace_is_there_without_python(browser, site):
    with Visit(browser, site, "hands.html") as page:
        view = ready(page, "traced")
        view.get_by_role("button", name="Show an example").click()
        words(page, "traced", "The pointer was seen at 3 places.")
        view.get_by_role("button", name="Clear").click()
        words(page, "traced", "The pointer was seen at 0 places.")


def test_a_trace_is_recorded_by_pointer(browser, site):
    with Visit(browser, site, "hands.html") as page:
        view = ready(page, "traced")
        page.evaluate(SENDS)
        at = partial(on_board, view.locator(".m-board-area").bounding_box())
        page.mouse.move(*at(3, 3))
        view.get_by_role("button", name="Record").click()
        assert view.locator(".m-prompt").inner_text() in ("one", "two", "Ready …")
        page.mouse.move(*at(2, 4), steps=3)
        until(page, "() => document.querySelector('#traced .m-prompt').textContent", "two")
        page.mouse.move(*at(9, 1), steps=3)
        until(page, "() => document.querySelector('#traced .m-words').textContent.startsWith('sent ')")
        assert view.locator(".m-prompt").inner_text() == ""
        until(page, "() => location.search.includes('traced.trace')")
        found = places(page)
        times = [time for time, *_ in found]
        assert times == sorted(set(times))
        assert times[-1] <= 150
        assert all(after - before >= 4 for before, after in pairwise(times))
        assert found[0][0] < 30
        assert found[-1][1:] == pytest.approx((90, 10), abs=1)
        assert any((x, y) == pytest.approx((20, 40), abs=1) for _, x, y in found)
        assert TRACE.admits(
            tuple((time / 100, float(f"{x / 10:.12g}"), float(f"{y / 10:.12g}")) for time, x, y in found)
        )


def test_a_trace_is_recorded_by_keys(browser, site):
    with Visit(browser, site, "hands.html") as page:
        view = ready(page, "traced")
        page.evaluate(SENDS)
        button = view.get_by_role("button", name="Record")
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
        page.keyboard.press("1")
        page.wait_for_timeout(200)
        page.keyboard.press("2")
        page.wait_for_timeout(200)
        page.keyboard.press("ArrowUp")
        until(page, "() => location.search.includes('traced.trace')")
        assert [place[1:] for place in places(page)] == [(50, 50), (20, 20), (80, 60), (80, 64)]
        assert button.evaluate("(one) => one === document.activeElement")
        kept = page.url
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        page.keyboard.press("1")
        page.keyboard.press("Escape")  # gives up: what was recorded before stays
        page.wait_for_timeout(1700)
        assert page.url == kept
        assert button.inner_text() == "Record"


@pytest.mark.parametrize("mobile", [False, True], ids=["wide", "finger"])
def test_axe_finds_nothing_in_marks_and_traces(browser, site, mobile):
    options = {"has_touch": True, "is_mobile": True, "width": 390} if mobile else {}
    with Visit(browser, site, "hands.html", **options) as page:
        for name in ("clicked", "traced"):
            drawn(page, name)
        page.locator("#clicked .m-board-area").click()
        page.locator("#traced").get_by_role("button", name="Record").click()
        assert broken_rules(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hands_that_cannot_be_loaded_are_told(browser, site):
    with Visit(browser, site) as page:
        page.route("**/hands.js*", lambda route: route.abort())
        page.goto(f"{site}/hands.html")
        drawn(page, "clicked")
        assert "could not be loaded" in page.locator("#clicked .m-problem").inner_text()
        page.unroute("**/hands.js*")
        page.locator("#clicked .m-problem button").click()
        page.locator("#clicked").get_by_role("button", name="Next prepared").wait_for()
