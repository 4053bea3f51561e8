"""A reader goes through every chapter with Python: each cell, each view between its steps, each code exercise.

All that is not the site is refused and logged, workers included, and the log stays empty. With `--kept`, as in
`make test`, the site is gone too: the reader has kept the book before.
"""

import importlib
import itertools
import json
from functools import partial
from pathlib import Path

import pytest
from hosts import Quiet
from kept_copy import Offline
from likeness import SHOWN, built, differences, kept, same_text, sent
from miniatures.exercises import RIGHT, exercises
from miniatures.placed import from_page
from miniatures_book import chapters
from reader import HTML, PATIENCE, Reader, computed
from waiting import until

ROOT = Path(__file__).parents[2]
CHAPTERS = {chapter.stem: chapter.docname for chapter in chapters.chapters(ROOT)}
SMALLEST = 1e-12  # what is below it, in both Pythons, is rounding
ERRORS = {"f_error", "f_apart"}  # 3e-11, of solved equations from the exact answer: what is left of them is rounding
ENDED = ("done", "error", "stopped")
PLAYED = """[...document.querySelectorAll("figure.m-view")].every((one) =>
  JSON.parse(one.querySelector(".m-spec").textContent).controls.filter(({ play }) => play).length === one.querySelectorAll(".m-play").length)"""

# Keeps what page and worker say to each other.
HEARD = """{
  const Plain = window.Worker;
  window.heard = [];
  window.Worker = class extends Plain {
    constructor(...given) { super(...given); this.addEventListener("message", ({ data }) => window.heard.push(data)); }
    postMessage(message, ...rest) { if (message.call) window.heard.push(message); super.postMessage(message, ...rest); }
  };
}"""
# What the cells glued in the page: name -> text, as the notebook's own outputs hold it.
GLUED = """() => Object.fromEntries(window.heard.filter((one) => one.event === "output" && one.output.metadata?.scrapbook)
  .map(({ output }) => [output.metadata.scrapbook.name, output.data]))"""

# What the worker answered to the last answer of a code exercise.
JUDGED = """() => {
  const { id } = window.heard.findLast(({ call }) => call === "check");
  return JSON.parse(window.heard.findLast((one) => one.id === id && one.event === "done").result);
}"""

pytestmark = pytest.mark.browser


class Log(Quiet):
    """A proxy that lets nothing through and writes down who was asked for."""

    asked: list[str] = []

    def _refuse(self):
        self.asked.append(self.path)
        self.send_error(403)

    do_GET = do_POST = do_HEAD = do_CONNECT = _refuse


@pytest.fixture(scope="module")
def walled(serve, tmp_path_factory):
    """Options of a context whose only way out of the site is a proxy that refuses and logs, workers included."""
    proxy = serve(tmp_path_factory.mktemp("nothing"), Log)
    return {"proxy": {"server": proxy, "bypass": "127.0.0.1"}}


def test_the_wall_holds_and_logs(browser, serve, walled):
    with Reader(browser, serve(HTML), **walled) as reader:
        reader.context.new_page().goto("http://example.org/")
        assert any("example.org" in path for path in Log.asked)


@pytest.fixture(scope="module")
def desk(request, browser, serve, walled):
    """Reads a page behind the wall: one of a host, or, with `--kept`, of a copy whose host is gone."""
    if not request.config.getoption("kept"):
        yield partial(Reader, browser, serve(HTML), script=HEARD, **walled)
        return
    copy = Offline(browser, **walled)
    try:
        copy.keep()
        yield partial(Reader, None, copy.host.address, script=HEARD, context=copy.context)
    finally:
        copy.close()


@pytest.fixture(scope="module", params=CHAPTERS)
def student(request, desk):
    """(stem, reader) of a chapter, for all steps of its tests in their order; Python starts when it is needed."""
    with desk(path=f"{CHAPTERS[request.param]}.html") as reader:
        Log.asked.clear()
        yield request.param, reader


@pytest.fixture(autouse=True)
def nobody_outside_is_asked(request):
    """After each step of a student: the proxy was not asked, and no script threw."""
    yield
    if "student" in request.fixturenames:
        assert Log.asked == []
        assert request.getfixturevalue("student")[1].errors == []


def test_outputs_that_differ_are_told_apart():
    """Else the agreement would say nothing."""
    assert same_text("a 1.0 b", "a 1.0000001 b")
    assert not same_text("a 1.000 b", "a 1.002 b")
    assert not same_text("a 1.0 b", "a 1.0 c")
    assert not same_text("41 cells", "42 cells")
    assert differences(["view", {"y": [1.0, 2.0]}], ["view", {"y": [1.0, 2.0 + 1e-7]}]) == []
    assert differences(["view", {"y": [1.0, 2.0]}], ["view", {"y": [1.0, 2.001]}])
    assert differences([["text", "1"]], [])


def test_each_view_between_its_steps(student):
    """A value typed beside each slider that admits one: the words are those that Python gives, the address keeps it."""
    _, reader = student
    page, tried = reader.page, 0
    page.locator("details.m-numbers").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
    for figure in page.locator("figure.m-view:has(.m-number)").all():
        spec = json.loads(figure.locator(".m-spec").text_content())
        view = f"#{figure.get_attribute('id')}"
        for control in spec["controls"]:
            value = between(control) if control["kind"] == "slider" else None
            if value is None or not spec["view"]:
                continue
            field = page.locator(f"{view} .m-number[data-for='{control['name']}']")
            field.scroll_into_view_if_needed()
            before = page.locator(f"{view} .m-words").inner_text()
            field.fill(repr(value))
            field.press("Enter")
            found = computed(page, view, before)
            setting = stands(spec) | {control["name"]: value}
            assert same_text(found, words_of(spec["view"], setting)), f"{view} at {setting}"
            assert page.locator(f"{view} .m-source").inner_text() == "computed here"
            until(
                page,
                "([key, value]) => Number(new URLSearchParams(location.search).get(key)) === value",
                [f"{view[1:]}.{control['name']}", value],
            )
            page.locator(f"{view} .m-reset").click()
            page.wait_for_selector(f"{view}[data-source='stored']")
            tried += 1
    specs = map(json.loads, page.locator("figure.m-view .m-spec").all_text_contents())
    sliders = [one for spec in specs if spec["view"] for one in spec["controls"] if one["kind"] == "slider"]
    assert tried == sum(between(one) is not None for one in sliders), "a slider has no field for a value"


def stands(spec):
    """The setting in which the view of a page stands at first."""
    return {one["name"]: from_page(sent(one, one["value"])) for one in spec["controls"]}


def test_what_a_reader_marks_or_records_is_computed(student):
    """One mark, or a trace, of one's own by keys: the words are those that Python gives."""
    page = student[1].page
    for view in page.locator("figure.m-view:has(.m-control:is([data-kind=marks], [data-kind=trace]))").all():
        spec, name = json.loads(view.locator(".m-spec").text_content()), view.get_attribute("id")
        control = next(one for one in spec["controls"] if "last" in one)
        view.scroll_into_view_if_needed()
        view.locator(".main-svg").first.wait_for()
        before = view.locator(".m-words").inner_text()
        if control["kind"] == "marks":
            view.locator(".m-cross").focus()
            page.keyboard.press("Enter")
        else:
            view.get_by_role("button", name="Record").first.click()
            for key in "12":
                page.wait_for_timeout(400)
                page.keyboard.press(key)
            until(page, "(key) => new URLSearchParams(location.search).has(key)", f"{name}.{control['name']}")
        found = computed(page, f"#{name}", before)
        kept = page.evaluate("(key) => new URLSearchParams(location.search).get(key)", f"{name}.{control['name']}")
        setting = stands(spec) | {control["name"]: from_page(sent(control, kept))}
        assert same_text(found, words_of(spec["view"], setting)), f"{name} at {kept}"
        view.locator(".m-reset").click()
        page.wait_for_selector(f"#{name}[data-source='stored']")


def between(control):
    """A value of a slider between two stored ones, about a third of its way; None where each is stored."""
    values = control["values"]
    for low, high in list(itertools.pairwise(values))[len(values) // 3 :]:
        if not control["integer"]:
            return float(f"{low + 0.4 * (high - low):.6g}")
        if high - low > 1:
            return low + 1
    return None


def words_of(reference, setting):
    """The description that the view gives in this Python."""
    module, _, function = reference.partition(":")
    return getattr(importlib.import_module(module), function)(**setting).description


def glued(cells) -> dict[str, str]:
    """The glued outputs of executed cells by name."""
    outputs = (output for cell in cells for output in cell.outputs)
    return {one.metadata.scrapbook.name: one.data for one in outputs if "scrapbook" in one.get("metadata", {})}


def test_each_cell_gives_in_the_page_what_it_gave_in_the_build(student):
    stem, reader = student
    cells, page = kept(CHAPTERS[stem]), reader.page
    assert page.evaluate("JSON.parse(document.querySelector('.m-python').textContent).cells.length") == len(cells)
    page.evaluate("document.querySelectorAll('[data-python=run]').forEach((button) => button.click())")
    wrong = []
    for number, cell in enumerate(cells, 1):
        out = page.locator(f'.m-out[data-cell="{number}"]')
        ended = ", ".join(f'.m-out[data-cell="{number}"][data-state="{state}"]' for state in ENDED)
        page.wait_for_selector(ended, timeout=2 * PATIENCE, state="attached")
        if out.locator(".m-math").count():
            out.locator("annotation").first.wait_for(state="attached")
        wrong += [f"cell {number}{text}" for text in differences(built(cell), out.evaluate(SHOWN))]
        assert not out.locator(".m-note").count(), out.inner_text()
    assert page.evaluate(PLAYED), "a film without its button"
    assert wrong == []
    mine, theirs = glued(cells), page.evaluate(GLUED)
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if not _same_data(name, mine[name], theirs[name])] == []


def _same_data(name, one, other):
    return one.keys() == other.keys() and all(same_text(a, b) or _rounding(name, a, b) for a, b in zip(one.values(), other.values(), strict=True))  # fmt: skip


def _rounding(name, *texts):
    try:
        a, b = map(float, texts)
    except ValueError:
        return False
    return max(abs(a), abs(b)) < SMALLEST or (name in ERRORS and abs(a - b) < 0.01 * abs(a))


def test_each_code_exercise_right_wrong_and_with_each_mistake(student):
    stem, reader = student
    asked = [exercise for exercise in exercises(stem) if exercise.kind == "code"]
    assert asked
    for exercise in asked:
        section = reader.page.locator(f"#exercise-{exercise.id}")
        assert answer(reader, exercise, exercise.starter)[0] == "wrong"
        cases = section.locator(".m-cases tbody tr")
        assert cases.count()
        assert exercise.function in cases.first.inner_text()
        for mistake in exercise.mistakes:
            assert answer(reader, exercise, mistake.answer) == ("wrong", mistake.message)
            assert reader.page.evaluate(JUDGED)["cases"] == list(exercise.feedback(mistake.answer).cases)
            assert section.locator('.m-cases tr[data-right="false"]').count()
        assert answer(reader, exercise, "def (")[0] == "wrong"
        assert answer(reader, exercise, exercise.answer)[0] == "right"
        assert section.locator(".m-cases tbody tr").count() == len(exercise.cases)
        judged = reader.page.evaluate(JUDGED)
        assert (judged["right"], judged["message"]) == (True, RIGHT)
        assert judged["cases"] == list(exercise.feedback(exercise.answer).cases)
        assert not section.locator('.m-cases tr[data-right="false"]').count()
        progress = "JSON.parse(localStorage['miniatures.progress'])"
        assert reader.page.evaluate(f"{progress}.exercises['{exercise.id}'].solved")
    reader.page.reload()
    for exercise in asked:
        assert reader.page.locator(f"#exercise-{exercise.id}").get_attribute("data-solved") == "true"
        assert reader.page.locator(f"#answer-{exercise.id}").input_value().strip() == exercise.answer.strip()


def answer(reader, exercise, code):
    """(state, feedback) of an answer that was typed into the exercise's editor."""
    section = reader.page.locator(f"#exercise-{exercise.id}")
    section.scroll_into_view_if_needed()
    if not section.locator(".cm-content").count():
        section.locator(".m-code-answer").focus()
    section.locator(".cm-content").click(timeout=PATIENCE)
    reader.page.keyboard.press("Control+a")
    reader.page.keyboard.insert_text(code)
    section.get_by_role("button", name="Check").click()
    states = ", ".join(f'#exercise-{exercise.id}[data-state="{state}"]' for state in ("right", "wrong", "invalid"))
    reader.page.wait_for_selector(states, timeout=PATIENCE)
    return section.get_attribute("data-state"), section.locator(".m-feedback").inner_text()
