"""What the built pages become on paper, from a small site: settings in words, no solutions, links that lead somewhere."""

import json
from html import escape
from pathlib import Path

import pytest
from lxml import etree, html
from miniatures_book import epub, paper, pdf

SPEC = {"name": "night_sky-shares", "view": "v", "description": "Three of four.", "figure": {}, "states": None, "controls": [
    {"kind": "slider", "name": "sigma", "label": "σ, spread", "value": -3.0, "values": [-3.0], "unit": "px", "integer": False},
    {"kind": "choice", "name": "way", "label": "grow", "value": 2, "values": [1, 2], "names": ["depth", "width"], "unit": ""},
    {"kind": "toggle", "name": "near", "label": "near", "value": True, "values": [False, True], "unit": ""},
    {"kind": "marks", "name": "clicks", "label": "clicks", "last": [1, 1, 1], "value": "1.2.0-3.4.1", "values": [""], "unit": ""},
]}  # fmt: skip
STILL = '<img class="m-still" src="../../_views/a.svg" alt="" loading="lazy">'
FIGURE = f"""<figure class="m-view" id="night_sky-shares"><form class="m-controls"><input></form><div class="m-plot" style="height:9px">{STILL}</div>
<figcaption class="m-words" aria-live="polite">Three of four.</figcaption><script type="application/json" class="m-spec">{json.dumps(SPEC)}</script></figure>"""
EXERCISES = """<div role="region" class="m-exercise" id="exercise-1" data-kind="choice"><p class="m-exercise-title">Exercise 1</p><div class="m-question"><p>Which?</p></div>
<form class="m-answer"><fieldset><legend>Options</legend><label><input type="radio"> <span>this</span></label><label><input type="radio"> <span>that</span></label></fieldset>
<button type="submit">Check</button></form><details class="m-hint"><summary>Hint</summary><p>Look twice.</p></details>
<details class="m-solution" hidden><summary>Solution</summary></details><script type="application/json" class="m-spec">{"solution":"c2VjcmV0"}</script></div>
<div role="region" class="m-exercise" id="exercise-2" data-kind="code"><div class="m-question"><p>Write it.</p></div>
<form class="m-answer"><textarea class="m-code-answer">def share():
    return 0
</textarea><button>Check</button></form></div>
<div role="region" class="m-exercise" id="exercise-3" data-kind="number"><div class="m-question"><p>How many?</p></div>
<form class="m-answer"><input name="answer"><span class="m-unit">pixels</span></form></div>"""
LINKS = """<p><a id="to-glossary" href="../words.html#term-window">window</a> <a id="to-progress" href="../progress.html">progress</a>
<a id="to-section" href="#the-story">story</a> <a id="out" href="https://example.org/x">out</a></p>"""
FORMULA = """<span class="math"><span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>x</mi>
<annotation encoding="application/x-tex">x</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x</span></span></span>"""
CHAPTER = f"""<section id="top"><h1>Night sky<a class="headerlink" href="#top">#</a></h1>
<p class="m-byline"><span>Looking inside</span> <a class="m-lite" href="../../lite/x.ipynb">Open in JupyterLite</a></p>{FIGURE}
<section id="the-story"><h2>The story</h2>{LINKS}{FORMULA}<details class="m-code"><summary>Code</summary><pre>one</pre></details></section>{EXERCISES}</section>"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of one chapter, a glossary and a page for the screen alone, with its built site."""
    monkeypatch.delenv(paper.ADDRESS, raising=False)
    write(
        tmp_path,
        "_config.yml",
        "title: Small\nauthor: Somebody\nsphinx: {config: {language: en, html_theme_options: {extra_footer: free}}}\n",
    )
    write(tmp_path, "pyproject.toml", '[project]\nversion = "1.2"\ndescription = "A small book"\n')
    write(tmp_path, "_toc.yml", "format: jb-book\nroot: chapters/index\nparts:\n  - caption: Looking inside\n    chapters:\n      - file: chapters/inside/night_sky\n"
                                "  - caption: Back matter\n    chapters:\n      - file: chapters/words\n      - file: chapters/progress\n")  # fmt: skip
    for name, body in (("index", "<section id='i'><h1>Small</h1></section>"), ("inside/night_sky", CHAPTER),
                       ("words", "<section id='w'><h1>Words</h1><dl><dt id='term-window'>window</dt></dl></section>"), ("progress", "<h1>Progress</h1>")):  # fmt: skip
        write(
            tmp_path,
            f"chapters/{name}.md",
            "---\npaper: false\n---\n" if name == "progress" else f"---\nstem: {Path(name).name}\n---\n# x\n",
        )
        write(tmp_path, f"site/chapters/{name}.html", page(body))
    write(tmp_path, "site/genindex.html", page("<h1>Index</h1><a href='chapters/words.html#term-window'>window</a>"))
    write(
        tmp_path,
        "site/_views/a.svg",
        '<svg xmlns="http://www.w3.org/2000/svg"><g id="g1"/><use href="#m1"/><g id="m1"/></svg>',
    )
    write(
        tmp_path,
        "site/_static/pygments.css",
        'html[data-theme="light"] .k { color: red }\nhtml[data-theme="dark"] .k { color: blue }',
    )
    write(tmp_path, "site/_runtime/fonts/fonts.css", "@font-face{font-display:optional;src:url(a.woff2)}")
    return tmp_path


def write(root, name, text):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, "utf8")


def page(body):
    return f"<!DOCTYPE html><html><body><article class='bd-article'>{body}</article></body></html>"


def read(book, *only):
    return {leaf.docname.rpartition("/")[2]: leaf for leaf in paper.leaves(book, book / "site", only)}


def test_all_pages_but_those_for_the_screen_alone(book):
    assert [(leaf.docname, leaf.caption, leaf.title) for leaf in paper.leaves(book, book / "site")] == [
        ("chapters/index", "", "Small"),
        ("chapters/inside/night_sky", "Looking inside", "Night sky"),
        ("chapters/words", "Back matter", "Words"),
        ("genindex", "Back matter", "Index"),
    ]


def test_a_figure_says_its_setting_and_where_it_is_live(book):
    (figure,) = read(book)["night_sky"].body.cssselect("figure")
    assert figure.cssselect("p.m-setting")[0].text_content() == (
        "Shown with σ, spread: −3 px; grow: width; near: on; clicks: 2 placed. Live at inside/night_sky#shares"
    )
    assert figure.cssselect("img")[0].get("alt") == "Three of four."
    assert not figure.cssselect("form, input, script")


def test_a_figure_without_a_picture_is_refused(book):
    file = book / "site/chapters/inside/night_sky.html"
    file.write_text(file.read_text("utf8").replace(STILL, ""), "utf8")
    with pytest.raises(
        ValueError, match=r"chapters/inside/night_sky: the figure 'night_sky-shares' has no still picture"
    ):
        read(book)


def test_exercises_have_room_and_no_solution(book):
    body = read(book)["night_sky"].body
    choice, code, number = body.cssselect(".m-exercise")
    assert [item.text_content() for item in choice.cssselect("li")] == ["☐ this", "☐ that"]
    assert "Look twice." in choice.text_content()
    assert code.cssselect("pre")[0].text == "def share():\n    return 0\n"
    assert len(code.cssselect(".m-line")) == paper.LINES["code"]
    assert number.cssselect(".m-blank")[0].text.endswith("_ pixels")
    assert not body.cssselect("button, textarea, details, .m-solution, script, .headerlink")
    assert b"c2VjcmV0" not in html.tostring(body)


def test_links_lead_into_the_printed_book_or_nowhere(book):
    body = read(book)["night_sky"].body
    places = {link.get("id"): link.get("href") for link in paper.links(body)}
    assert places == {
        "to-glossary": "page:chapters/words#term-window",
        "to-section": "page:chapters/inside/night_sky#the-story",
        "out": "https://example.org/x",
    }


def test_with_an_address_they_lead_to_the_published_pages(book, monkeypatch):
    monkeypatch.setenv(paper.ADDRESS, "https://example.org/book")
    body = read(book)["night_sky"].body
    places = [link.get("href") for link in paper.links(body)]
    assert "https://example.org/book/chapters/progress.html" in places
    assert "https://example.org/book/chapters/inside/night_sky.html#night_sky-shares" in places
    assert "live: example.org/book/chapters/inside/night_sky.html" in body.text_content()


@pytest.mark.parametrize("wrong", ["example.org", "javascript:alert(1)", "https://"])
def test_an_address_that_is_none_is_refused(book, monkeypatch, wrong):
    monkeypatch.setenv(paper.ADDRESS, wrong)
    with pytest.raises(ValueError, match="MINIATURES_ADDRESS"):
        read(book)


def test_some_chapters_come_without_the_rest(book):
    found = read(book, "night_sky")
    assert list(found) == ["night_sky"]
    assert "to-glossary" not in {link.get("id") for link in paper.links(found["night_sky"].body)}
    with pytest.raises(ValueError, match="day_sky: no chapter of this book"):
        read(book, "day_sky")


def test_in_the_pdf_each_page_has_its_own_anchors_and_formulas_have_words(book):
    leaf = read(book)["night_sky"]
    pdf.merged(leaf)
    ids = {element.get("id") for element in leaf.body.iter() if element.get("id")}
    assert {"inside-night_sky", "inside-night_sky--the-story"} <= ids
    assert {link.get("href") for link in paper.links(leaf.body)} >= {
        "#inside-night_sky--the-story",
        "#words--term-window",
    }
    assert [heading.tag for heading in leaf.body.cssselect("h1, h2, h3")] == ["h2", "h3"]
    (formula,) = leaf.body.cssselect("span.katex")
    assert (formula.get("role"), formula.get("aria-label"), formula.text_content().strip()) == ("img", "x", "x")


HOSTILE = '</title></style><script>alert("1")</script>&amp;\\'


def test_titles_stay_text(book):
    for name in ("site/chapters/inside/night_sky.html", "_config.yml", "_toc.yml"):
        quoted, text = json.dumps(HOSTILE), (book / name).read_text("utf8")
        text = text.replace("<h1>Night sky", f"<h1>{escape(HOSTILE)}").replace("Somebody", quoted)
        write(book, name, text.replace("caption: Looking inside", f"caption: {quoted}"))
    tree = html.fromstring(pdf.whole(book, book / "site", paper.leaves(book, book / "site")))
    assert not tree.cssselect("script")
    assert [one.text_content().strip() for one in tree.cssselect(".cover-author, .part h1, .leaf h2")][:3] == [
        HOSTILE
    ] * 3
    assert not tree.cssselect(".part p")  # no part of the book has this name
    files = epub.contents(book, book / "site", paper.leaves(book, book / "site"))
    for name in ("title.xhtml", "nav.xhtml", "package.opf", "cover.svg", "text/inside-night_sky.xhtml"):
        tree = etree.fromstring(files[f"EPUB/{name}"])
        assert not tree.xpath("//*[local-name() = 'script']")
        assert HOSTILE in "".join(tree.itertext()), name


def test_code_keeps_its_light_colours_and_print_waits_for_its_fonts(book):
    assert paper.colours(book / "site") == ".k { color: red }"
    assert pdf.typefaces(book / "site") == "@font-face{font-display:block;src:url(/_runtime/fonts/a.woff2)}"


def test_names_of_cells_are_counted_from_nought():
    assert (
        pdf.renumbered(b"(node00000007) (node00000031) (node00000007)")
        == b"(node00000000) (node00000001) (node00000000)"
    )


def test_in_the_epub_formulas_are_mathml_and_equal_drawings_have_no_equal_names(book):
    found = paper.leaves(book, book / "site")
    files = epub.contents(book, book / "site", found)
    chapter = files["EPUB/text/inside-night_sky.xhtml"].decode()
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML">' in chapter
    assert "katex" not in chapter
    assert 'href="words.xhtml#term-window"' in chapter
    assert '<img class="m-still" src="../pictures/a.svg" alt="Three of four."/>' in chapter
    assert (
        files["EPUB/pictures/a.svg"]
        == b'<svg xmlns="http://www.w3.org/2000/svg"><g/><use href="#m1"/><g id="m1"/></svg>'
    )
    assert '<a href="text/inside-night_sky.xhtml#the-story">The story</a>' in files["EPUB/nav.xhtml"].decode()
    assert 'properties="mathml"' in files["EPUB/package.opf"].decode()


@pytest.mark.parametrize("make", [pdf.write, epub.write])
def test_without_a_book_they_say_what_to_do(tmp_path, capsys, make):
    assert make(tmp_path, tmp_path / "html") == 2
    assert "make book" in capsys.readouterr().err
