"""`make pdf`: the book as one PDF, printed by Chromium from one page of HTML that holds all the others.

One page, so that links, tags and the outline are Chromium's own. It is printed twice: the first printing
tells on which page each thing stands, the second has the numbers in contents and index.
"""

import functools
import re
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lxml import html
from miniatures_book import archive, chapters, chromium, markup, paper
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject

THEME = Path(__file__).parent / "theme"
WIDTH = 643  # CSS pixels between the margins of theme/print.css: 210 mm less twice 20 mm
FITTED = "table, .math, .m-map"
FIT = """(chosen) => { for (const one of document.querySelectorAll(chosen)) {
  const room = one.parentElement.getBoundingClientRect().width, wide = Math.max(one.scrollWidth, one.getBoundingClientRect().width);
  if (wide > room + 1) one.style.zoom = Math.max(0.45, room / wide); } }"""
FILL = """(pages) => { for (const one of document.querySelectorAll('.folio')) one.textContent = pages[one.dataset.of] ?? ''; }"""


def write(root: Path, site: Path, only: tuple[str, ...] = ()) -> int:
    """`make pdf`: _build/miniatures.pdf, of all pages or of some chapters."""
    if not (site / "index.html").is_file():
        print("there is no book in _build/html yet: make book SERVE=0", file=sys.stderr)
        return 2
    target = root / "_build" / "miniatures.pdf"
    try:
        found = paper.leaves(root, site, only)
        drawn = paper.pictures(found, site)
        say(f"{len(found)} pages and {len(drawn)} pictures laid out")
        source = root / "_build" / "paper.html"
        source.write_text(whole(root, site, found), "utf8")
        count = printed(source, target, root, found)
    except (ValueError, FileNotFoundError) as wrong:
        print(f"The PDF was not made: {wrong}", file=sys.stderr)
        return 2
    say(f"{count} pages, {target.stat().st_size / 1e6:.1f} MB in {target.relative_to(root)}")
    return 0


def say(words: str) -> None:
    print(f"pdf       {words}", flush=True)


def whole(root: Path, site: Path, found: list[paper.Leaf]) -> str:
    """The page that is printed."""
    facts, live = paper.facts(root), paper.address(root)
    for leaf in found:
        merged(leaf)
    groups = [(caption, [leaf for leaf in found if leaf.caption == caption]) for caption in dict.fromkeys(leaf.caption for leaf in found)]
    blurbs = dict(chapters.PARTS.values())
    body = markup.TEMPLATES.get_template("paper.html").render(
        facts=facts, live=live, when=archive.made(root), groups=groups, blurbs=blurbs, colours=paper.colours(site), pages=page_rules(found),
        styles=[(THEME / name).read_text("utf8") for name in ("paper.css", "print.css")],
        printed=lambda leaf: html.tostring(leaf.body, encoding="unicode"),
    )  # fmt: skip
    return "<!DOCTYPE html>\n" + body


def page_rules(found: list[paper.Leaf]) -> str:
    """Each page of the book names itself in the margin of the paper."""
    rules = []
    for leaf in found:
        part, title = (re.sub(r'(["\\])', r"\\\1", words) for words in (leaf.caption, leaf.title))
        left = f'@top-left {{ content: "{part}" }} @top-right {{ content: "{title}" }} @bottom-left {{ content: "{paper.short(leaf.docname)}" }}'
        rules.append(f"@page {leaf.slug} {{ {left} }} #{leaf.slug} {{ page: {leaf.slug} }}")
    return "\n".join(rules)


def merged(leaf: paper.Leaf) -> None:
    """The page's identifiers are its own among all pages; its headings stand below the heading of their part."""
    body, prefix = leaf.body, f"{leaf.slug}--"
    for name in ("id", "aria-labelledby", "aria-describedby", "for"):
        for element in body.xpath(f".//*[@{name}]"):
            element.set(name, prefix + element.get(name))
    for element in body.xpath(".//@*[starts-with(., 'url(#')]/.."):
        for name, value in element.items():
            element.set(name, value.replace("url(#", f"url(#{prefix}"))
    for link in paper.links(body):
        link.set("href", re.sub(r"^page:([^#]*)#?(.*)$", lambda to: f"#{paper.slug(to[1])}" + (f"--{to[2]}" if to[2] else ""), link.get("href")))
    for picture in body.iter("img"):
        picture.set("src", picture.get("src").replace("site:", "html/"))
    for formula in body.cssselect(".katex-mathml"):
        formula.drop_tree()
    if leaf.caption:
        for level in (5, 4, 3, 2, 1):
            for heading in list(body.iter(f"h{level}")):
                heading.tag = f"h{level + 1}"
    if leaf.docname == paper.INDEX:
        for link in list(paper.links(body)):
            link.append(paper.made("span", class_="folio", **{"data-of": link.get("href")[1:]}))
    body.set("id", leaf.slug)


def printed(source: Path, target: Path, root: Path, found: list[paper.Leaf]) -> int:
    """Print `source` to `target`; the number of its pages."""
    from playwright.sync_api import sync_playwright

    handler = functools.partial(Quiet, directory=str(source.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = chromium.launch(playwright)
        try:
            page = browser.new_page(viewport={"width": WIDTH, "height": 900})
            page.emulate_media(media="print", color_scheme="light")
            page.goto(f"http://127.0.0.1:{server.server_port}/{source.name}", timeout=300_000)
            page.evaluate("() => document.fonts.ready.then(() => {})")
            page.evaluate(FIT, FITTED)
            options = {"prefer_css_page_size": True, "print_background": True, "tagged": True, "outline": True}
            page.pdf(path=target, **options)
            numbers = standing(PdfReader(target))
            say(f"printed once: {len(PdfReader(target).pages)} pages; their numbers go into contents and index")
            page.evaluate(FILL, numbers)
            page.pdf(path=target, **options)
        finally:
            browser.close()
            server.shutdown()
    return finished(target, root)


class Quiet(SimpleHTTPRequestHandler):
    """A static server that says nothing."""

    def log_message(self, *_):
        pass


def standing(reader: PdfReader) -> dict[str, int]:
    """Anchor -> number of its page, from one."""
    return {name.lstrip("/"): reader.get_destination_page_number(place) + 1 for name, place in reader.named_destinations.items()}


def finished(target: Path, root: Path) -> int:
    """Give the PDF its author and the date of the last commit; the number of its pages."""
    facts, when = paper.facts(root), archive.made(root)
    writer = PdfWriter(clone_from=target)
    date = when.strftime("D:%Y%m%d%H%M%S+00'00'")
    writer.add_metadata({"/Title": facts["title"], "/Author": facts["author"], "/Subject": facts["description"], "/Keywords": facts["rights"],
                         "/CreationDate": date, "/ModDate": date})  # fmt: skip
    catalog = writer.root_object
    catalog[NameObject("/PageMode")] = NameObject("/UseOutlines")
    catalog[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    with target.open("wb") as out:
        writer.write(out)
    return len(writer.pages)
