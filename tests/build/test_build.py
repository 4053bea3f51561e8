"""What the built book asks for and weighs, what makes a build fail, and what an edit builds again."""

import base64
import gzip
import hashlib
import posixpath
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
import watching

FIRST_LOAD_BYTES = 400_000

# -- the output ---------------------------------------------------------------------------------

LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "xlink:href", "manifest"}
NAMING = {
    "search",
    "index",
    "next",
    "prev",
    "author",
    "copyright",
    "canonical",
    "help",
    "up",
    "top",
}  # rel of links that load nothing
ABSOLUTE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.I)
# Addresses that stand in scripts and are never asked for: names of XML, comments and licences, and a map server
# of a trace that the bundle does not have.
INERT = (
    "http://www.w3.org/", "https://plotly.com/javascript/animations/", "https://github.com/d3/", "https://cdn.plot.ly/un/", "https://clipboardjs.com/",
    "https://developer.mozilla.org/", "https://pydata-sphinx-theme.readthedocs.io/",
)  # fmt: skip


def strangers_of_page(html):
    """What an HTML page asks of a third party."""
    for element in lxml.html.document_fromstring(html).iter(lxml.etree.Element):
        for name, value in element.items():
            loads = name in LOADING or (
                element.tag == "link" and name == "href" and not set(element.get("rel", "").split()) <= NAMING
            )
            if loads and any(ABSOLUTE.match(one) for one in value.split(",")):
                yield f"<{element.tag} {name}={value!r}>"
            if name == "style":
                yield from strangers_of_style(value)
        if element.tag == "style":
            yield from strangers_of_style(element.text or "")


def strangers_of_style(css):
    for address in re.findall(r"url\(\s*['\"]?([^)'\"]*)", css) + re.findall(r"@import\s+['\"]([^'\"]*)", css):
        if ABSOLUTE.match(address):
            yield address


def strangers_of_script(script):
    for address in re.findall(r"(?:https?|wss?):?//[^\s\"'`)<>\\]+|[\"'`]//[\w.-]+\.\w+[^\s\"'`]*", script):
        if not address.startswith(INERT):
            yield address


def test_nothing_in_the_output_asks_a_third_party(book):
    found, seen = [], {"html": 0, "css": 0, "js": 0, "svg": 0}
    for name, content in book.files().items():
        kind = name.rpartition(".")[2]
        if kind in seen and not name.startswith(
            "lite/"
        ):  # what JupyterLite asks for is watched in a browser: test_lite.py
            seen[kind] += 1
            text = content.decode()
            search = {
                "html": strangers_of_page,
                "css": strangers_of_style,
                "js": strangers_of_script,
                "svg": strangers_of_page,
            }[kind]
            found += [f"{name}: {stranger}" for stranger in search(re.sub(r"^<\?xml.*?\?>", "", text, flags=re.S))]
    assert not found
    assert seen["html"] >= 10
    assert min(seen.values()) >= 3


@pytest.mark.parametrize(
    ("search", "text"),
    [
        (strangers_of_page, '<script src="https://cdn.example/x.js"></script>'), (strangers_of_page, '<img src="//img.example/x.png">'),
        (strangers_of_page, '<link rel="stylesheet" href="http://a.example/x.css">'), (strangers_of_page, '<link rel="preload" href="https://a.example/f.woff2">'),
        (strangers_of_page, '<p style="background: url(https://a.example/x.png)">x</p>'), (strangers_of_page, "<style>@import 'https://a.example/x.css'</style>"),
        (strangers_of_page, '<img srcset="a.png 1x, https://a.example/b.png 2x">'), (strangers_of_page, '<iframe src="https://a.example"></iframe>'),
        (strangers_of_page, '<link rel="preconnect" href="https://a.example">'), (strangers_of_page, '<form action="https://a.example"></form>'),
        (strangers_of_style, "@font-face{src:url(https://a.example/f.woff2)}"), (strangers_of_style, "a{background:url( '//a.example/f.png')}"),
        (strangers_of_script, 'fetch("https://a.example/plot.js")'), (strangers_of_script, "import('//a.example/plot.js')"), (strangers_of_script, "new WebSocket(`wss://a.example/`)"),
    ],
)  # fmt: skip
def test_a_third_party_would_be_found(search, text):
    assert list(search(text))


def test_links_that_a_reader_follows_are_no_third_party():
    assert not list(
        strangers_of_page(
            '<a href="https://doi.org/10.1/x">paper</a><link rel="next" href="b.html"><img src="data:image/png;base64,AA//BB">'
        )
    )


OUTER = (
    "default-src 'none'; object-src 'none'; script-src {}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)
WASM = "'wasm-unsafe-eval'"
INNER = (
    "default-src 'none'; object-src 'none'; script-src {} 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'none'; base-uri 'none'"
)


class Policy(HTMLParser):
    """A page's policies, inline scripts, event handlers, and the tags before its policy."""

    def __init__(self, page):
        super().__init__()
        self.policies, self.scripts, self.handlers, self.before, self.inline = [], [], [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.handlers += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(given["content"])
        elif not self.policies:
            self.before.append(tag)
        self.inline = tag == "script" and "src" not in given and given.get("type") != "application/json"
        if self.inline:
            self.scripts.append("")

    def handle_data(self, data):
        if self.inline:
            self.scripts[-1] += data

    def handle_endtag(self, tag):
        self.inline = False


def test_every_page_has_one_policy_that_fits_it(book):
    for name, page in book.pages().items():
        if name == "index.html" and "refresh" in page:
            assert "url=chapters/index.html" in page  # the front door sends on
        found = Policy(page)
        assert len(found.policies) == 1, name
        assert not found.handlers, f"{name}: a policy without 'unsafe-inline' blocks {found.handlers}"
        assert not set(found.before) & {"script", "link", "style"}, f"{name}: loads before its policy"
        digests = {
            f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
            for script in found.scripts
        }
        python = [WASM] if "data-python" in page or 'class="m-view' in page else []
        assert found.policies == [OUTER.format(" ".join(["'self'", *python, *sorted(digests)]))], name
        assert "<meta charset" in page[:1024], f"{name}: browsers look for the encoding in the first 1024 bytes"


def test_every_page_of_jupyterlite_has_its_policy(book):
    pages = {name: text.decode() for name, text in book.files().items() if re.fullmatch(r"lite/.*\.html", name)}
    assert len(pages) == 6
    for name, page in pages.items():
        found = Policy(page)
        digests = {base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in found.scripts}
        scripts = " ".join(["'self'", *(f"'sha256-{one}'" for one in sorted(digests))])
        assert found.policies == [INNER.format(scripts)], name
        assert not set(found.before) & {"script", "link", "style"}, name


def test_every_local_address_exists(book):
    files = book.files()
    for name, page in book.pages().items():
        for element, attribute, address, _ in lxml.html.document_fromstring(page).iterlinks():
            path = urlsplit(address)
            if path.scheme or path.netloc or not path.path:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path.path)))
            assert target in files, f"{name}: <{element.tag} {attribute}={address!r}>"


def test_every_id_of_a_page_is_its_own(book):
    for name, page in book.pages().items():
        ids = lxml.html.document_fromstring(page).xpath("//@id")
        assert not {one for one in ids if ids.count(one) > 1}, name


# -- weight -------------------------------------------------------------------------------------


def zipped(content):
    return len(gzip.compress(content, 6, mtime=0))


def faces(css, folder):
    """(family, bold, italic, characters, file) of each @font-face of a style sheet."""
    for body in re.findall(r"@font-face\s*\{([^}]*)\}", css):
        family = re.search(r"font-family:\s*['\"]?([^;'\"]+)", body)[1]
        weight = re.search(r"font-weight:\s*([^;]+)", body)
        bold = bool(weight) and weight[1].strip() in ("700", "bold")
        italic = bool(re.search(r"font-style:\s*italic", body))
        spans = re.search(r"unicode-range:\s*([^;}]+)", body)
        file = re.search(r"url\(['\"]?([^)'\"]+\.woff2)", body)
        if file:
            yield family, bold, italic, spans and spans[1], posixpath.normpath(posixpath.join(folder, file[1]))


def covers(spans, characters):
    if spans is None:
        return True
    for span in spans.split(","):
        low, _, high = span.strip().removeprefix("U+").partition("-")
        if any(int(low, 16) <= ord(one) <= int(high or low, 16) for one in characters):
            return True
    return False


def fonts_of(tree, css, folder):
    """The font files that a page may ask for: of each face, where a class of the page has its family, and a character its range."""
    characters = set(tree.text_content())
    classes = set(" ".join(tree.xpath("//@class")).split())
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"@font-face\s*\{[^}]*\}", "", css))
    for family, bold, italic, spans, file in faces(css, folder):
        if not covers(spans, characters):
            continue
        for selector, body in rules:
            uses = re.search(rf"font(?:-family)?:[^;}}]*{re.escape(family)}\b", body)
            named = [set(re.findall(r"\.(-?[\w-]+)", one)) for one in selector.split(",")]
            turned = family.startswith("KaTeX") and (bold, italic) != (
                "700" in body or "bold" in body or "bf" in selector,
                "italic" in body or "it" in selector,
            )
            if uses and not turned and any(needed <= classes for needed in named):
                yield file
                break


def first_load(name, files):
    """{address: bytes in gzip} of a page: HTML, style sheets, scripts, and the fonts that its characters may load."""
    tree = lxml.html.document_fromstring(files[name].decode())
    folder = posixpath.dirname(name)
    loads = {name: zipped(files[name])}
    linked = tree.xpath("//link[@rel='stylesheet' or @rel='preload' or @rel='modulepreload']/@href") + tree.xpath(
        "//script/@src"
    )
    for address in linked:
        target = posixpath.normpath(posixpath.join(folder, urlsplit(address).path))
        loads[target] = zipped(files[target])
        if target.endswith(".css"):
            css = files[target].decode()
            loads |= {
                font: len(files[font]) for font in fonts_of(tree, css, posixpath.dirname(target)) if font in files
            }
    return loads


def test_every_page_weighs_less_than_its_budget_at_first_load(book):
    files, weights = book.files(), {}
    for name in book.pages():
        loads = first_load(name, files)
        weights[name] = sum(loads.values())
        assert weights[name] <= FIRST_LOAD_BYTES, f"{name}: {sorted(loads.items(), key=lambda item: -item[1])}"
    assert max(weights.values()) > 100_000, "the fonts, the styles or the scripts were not found"


def test_the_weight_counts_what_a_page_loads(book):
    files = book.files()
    loads = first_load("chapters/contributing/sampler.html", files)
    kinds = {name.rpartition(".")[2] for name in loads}
    assert kinds == {"html", "css", "js", "woff2"}
    names = {posixpath.basename(name) for name in loads}
    assert {"theme.css", "book.css", "page.css", "fonts.css", "katex.min.css", "theme.js", "page.js"} <= names
    assert {"source-serif-4-latin-wght-normal.woff2", "KaTeX_Math-Italic.woff2", "KaTeX_Main-Regular.woff2"} <= names
    assert "KaTeX_Fraktur-Regular.woff2" not in names
    assert "plot.js" not in names, "the plot library is loaded when a figure comes near"
    plain = first_load("chapters/progress.html", files)
    assert not any("KaTeX" in name for name in plain), "a page without formulas asks for no font of theirs"


def test_a_figure_stands_below_the_cell_that_drew_it(book):
    """Some versions of IPython and Matplotlib show a first cell's figure below the next cell."""
    cells = lxml.html.document_fromstring(book.pages()["chapters/contributing/sampler.html"]).find_class("cell")
    drawn, table, formula = cells[:3]
    assert len(drawn.xpath(".//img")) == 1
    assert not table.xpath(".//img")
    assert table.xpath(".//table")
    assert formula.find_class("katex")


# -- failures -----------------------------------------------------------------------------------

CELLS = "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\nkernelspec:\n  display_name: Python 3\n  name: python3\n---\n\n# A page\n\n"
VIEW = "from miniatures.explore import Slider, explore\nfrom miniatures.figures import night_sky\n\nexplore(night_sky.shares, successes=Slider(0, 20, 5, steps=3, integer=True))"
MATTER = "---\ntitle: A page\npart: video\nstem: {stem}\nminutes: 5\nprerequisites: []\n---\n\n# A page\n\n"
BROKEN = {
    "unknown_reference": ("See {ref}`nowhere-at-all`.", r"undefined label: 'nowhere-at-all'"),
    "unknown_document": ("See {doc}`no_such_page`.", r"unknown document: '[\w/]*no_such_page'"),
    "broken_link": ("See [a page](no_such_page.md).", r"no_such_page\.md"),
    "broken_anchor": ("See [a section](index.md#no-such-section).", r"no-such-section"),
    "unknown_citation": ("Said {cite:p}`nobody1900nothing`.", r"could not find bibtex key \"nobody1900nothing\""),
    "refused_formula": ("A half is $\\frac{1$.", r"KaTeX refuses '\\\\frac\{1'"),
    "refused_display": ("$$\n\\undefinedcommand{x}\n$$\n", r"KaTeX refuses .*undefinedcommand"),
    "missing_image": ("![A picture that is not there](nothing.png)", r"nothing\.png"),
    "unknown_exercise": ("```{exercise} night_sky-99\n```", r"\{exercise\}: id='night_sky-99' is not an exercise: one of night_sky-1, night_sky-2, night_sky-3"),
    "no_exercises": ("```{exercise} nosuch-1\n```", r"stem='nosuch' has no exercises"),
    "no_exercise_id": ("```{exercise} nonsense\n```", r"id='nonsense' must read like"),
    "no_stem": ("```{notation}\n```", r"\{notation\} needs 'stem' in the page's front matter"),
    "no_objectives": ("```{objectives}\n```", r"\{objectives\} needs 'objectives' in the page's front matter"),
    "unknown_role": ("A {nosuchrole}`word`.", r"nosuchrole"),
    "unknown_directive": ("```{nosuchdirective}\n```", r"nosuchdirective"),
    "missing_source": ("```{literalinclude} ../code/miniatures/night_sky.py\n:pyobject: no_such_function\n```", r"no_such_function"),
    "unknown_part": ("```{teaching} nowhere\n```", r"\{teaching\}: 'nowhere' is no part: one of numbers"),
    "no_lesson": ("```{teaching} video\n```", r"chapters/teaching/unknown_prerequisite\.yml:1: there is no such file\. Copy the form"),
    "skipped_heading": ("## Two\n\n#### Four", r"H2 to H4"),
}  # fmt: skip
CHAPTERS = {
    "unknown_prerequisite": (MATTER.format(stem="unknown_prerequisite").replace("[]", "[no_such_chapter]"), r"prerequisite 'no_such_chapter' is not a chapter"),
    "no_minutes": (MATTER.format(stem="no_minutes").replace("minutes: 5\n", ""), r"the front matter lacks minutes"),
    "unknown_glue": (CELLS + "```{code-cell} ipython3\nfrom miniatures.glue import glue\n\nglue('known', 1)\n```\n\nIt is {glue:text}`unknown`.\n", r"unknown"),
    "twin_views": (CELLS + f"```{{code-cell}} ipython3\n{VIEW}\n```\n\nAgain.\n\n```{{code-cell}} ipython3\n{VIEW}\n```\n", r"two views named 'night_sky-shares'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def little(once, small_book):
    """A small book, built clean."""
    return once("little", lambda root: small_book(root).built("--clean"))


@pytest.fixture(scope="module")
def broken(once, small_book):
    """What the build of a small book with many broken pages says; that it fails."""

    def make(root):
        pages = {f"chapters/{name}": f"# A page\n\n{text}\n" for name, (text, _) in BROKEN.items()}
        pages |= {f"chapters/video/{name}": text for name, (text, _) in CHAPTERS.items()}
        book = small_book(root, pages)
        done = book.build("--clean")
        book.write("said.txt", f"{done.returncode}\n{done.stdout}\n{done.stderr}")

    return once("broken", make).read("said.txt")


def test_a_broken_book_fails_and_says_where_to_look(broken, little):
    assert little.pages(), "the same book without the broken pages builds"
    assert broken.startswith("1\n")
    assert (
        "The book was not built: each line above that says WARNING or ERROR names a page and what is wrong." in broken
    )


@pytest.mark.parametrize(
    ("page", "message"),
    [(f"chapters/{name}", m) for name, (_, m) in BROKEN.items()]
    + [(f"chapters/video/{name}", m) for name, (_, m) in CHAPTERS.items()],
)
def test_a_broken_page_is_named_with_what_is_wrong(broken, page, message):
    lines = [line for line in broken.splitlines() if re.search(rf"{page}(\.md)?(:\d+)?:.*(WARNING|ERROR)", line)]
    assert lines, f"nothing is said of {page}:\n{broken}"
    assert any(re.search(message, line) for line in lines), lines


def test_only_broken_pages_are_named(broken):
    named = set(re.findall(r"(chapters/[\w/]+?)(?:\.md)?(?::\d+)?: (?:WARNING|ERROR)", broken))
    assert named == {f"chapters/{name}" for name in BROKEN} | {f"chapters/video/{name}" for name in CHAPTERS}


def said_of(once, small_book, name, right, wrong):
    """What a build says that fails, for the fresh chapter has `wrong` in the place of `right`."""

    def make(root):
        book = small_book(root)
        book.edit("chapters/inside/night_sky.md", right, wrong)
        done = book.build("--clean")
        book.write("said.txt", f"{done.returncode}\n{done.stdout}\n{done.stderr}")

    said = once(name, make).read("said.txt")
    assert not said.startswith("0\n")
    return said


def test_claims_that_do_not_agree_fail_the_build_and_name_the_page(once, small_book):
    said = said_of(once, small_book, "claims", '"night_sky.C1"', '"night_sky.C9"')
    assert re.search(r"chapters/claims.yml:\d+: chapters/inside/night_sky.md does not record night_sky.C1\. Add", said)
    assert re.search(r"chapters/inside/night_sky.md:\d+: night_sky.C9 is recorded, but not listed\. Add", said)


def test_a_circle_of_prerequisites_ends_the_build_and_is_named(once, small_book):
    said = said_of(once, small_book, "circle", "prerequisites: []", "prerequisites:\n  night_sky: itself")
    assert re.search(
        r"chapters/inside/night_sky.md:\d+: prerequisites run in a circle: night_sky needs night_sky\.", said
    )


# -- edits --------------------------------------------------------------------------------------


def test_an_edited_sentence_executes_nothing_and_a_changed_helper_its_page(tmp_path, small_book):
    book = small_book(tmp_path)
    assert book.built("--clean") == ["chapters/inside/night_sky.md"]
    before, python = book.pages(), book.python()
    page = "chapters/inside/night_sky.html"

    book.edit("chapters/inside/night_sky.md", "One sentence of the story.", "Another sentence of the story.")
    assert book.built() == []
    after = book.pages()
    assert "Another sentence of the story." in after[page]
    assert "One sentence of the story." not in after[page]
    assert "m-view" in after[page]
    assert {name for name in before if after[name] != before[name]} == {page, "slides/night_sky.html"}
    assert "Another sentence of the story." in (book.html / "lite" / "files" / "night_sky.ipynb").read_text("utf8")
    assert book.python() == python, "Python was laid out again for a sentence"

    book.edit("code/miniatures/figures/night_sky.py", "are a share of", "make a share of")
    assert book.built() == ["chapters/inside/night_sky.md"]
    changed = book.pages()
    assert "make a share of 0.25" in changed[page]
    assert [name for name in python if book.python()[name] == python[name]] == [], "the page's Python is the old one"
    assert changed[page].count("are a share of 0.25") < before[page].count("are a share of 0.25")

    assert book.built("--clean") == []
    assert book.pages() == changed, "a clean build differs from the edited one"


# -- watching -----------------------------------------------------------------------------------


def test_a_saved_sentence_comes_to_the_page_before_the_rest_is_built(little):
    """How long it takes, `make bench` says: here the machine does much else."""
    page, told = "chapters/inside/night_sky", little.root / watching.TOLD
    before = (little.html / f"{page}.html").read_bytes()
    with watching.watched(little.root, PYTHONPATH=f"{little.root / 'code'}:{little.root / '.link'}") as address:
        watching.arrival(little.root, address, page, "One sentence of the story.", "A sentence that was just saved.")
        assert told.read_text().count("pages     written") == 1, "the page came with the rest"
        watching.waited(told.read_text, lambda text: text.count("pages     written") == 3)  # undone, too
    assert "thebe" not in told.read_text(), "what the early page's writing warns of is the build's to say"
    assert (little.html / f"{page}.html").read_bytes() == before
