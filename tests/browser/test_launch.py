"""The menu below a chapter's title, as a book with a known repository has it: by keyboard, on a phone, without scripts, with hostile input."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from accessible import broken_rules
from lxml import html
from miniatures_book import chapters, launch, markup
from playwright.sync_api import expect
from reader import HTML, PAGE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("launch")]
SOURCE = launch.Source("https://github.com/owner/name", "main", True)
CHAPTER = next(one for one in chapters.chapters(Path(__file__).parents[2]) if f"{one.docname}.html" == PAGE)
PULL = launch.hub(SOURCE, CHAPTER)
MENU = re.compile(r'<details class="m-launch">.*?</details>', re.S)


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


@pytest.fixture
def visit(browser, site):
    """visit(**options) -> (page, what it asked for): the chapter, its menu that of a book whose sources are published."""
    contexts = []

    def open_page(**options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        contexts.append(context)
        asked = []
        context.on("request", lambda request: asked.append(request.url))
        context.route("**/*.html", published)
        context.route(lambda url: urlsplit(url).netloc != urlsplit(site).netloc, lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{site}/{PAGE}")
        return page, asked

    yield open_page
    for context in contexts:
        context.close()


def published(route):
    """The page with the menu that a known address gives it."""
    answer = route.fetch()
    links = {name: MENU.search(answer.text())[0].split(f'class="{name}" href="')[1].split('"')[0] for name in ("m-lite", "m-file")}  # fmt: skip
    menu = markup.launch(lite=links["m-lite"], file=links["m-file"], binder=launch.binder(SOURCE, CHAPTER.stem), hub=PULL)  # fmt: skip
    route.fulfill(response=answer, body=MENU.sub(lambda _: menu, answer.text(), count=1))


def test_every_chapter_has_the_menu_and_what_it_leads_to():
    published = launch.source(Path(__file__).parents[2])
    for chapter in chapters.chapters(Path(__file__).parents[2]):
        page = HTML / f"{chapter.docname}.html"
        (menu,) = html.parse(str(page)).getroot().find_class("m-launch")
        links = {link.get("class"): link.get("href") for link in menu.iter("a")}
        assert (page.parent / links["m-file"]).resolve() == HTML / "lite" / "files" / f"{chapter.stem}.ipynb"
        assert (page.parent / links["m-file"]).is_file()
        assert links.get("m-binder") == (launch.binder(published, chapter.stem) if published else None)
        pulls = [place.get("data-pull") for place in menu.find_class("m-hub")]
        assert pulls == ([launch.hub(published, chapter)] if published else [])


def test_a_hub_is_asked_for_once_and_a_hostile_address_is_refused(visit):
    page, asked = visit()
    assert not [url for url in asked if "launch.js" in url]
    page.get_by_text("Open as a notebook", exact=True).focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Open on a JupyterHub, at")
    for hostile in ("javascript:alert(1)", 'https://hub.example.org/"onclick=x', "https://hub example.org", ""):
        field.fill(hostile)
        field.press("Enter")
        expect(page.locator(".m-launch [role='alert']")).to_contain_text("This is not the address of a hub")
        expect(field).to_be_focused()
        assert page.evaluate("localStorage.getItem('miniatures.hub')") is None
    field.fill("hub.example.org/hub/login?next=x")
    field.press("Enter")
    link = page.get_by_role("link", name="Open on hub.example.org")
    expect(link).to_be_focused()
    assert link.get_attribute("href") == f"https://hub.example.org/{PULL}"
    page.reload()
    page.get_by_text("Open as a notebook", exact=True).click()
    expect(link).to_be_visible()
    page.get_by_role("button", name="Another hub").click()
    field.fill("")
    field.press("Enter")
    expect(page.get_by_label("Open on a JupyterHub, at")).to_be_focused()
    assert page.evaluate("localStorage.getItem('miniatures.hub')") is None
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(page.url).netloc}


def test_what_is_stored_is_not_believed(visit):
    page, _ = visit()
    page.evaluate("localStorage.setItem('miniatures.hub', 'javascript:alert(1)')")
    page.reload()
    page.get_by_text("Open as a notebook", exact=True).click()
    expect(page.get_by_label("Open on a JupyterHub, at")).to_have_value("")
    assert page.locator(".m-launch a[href^='javascript']").count() == 0


def test_without_scripts_the_menu_opens_and_asks_for_no_hub(visit):
    page, _ = visit(java_script_enabled=False)
    expect(page.get_by_role("link", name="Open on Binder")).to_be_hidden()
    page.get_by_text("Open as a notebook", exact=True).click()
    link = page.get_by_role("link", name="Open on Binder")
    expect(link).to_be_visible()
    assert link.get_attribute("href") == launch.binder(SOURCE, CHAPTER.stem)
    expect(page.locator(".m-hub")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_menu_is_accessible_and_fits_a_phone(visit, scheme):
    page, _ = visit(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page.get_by_text("Open as a notebook", exact=True).click()
    page.get_by_role("button", name="Use this hub").click()
    page.locator(".m-launch [role='alert']").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert broken_rules(page) == []
