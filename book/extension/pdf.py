"""`make pdf`: the book as one PDF, printed by Chromium from one page of HTML that holds all the others.

One page, so that links, tags and the outline are Chromium's own. It is printed twice: the first printing
tells on which page each thing stands, the second has the numbers in contents and index.
"""

import functools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pikepdf
from lxml import html
from miniatures_book import archive, chapters, chromium, markup, paper

THEME = Path(__file__).parent / "theme"
WIDTH = 643  # CSS pixels between the margins of theme/print.css: 210 mm less twice 20 mm
FITTED = "table, .math, .m-map"
FIT = """(chosen) => { const wide = [...document.querySelectorAll(chosen)].map((one) => [one,
    one.parentElement.getBoundingClientRect().width / Math.max(one.scrollWidth, one.getBoundingClientRect().width, 1)]);
  for (const [one, share] of wide) if (share < 0.999) one.style.zoom = Math.max(0.45, share); }"""
FILL = """(pages) => { for (const one of document.querySelectorAll('.folio')) one.textContent = pages[one.dataset.of] ?? ''; }"""


def write(root: Path, site: Path, only: tuple[str, ...] = (), folder: Path | None = None) -> int:
    """`make pdf`: miniatures.pdf in _build or another folder, of all pages or of some chapters."""

    def make(found, target):
        say(f"{len(found)} pages and {len(paper.pictures(found, site))} pictures laid out")
        printed(whole(root, site, found), site, target)
        return f"{finished(target, root)} pages, {target.stat().st_size / 1e6:.1f} MB in {target}"

    told = paper.made_of(root, site, only, (folder or root / "_build") / "miniatures.pdf", make)
    if told is None:
        return 2
    say(told)
    return 0


def say(words: str) -> None:
    print(f"pdf       {words}", flush=True)


def whole(root: Path, site: Path, found: list[paper.Leaf]) -> str:
    """The page that is printed."""
    facts, live = paper.facts(root), paper.address(root)
    for leaf in found:
        merged(leaf)
    groups = [
        (caption, [leaf for leaf in found if leaf.caption == caption])
        for caption in dict.fromkeys(leaf.caption for leaf in found)
    ]
    blurbs = dict(chapters.PARTS.values())
    body = markup.TEMPLATES.get_template("print/book.html").render(
        facts=facts, live=live, when=archive.made(root), groups=groups, blurbs=blurbs, parted=found[-1].docname == paper.INDEX, colours=paper.colours(site), pages=page_rules(found),
        styles=[typefaces(site), *((THEME / name).read_text("utf8") for name in ("paper.css", "print.css"))],
        printed=lambda leaf: html.tostring(leaf.body, encoding="unicode"),
    )  # fmt: skip
    return "<!DOCTYPE html>\n" + body


def typefaces(site: Path) -> str:
    """The page's fonts, which print waits for: a page of the site does without those that come late."""
    rules = (site / "_runtime" / "fonts" / "fonts.css").read_text("utf8")
    return rules.replace("font-display:optional", "font-display:block").replace("url(", "url(/_runtime/fonts/")


def page_rules(found: list[paper.Leaf]) -> str:
    """Each page of the book names itself in the margin of the paper."""
    rules = []
    for leaf in found:
        part, title = (
            re.sub(r'["\\<]', lambda sign: f"\\{ord(sign[0]):x} ", words) for words in (leaf.caption, leaf.title)
        )
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
        link.set(
            "href",
            re.sub(
                r"^page:([^#]*)#?(.*)$",
                lambda to: f"#{paper.slug(to[1])}" + (f"--{to[2]}" if to[2] else ""),
                link.get("href"),
            ),
        )
    for picture in body.iter("img"):
        picture.set("src", picture.get("src").replace("site:", "/"))
    for formula in body.cssselect("span.katex"):
        formula.set("role", "img")  # of MathML the tags of a PDF would keep the letters alone
        formula.set("aria-label", formula.findtext(".//annotation").strip())
        formula.cssselect(".katex-mathml")[0].drop_tree()
        del formula.cssselect(".katex-html")[0].attrib["aria-hidden"]
    if leaf.caption:
        for level in (5, 4, 3, 2, 1):
            for heading in list(body.iter(f"h{level}")):
                heading.tag = f"h{level + 1}"
    if leaf.docname == paper.INDEX:
        for link in list(paper.links(body)):
            link.append(paper.made("span", class_="folio", **{"data-of": link.get("href")[1:]}))
    body.set("id", leaf.slug)


def printed(source: str, site: Path, target: Path) -> None:
    """Print `source`, which shows pictures of the site, to `target`. FileNotFoundError where there is no Chromium."""
    from playwright.sync_api import sync_playwright

    options = {"path": target, "prefer_css_page_size": True, "print_background": True, "tagged": True, "outline": True}
    with served(site) as place, sync_playwright() as playwright, chromium.launch(playwright) as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.emulate_media(media="print", color_scheme="light")
        page.route(f"{place}/", lambda route: route.fulfill(body=source, content_type="text/html"))
        page.goto(f"{place}/", timeout=600_000)
        page.evaluate("() => document.fonts.ready.then(() => {})")
        page.evaluate(FIT, FITTED)
        page.pdf(**options)
        numbers, count = standing(target)
        say(f"printed once: {count} pages; their numbers go into contents and index")
        page.evaluate(FILL, numbers)
        page.pdf(**options)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address at which the site is served meanwhile."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """A static server that says nothing."""

    def log_message(self, *_):
        pass


def standing(target: Path) -> tuple[dict[str, int], int]:
    """Anchor -> number of its page, from one; and how many pages there are."""
    with pikepdf.open(target) as pdf:
        order = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        places = pdf.Root.get("/Dests", {})
        return {name.removeprefix("/"): order[places[name][0].objgen] for name in places.keys()}, len(order)  # noqa: SIM118 (no dict)


def finished(target: Path, root: Path) -> int:
    """Give the PDF its author and the date of the last commit, and pack it; the number of its pages."""
    facts, date = paper.facts(root), archive.made(root).strftime("D:%Y%m%d%H%M%S+00'00'")
    target.write_bytes(renumbered(target.read_bytes()))
    with pikepdf.open(target, allow_overwriting_input=True) as pdf:
        about = {"/Title": facts["title"], "/Author": facts["author"], "/Subject": facts["description"], "/Keywords": facts["rights"],
                 "/CreationDate": date, "/ModDate": date}  # fmt: skip
        for name, value in about.items():
            pdf.docinfo[name] = value
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return len(pdf.pages)


def renumbered(content: bytes) -> bytes:
    """The PDF with the names of its tables' cells counted from nought: Chromium counts on from whatever it did before."""
    names = sorted(set(re.findall(rb"\(node\d{8}\)", content)))
    places = {name: b"(node%08d)" % place for place, name in enumerate(names)}
    return re.sub(rb"\(node\d{8}\)", lambda name: places[name[0]], content)
