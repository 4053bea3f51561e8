"""The book without a network: what was kept is whole, is renewed whole, and goes when the reader says so."""

import contextlib
import gzip
import json
import os
import re
import shutil
import time

import pytest
from hosts import Host
from miniatures_book import assets, offline
from playwright.sync_api import expect
from reader import HTML, Reader

pytestmark = pytest.mark.browser
WRITTEN = {"first": 1_700_000_000, "second": 1_700_000_100}
PAGE = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{name}</title><link rel="icon" href="data:,"><h1>{name} {release}</h1>'
    '<p id="said"></p><div id="box"></div><script src="said.js"></script>'
    '<script type="module">import * as kept from "../_runtime/offline.js"; window.kept = kept;</script></html>'
)


def site(root, release, pages=("index", "other")):
    """A book of a few pages; each says its release, and its script says the release that it is of."""
    folder = root / "some" / "book"
    (folder / "chapters").mkdir(parents=True, exist_ok=True)
    (folder / "_runtime").mkdir(exist_ok=True)
    (folder / "_python").mkdir(exist_ok=True)
    shutil.copy(assets.DIST / "offline.js", folder / "_runtime")
    (folder / "_python" / "manifest.json").write_text("{}", "utf8")
    (folder / "_python" / "manifest.json.gz").write_bytes(gzip.compress(b"{}", 9, mtime=0))  # as no browser packs it
    (folder / "_python" / "large.bin").write_bytes(bytes(3_000_000) + release.encode())
    for name in pages:
        (folder / "chapters" / f"{name}.html").write_text(PAGE.format(name=name, release=release), "utf8")
    (folder / "chapters" / "said.js").write_text(
        f'document.getElementById("said").textContent = "script {release}"', "utf8"
    )
    offline.write(folder)
    for file in folder.rglob("*"):  # a host tells two releases apart by their whole seconds
        os.utime(file, (WRITTEN[release], WRITTEN[release]))
    return folder


@pytest.fixture
def host(tmp_path):
    site(tmp_path, "first")
    running = Host(tmp_path, "/some/book")
    yield running
    running.stop()


@contextlib.contextmanager
def gone(host):
    host.stop()
    yield
    host.start()


@pytest.fixture
def page(browser, host):
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{host.address}/chapters/index.html")
    opened.wait_for_function("window.kept")
    yield opened
    context.close()


def until(page, code):
    """Wait until the promise of `code` holds: Playwright's own wait takes any promise for a yes."""
    end = time.monotonic() + 30
    while not page.evaluate(f"{code}.then(Boolean)"):
        assert time.monotonic() < end, code
        time.sleep(0.1)


def shown(page):
    return page.inner_text("h1").split()[-1], page.inner_text("#said").split()[-1]


def keep(page, groups=("book",)):
    return page.evaluate(
        "(groups) => new Promise((done, failed) => window.kept.keep(groups, () => {}).then(done, (problem) => done(problem.name)))",
        list(groups),
    )


def kept(page):
    """path -> release's cache of everything kept."""
    return page.evaluate(
        "async () => { const out = []; for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) out.push(url); return out; }"
    )


PROGRESS = '{"version":1,"exercises":{"demo-1":{"tries":2,"solved":true,"answer":"def f(x):\\n    return x"}}}'


def work(page):
    """Progress with code of the reader's, stored as exercises store it."""
    page.evaluate("(text) => localStorage.setItem('miniatures.progress', text)", PROGRESS)


def worked(page):
    return page.evaluate("localStorage.getItem('miniatures.progress')") == PROGRESS


HELD = """async () => { let sum = 0; for (const name of await caches.keys()) for (const one of await (await caches.open(name)).matchAll())
  sum += (await one.blob()).size; return sum; }"""  # bytes of all that is kept


def test_nothing_is_fetched_or_registered_before_the_reader_asks(page, host):
    assert not [
        path for path in host.asked if path.endswith(("service-worker.js", "offline.json")) or "_python" in path
    ]
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_what_was_loaded_stays_and_the_rest_says_that_it_is_not_here(page, host):
    page.evaluate("window.kept.remember()")
    page.wait_for_function("navigator.serviceWorker.controller")
    assert not [path for path in host.asked if "large" in path or "other" in path], "only what the page loaded"
    with gone(host):
        page.reload()
        assert shown(page) == ("first", "first")
        page.goto(f"{host.address}/chapters/other.html")
        assert "is not kept on this device" in page.inner_text("body")


def test_a_kept_book_opens_page_after_page_without_its_host(page, host):
    assert keep(page) is None
    with gone(host):
        page.goto(f"{host.address}/chapters/other.html?from=link#there")
        assert shown(page) == ("first", "first")


def test_a_new_release_replaces_the_old_one_whole(page, host):
    keep(page)
    work(page)
    site(host.root, "second")
    page.reload()  # the old release answers, the new one is fetched meanwhile
    assert shown(page) == ("first", "first")
    until(page, "navigator.serviceWorker.getRegistration().then((one) => one.waiting)")
    page.reload()
    page.wait_for_function("document.querySelector('h1')?.textContent.endsWith('second')")
    page.wait_for_load_state()
    assert shown(page) == ("second", "second")
    assert len(page.evaluate("caches.keys()")) == 1
    with gone(host):
        page.goto(f"{host.address}/chapters/other.html")
        assert shown(page) == ("second", "second"), "the kept pages are renewed, opened or not"
        assert worked(page)


def test_two_tabs_stay_at_one_release_until_one_is_closed(page, host):
    keep(page)
    other = page.context.new_page()
    other.goto(f"{host.address}/chapters/other.html")
    site(host.root, "second")
    other.reload()
    until(other, "navigator.serviceWorker.getRegistration().then((one) => one.waiting)")
    for tab in (page, other):
        tab.reload()
        assert shown(tab) == ("first", "first")
    other.close()
    page.reload()
    page.wait_for_function("document.querySelector('h1')?.textContent.endsWith('second')")
    page.wait_for_load_state()
    assert shown(page) == ("second", "second")


def test_half_a_release_is_none(page, host):
    keep(page)
    folder = site(host.root, "second")
    (folder / "chapters" / "said.js").write_text("// the upload is not through\n", "utf8")
    page.reload()
    until(
        page, "navigator.serviceWorker.getRegistration().then((one) => one.active && !one.installing && !one.waiting)"
    )
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).catch(() => {})")
    until(page, "navigator.serviceWorker.getRegistration().then((one) => !one.installing)")
    for _ in range(2):
        page.reload()
        assert shown(page) == ("first", "first")
    assert len(page.evaluate("caches.keys()")) == 1, "what had arrived of the new release is gone"


def test_a_page_that_only_the_new_release_has_brings_all_of_it(page, host):
    page.evaluate("window.kept.remember()")
    page.wait_for_function("navigator.serviceWorker.controller")
    site(host.root, "second", ("index", "other"))
    page.goto(f"{host.address}/chapters/other.html")
    page.wait_for_function("document.getElementById('said')?.textContent")
    page.wait_for_load_state()
    assert shown(page) == ("second", "second"), "never the new page with the old script"


def test_when_the_new_release_cannot_be_kept_nothing_old_is_mixed_into_it(page, host):
    page.evaluate("window.kept.remember()")
    page.wait_for_function("navigator.serviceWorker.controller")
    folder = site(host.root, "second")
    (folder / "chapters" / "index.html").write_text(
        "<h1>the upload is not through</h1>", "utf8"
    )  # was loaded, so it is wanted
    page.goto(f"{host.address}/chapters/other.html")
    page.wait_for_function("document.getElementById('said')?.textContent")
    assert shown(page) == ("second", "second")
    assert page.evaluate("caches.keys()") == []


def test_removal_frees_everything(page, host):
    work(page)
    keep(page, ("book", "python"))
    assert any("large.bin" in url for url in kept(page))
    page.evaluate("window.kept.forget()")
    page.evaluate("window.kept.remember()")  # Python goes on in the page: that keeps nothing again
    assert kept(page) == []
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller") is None
    assert worked(page)
    with gone(host), pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        page.reload()


GONE = {
    "removed by the reader": "window.kept.forget()",
    "removed by the browser": "caches.keys().then((all) => Promise.all(all.map((name) => caches.delete(name))))",
}


@pytest.mark.parametrize("how", GONE)
def test_what_is_gone_can_be_kept_again(page, host, how):
    """In the same page and after a reload: the worker that served the first copy may still be there."""
    keep(page)
    before = sorted(kept(page))
    for _ in range(2):
        page.evaluate(GONE[how])
        assert kept(page) == []
        assert keep(page) is None
        assert sorted(kept(page)) == before
        page.reload()
        page.wait_for_function("window.kept")
    with gone(host):
        page.goto(f"{host.address}/chapters/other.html")
        assert shown(page) == ("first", "first")


def open_panel(page):
    page.evaluate("window.kept.panel(document.getElementById('box'))")
    return page.locator("#box")


def test_the_panel_says_the_size_first_then_keeps_then_removes(page, host):
    box = open_panel(page)
    expect(box.get_by_role("button", name="Keep 3.0 MB offline")).to_be_visible()
    assert not [path for path in host.asked if "large" in path]
    box.get_by_label("Python in the page").uncheck()
    expect(box.get_by_role("button", name="kB offline")).to_be_visible()
    box.get_by_label("Python in the page").check()
    box.get_by_role("button", name="Keep").click()
    expect(box.get_by_role("status")).to_contain_text(
        "Kept on this device: All pages and their figures, Python in the page"
    )
    assert page.evaluate(HELD) == pytest.approx(3_000_000, rel=0.03), "what the button said"
    box.get_by_role("button", name="Remove it from this device").click()
    expect(box.get_by_role("status")).to_contain_text("The space is free again")
    assert kept(page) == []


def test_full_storage_is_said_and_leaves_no_remains(page, host):
    page.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": host.address[: host.address.index("/some")], "quotaSize": 900_000}
    )
    box = open_panel(page)
    box.get_by_role("button", name="Keep").click()
    expect(box.get_by_role("status")).to_contain_text("There is not enough room")
    assert not [url for url in kept(page) if "/chapters/" in url or "large" in url]
    expect(box.get_by_role("button", name="Keep")).to_be_visible()


def test_no_room_at_all_is_said(page, host):
    """Not even for the list of files, without which the worker cannot begin."""
    page.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": host.address[: host.address.index("/some")], "quotaSize": 1}
    )
    box = open_panel(page)
    box.get_by_role("button", name="Keep").click()
    expect(box.get_by_role("status")).to_contain_text(re.compile("room"))
    assert kept(page) == []
    expect(box.get_by_role("button", name="Keep")).to_be_visible()


def test_a_lost_connection_and_a_renewed_server_are_said(page, host):
    box = open_panel(page)
    expect(box.get_by_role("button", name="Keep")).to_be_visible()
    listed = host.root / "some" / "book" / "chapters" / "other.html"
    listed.write_text("another", "utf8")
    box.get_by_role("button", name="Keep").click()
    expect(box.get_by_role("status")).to_contain_text("reload the page and try again")
    with gone(host):
        box.get_by_role("button", name="Keep").click()
        expect(box.get_by_role("status")).to_contain_text("The connection was lost")


@pytest.mark.parametrize(("script", "words"), [
    ("Object.defineProperty(Navigator.prototype, 'serviceWorker', { get() { return undefined } }); delete Navigator.prototype.serviceWorker", "cannot keep a site"),
    ("delete globalThis.caches", "cannot keep a site"),
    ("Object.defineProperty(window, 'caches', { get() { throw new DOMException('no', 'SecurityError'); } })", "keep nothing for this site"),
    ("ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('no', 'SecurityError'))", "keep nothing for this site"),
])  # fmt: skip
def test_a_browser_that_keeps_nothing_says_so(browser, host, script, words):
    context = browser.new_context()
    context.add_init_script(script)
    page = context.new_page()
    page.goto(f"{host.address}/chapters/index.html")
    page.wait_for_function("window.kept")
    box = open_panel(page)
    if box.get_by_role("button", name="Keep").count():
        box.get_by_role("button", name="Keep").click()
    expect(box.get_by_role("status")).to_contain_text(words)
    page.evaluate("window.kept.remember()")  # raises nothing
    context.close()


def test_the_list_names_every_file_once_with_its_digest(tmp_path):
    folder = site(tmp_path, "first")
    for extra in (
        "_python/a.whl.gz",
        "_python/a.whl",
        "_python/a.whl.br",
        ".buildinfo",
        "_sources/index.md.txt",
        "lite/x.js",
    ):
        (folder / extra).parent.mkdir(exist_ok=True)
        (folder / extra).write_text(extra, "utf8")
    one, listed = offline.write(folder), json.loads((folder / "offline.json").read_text("utf8"))
    assert listed["release"] == one
    assert {name: group for name, (_, _, group) in listed["files"].items()} == {
        "_python/a.whl": "python", "_python/a.whl.gz": "", "_python/large.bin": "python", "_python/manifest.json": "python", "_python/manifest.json.gz": "",
        "_runtime/offline.js": "book",
        "chapters/index.html": "book", "chapters/other.html": "book", "chapters/said.js": "book", "lite/x.js": "lite",
    }  # fmt: skip
    assert offline.write(folder) == one
    assert (folder / "service-worker.js").read_text("utf8").startswith(f'const RELEASE = "{one}";')
    (folder / "lite" / "x.js").write_text("other", "utf8")
    assert offline.write(folder) != one


def used(reader):
    """A cell runs, and a view off its grid is computed."""
    assert reader.run("6 * 7") == ("done", "42")
    view = reader.page.locator("figure.m-view:has(input[type=range])").first
    before, slider = view.inner_text(), view.locator("input[type=range]").first
    slider.focus()
    slider.press("ArrowLeft")
    reader.page.wait_for_function("([view, before]) => view.innerText !== before", arg=[view.element_handle(), before])
    assert reader.errors == []


def test_python_in_a_page_goes_on_without_its_host(browser):
    """Start, use offline, reload, use again: the built book itself, as a plain host sends it."""
    if not (HTML / "offline.json").is_file():
        pytest.fail("no book in _build/html: python -m miniatures_book build --clean")
    host = Host(HTML)
    try:
        with Reader(browser, host.address) as reader:
            reader.page.locator("details.m-code").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
            reader.start()
            reader.wait("ready")
            assert reader.run("6 * 7") == ("done", "42")
            until(reader.page, f"caches.match('{reader.page.url}')")
            until(
                reader.page,
                "caches.keys().then((names) => caches.open(names[0])).then((one) => one.keys()).then((all) => all.some(({ url }) => url.includes('memory.bin') || url.includes('scipy-')))",
            )
            host.stop()
            used(reader)
            reader.page.reload()
            reader.page.locator("details.m-code").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
            reader.start()
            reader.wait("ready")
            used(reader)
    finally:
        host.stop()
