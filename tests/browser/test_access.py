"""What WCAG 2.2 AA asks beyond what axe sees by itself: the keyboard alone, targets, motion, names, order, and what a screen reader is given."""

import re
from collections import Counter
from itertools import pairwise

import pytest
from accessible import broken_rules
from test_pages import CHAPTERS, HTML, PAGES, Visit, until
from waiting import PATIENCE

CHAPTER = CHAPTERS["gaussian_window"]
SAMPLE = [  # each kind of page, each kind of control
    CHAPTER,
    CHAPTERS["localized_narratives"],
    CHAPTERS["clip_and_drop"],
    "chapters/index.html",
    "chapters/paths.html",
    "chapters/scoreboard.html",
    "chapters/glossary.html",
    "chapters/progress.html",
    "chapters/teaching/numbers.html",
    "chapters/reference/shared.html",
    "slides/gaussian_window.html",
]
MORE_RULES = ["target-size", "identical-links-same-purpose", "heading-order", "landmark-unique", "tabindex", "region"]
OPERABLE = {"button", "link", "slider", "textbox", "combobox", "checkbox", "switch", "radio", "DisclosureTriangle"}
PRIVATE = re.compile("[\ue000-\uf8ff]")  # letters of an icon font
QUIET = "() => document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 10).map((one) => one.animationName ?? one.transitionProperty)"

# The focused element: which it is, whether it can be seen, and how its ring stands out from what is behind it.
STOP = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  window.stops ??= [];
  const name = one.type === "radio" ? one.closest("fieldset") : one; // a group of radio buttons is one stop
  if (!window.stops.includes(name)) window.stops.push(name);
  const parsed = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const ground = (place) => {
    const [r, g, b, a = 1] = parsed(getComputedStyle(place).backgroundColor);
    return a === 1 ? [r, g, b] : place.parentElement ? ground(place.parentElement) : [255, 255, 255];
  };
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const ringed = one.closest(".cm-editor") ?? one;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(ringed);
  const ring = outlineStyle === "none" || parseFloat(outlineWidth) < 2 ? 0 : contrast(parsed(outlineColor), ground(ringed.parentElement));
  const boxes = [...one.getClientRects()].filter(({ width, height }) => width && height);
  const points = boxes.flatMap(({ left, right, top, bottom }) => [0.1, 0.5, 0.9].map((share) => [left + share * (right - left), (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2]));
  const seen = points.some(([x, y]) => { const there = document.elementFromPoint(x, y); return there && (one.contains(there) || there.contains(one) && there.localName !== "main"); });
  return { number: window.stops.indexOf(name), seen, ring, tabindex: one.tabIndex,
    what: `${one.localName}.${one.className} ${(one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 40)}`,
    after: window.last ? !!(window.last.compareDocumentPosition(one) & 4) : true, kept: (window.last = one) && true };
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


@pytest.fixture(scope="module")
def still(browser, site):
    """A chapter that was read to its end, for a reader who wants no motion."""
    with Visit(browser, site, CHAPTER, reduced_motion="reduce") as visit:
        visit.read_through()
        yield visit


def walk(page, key, stops):
    """The next `stops` places that the key leads to; fewer where it leaves the page before."""
    found = []
    while len(found) < stops:
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is None:
            break
        if not stop["seen"]:  # the card of the link before it goes away
            page.wait_for_timeout(100)
            stop["seen"] = page.evaluate(STOP)["seen"]
        found.append(stop)
    return found


def test_tab_alone_leads_through_a_whole_chapter_and_back(still):
    page = still.page
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0), delete window.stops, delete window.last")
    there = walk(page, "Tab", 1000)
    back = walk(page, "Shift+Tab", len(there))
    assert 150 < len(there) < 1000, f"the focus is trapped in {there[-1]['what']}"
    assert [one["number"] for one in back] == [one["number"] for one in reversed(there)], "Shift+Tab is another way"
    assert [one["what"] for one in there + back if not one["seen"]] == [], "the focus is hidden"
    assert [(one["what"], one["ring"]) for one in there if one["ring"] < 3] == [], "the focus ring is too faint"
    assert [one["what"] for one in there if not one["after"] or one["tabindex"] > 0] == [], "not the reading order"


def heard(place):
    """Whether an empty live region of `place` is there before it speaks: one that is not displayed may stay silent."""
    return place.evaluate(
        "(one) => getComputedStyle(one).display !== 'none' && (one.role === 'status' || one.getAttribute('role') === 'status')"
    )


def test_controls_and_exercises_work_by_keys_are_heard_and_keep_the_focus(browser, site):
    with Visit(browser, site, CHAPTER) as visit:
        page, address = visit.page, visit.page.url
        figure = page.locator("figure.m-view:has([role=switch]):has([type=range])").first
        for field, key in (("[type=range]", "ArrowRight"), ("[role=switch]", "Space")):
            before = figure.locator(".m-words").inner_text()
            figure.locator(field).first.focus()
            page.keyboard.press(key)
            until(
                page, f"document.querySelector('#{figure.get_attribute('id')} .m-words').innerText !== {before!r}", True
            )
            assert figure.locator(field).first.evaluate("(one) => one === document.activeElement"), (
                "input moves the focus"
            )
            words = figure.locator(".m-words").inner_text()
            until(page, f"document.querySelector('#{figure.get_attribute('id')} > [role=status]').textContent", words)
        figure.locator(".m-link").focus()
        assert heard(figure.locator(".m-status"))
        for section in page.locator(".m-exercise").all():
            assert heard(section.locator(".m-feedback")), section.get_attribute("id")
        answer_by_keys(page)
        assert page.url.partition("?")[0].partition("#")[0] == address


def answer_by_keys(page):
    """A choice is made, a number refused, an order changed: the page says so and the focus stays where the reader was."""
    choice = page.locator(".m-exercise[data-kind=choice]").first
    choice.locator("[type=radio]").first.focus()
    for key in ("Space", "ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    assert len(choice.locator(".m-feedback").inner_text()) > 5
    number = page.locator(".m-exercise[data-kind=number]").first
    number.locator("[name=answer]").focus()
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    assert "Write a number" in number.locator(".m-feedback").inner_text()
    assert number.locator("[name=answer]").get_attribute("aria-invalid") == "true"
    order = page.locator(".m-exercise[data-kind=order]").first
    item = order.locator("li").first
    name = item.locator("span:not([class])").inner_text()
    item.get_by_role("button", name="down").focus()
    page.keyboard.press("Enter")
    said = order.locator("form [role=status]").inner_text()
    assert name in said
    assert "2 of" in said
    assert order.locator("li").nth(1).evaluate("(one) => one.contains(document.activeElement)")


def test_a_cell_is_edited_left_and_run_by_keys(browser, site):
    """Tab belongs to the code until Escape, which the editor says of itself."""
    with Visit(browser, site, CHAPTER) as visit:
        page = visit.page
        tools = page.locator(".m-cell-tools:visible").first
        tools.locator("[data-python=edit]").press("Enter")
        page.locator(".cm-content:focus").wait_for(timeout=PATIENCE)
        assert "Escape leaves it" in page.locator(".cm-content").get_attribute("aria-label")
        page.keyboard.press("Control+a")
        page.keyboard.insert_text("6 * 7")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('.cm-content')")
        page.keyboard.press("Shift+Tab")
        stop = page.evaluate(STOP)
        assert stop["ring"] >= 3
        assert stop["seen"]
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.python") == "run"
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('.m-editor')")
        tools.locator("[data-python=run]").press("Enter")
        number = tools.get_attribute("data-cell")
        out = page.locator(f".m-out[data-cell='{number}'][data-state=done]")
        out.wait_for(timeout=PATIENCE, state="attached")
        assert out.inner_text().strip() == "42"
        said = "[...document.querySelectorAll('body > [role=status]')].some((one) => one.textContent.startsWith('Cell ' + {}))"
        until(page, said.format(number), True)


@pytest.fixture(scope="module", params=SAMPLE)
def opened(browser, site, request):
    """A page of each kind, its folds open and its figures drawn."""
    with Visit(browser, site, request.param) as visit:
        if not request.param.startswith("slides"):
            visit.read_through()
        yield visit.page


def tree(page):
    """The nodes of the accessibility tree that a screen reader is given, with role, name, parent and children."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        {
            "role": node["role"]["value"],
            "name": node.get("name", {}).get("value", ""),
            "id": node["nodeId"],
            "children": node.get("childIds", []),
        }
        for node in nodes
        if not node["ignored"]
    ]


def below(node, by_id):
    """All nodes below one."""
    for child in node["children"]:
        if child in by_id:
            yield by_id[child]
            yield from below(by_id[child], by_id)


def test_a_screen_reader_is_given_names_headers_formulas_and_no_noise(opened):
    nodes = tree(opened)
    by_id = {node["id"]: node for node in nodes}
    roles = {role: [node for node in nodes if node["role"] == role] for role in {node["role"] for node in nodes}}
    assert [node for role in OPERABLE for node in roles.get(role, []) if not node["name"].strip()] == []
    assert [node for node in roles.get("image", []) if not node["name"].strip()] == []
    assert [node["name"] for node in nodes if PRIVATE.search(node["name"])] == [], "letters of the icon font are read"
    for table in roles.get("table", []):
        assert any(node["role"] in ("columnheader", "rowheader") for node in below(table, by_id)), table
    for formula in roles.get("math", []) + roles.get("MathMLMath", []):
        assert any(node["name"].strip() for node in below(formula, by_id)), "a formula without words"
    landmarks = [
        (node["role"], node["name"])
        for node in nodes
        if node["role"] in ("navigation", "region", "complementary", "search")
    ]
    assert [one for one, times in Counter(landmarks).items() if times > 1 or not one[1]] == []
    assert len(roles["main"]) == 1
    assert not {"banner", "contentinfo"} & {node["role"] for node in nodes if not node["children"]}, "an empty landmark"
    drawn = opened.locator(".m-canvas").count()
    assert drawn == opened.locator(".m-canvas[aria-hidden=true]").count()
    assert drawn <= opened.locator("figcaption.m-words").count(), "a drawing without its sentence"


def test_targets_are_large_enough_and_what_is_dragged_has_another_way(opened):
    assert broken_rules(opened, only=MORE_RULES) == []
    for figure in opened.locator("figure.m-view:has(.m-handle)").all():
        assert figure.locator(".m-numbers .m-number").count() > 0
    for item in opened.locator(".m-order li:has(.m-grip)").all():
        assert item.locator("button").count() == 2
    for trace in opened.locator("[data-kind=trace]").all():
        assert trace.get_by_role("button", name="Show an example").count() == 1


def test_nothing_moves_for_a_reader_who_wants_no_motion(still):
    page = still.page
    page.evaluate("scrollTo(0, 0)")
    for action in (
        lambda: page.locator(".m-view .m-reset").first.hover(),
        lambda: page.locator(".m-view [role=switch]").first.press("Space"),
        lambda: page.locator("details.m-code summary").first.click(),
        lambda: page.locator(".theme-switch-button").first.click(),
        lambda: page.locator(".page-toc a").last.click(),
    ):
        action()
        assert page.evaluate(QUIET) == []
    assert still.page.evaluate("scrollY") == page.evaluate(
        "new Promise((done) => setTimeout(() => done(scrollY), 400))"
    ), "the page glides"
    assert page.evaluate("scrollY") > 1000
    page.locator(".m-engine-button").click()
    page.locator(".m-engine:is([data-state=loading], [data-state=ready])").wait_for(timeout=PATIENCE)
    assert page.evaluate(QUIET) == []


def test_slides_turn_at_once_for_a_reader_who_wants_no_motion(browser, site):
    with Visit(browser, site, "slides/gaussian_window.html", reduced_motion="reduce") as visit:
        for number in (2, 3, 4):
            visit.page.keyboard.press("ArrowRight")
            assert visit.page.evaluate(QUIET) == []
            until(visit.page, f"document.querySelector('.m-deck-count').textContent.startsWith('{number} /')", True)


def test_pages_say_their_language_and_have_titles_of_their_own_and_the_same_menu():
    texts = {path: (HTML / path).read_text("utf8") for path in PAGES}
    assert [path for path, text in texts.items() if '<html lang="en"' not in text] == []
    titles = Counter(re.search(r"<title>(.*?)</title>", text, re.S)[1] for text in texts.values())
    assert [title for title, times in titles.items() if times > 1] == []
    menus = {path: re.search(r"<nav class=\"bd-links.*?</nav>", text, re.S) for path, text in texts.items()}
    words = {path: re.findall(r">\s*([^<>]*\S[^<>]*)<", menu[0]) for path, menu in menus.items() if menu}
    assert len(words) >= len(CHAPTERS) + 10
    assert [a for (a, one), (_, other) in pairwise(words.items()) if one != other] == [], "the menu is another"


GROUNDS = "(name) => [...document.querySelectorAll(name)].map((one) => getComputedStyle(one).backgroundColor)"


def test_figures_and_bars_keep_their_colours_where_the_system_forces_its_own(browser, site):
    """Also where the page's theme is another than the system's palette: dark text on a dark ground would be lost."""
    with Visit(browser, site, CHAPTER, forced_colors="active") as visit:
        page = visit.page
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.locator(".m-view .main-svg").first.wait_for(timeout=PATIENCE)
        ink = "getComputedStyle(document.querySelector('.m-view .xtick text')).fill"
        until(page, f"{ink} !== getComputedStyle(document.body).color", True)
        paper = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--m-paper').trim()")
        wanted = f"rgb({', '.join(str(int(paper[place : place + 2], 16)) for place in (1, 3, 5))})"
        assert set(page.evaluate(GROUNDS, ".m-plot")) == {wanted}
        page.goto(f"{site}/chapters/scoreboard.html")
        assert len(set(page.evaluate(GROUNDS, ".m-bar i"))) > 2
