"""The PDF of some chapters and the ePub of the whole book, made from the built site."""

import shutil
import zipfile
from html import unescape
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from lxml import etree, html
from miniatures.exercises import exercises
from miniatures_book import chapters, epub, paper, pdf
from waiting import apart

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
FOUND = chapters.chapters(ROOT)
SOME = ("gaussian_window", "instance_segmentation")  # sliders; clicks and a film
XHTML = "{http://www.w3.org/1999/xhtml}"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("print")]


def views(docname):
    """The sentence of each view of a built page, in order."""
    tree = html.fromstring((SITE / f"{docname}.html").read_text("utf8"))
    return [" ".join(one.text_content().split()) for one in tree.cssselect("figure.m-view figcaption")]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pdf")
    assert apart(pdf.write, ROOT, SITE, SOME, folder) == 0
    return folder / "miniatures.pdf"


@pytest.fixture(scope="module")
def document(printed):
    with pikepdf.open(printed) as opened:
        yield opened


@pytest.fixture(scope="module")
def sheets(printed):
    opened = pypdfium2.PdfDocument(printed)
    yield list(opened)
    opened.close()


@pytest.fixture(scope="module")
def texts(sheets):
    return [" ".join(sheet.get_textpage().get_text_range().split()) for sheet in sheets]


@pytest.fixture(scope="module")
def outline(document):
    """Title -> number of the page, from nought, of each heading."""

    def flat(items):
        for item in items:
            yield item.title, order[item.destination[0].objgen]
            yield from flat(item.children)

    order = {page.objgen: number for number, page in enumerate(document.pages)}
    with document.open_outline() as opened:
        return dict(flat(opened.root))


def tags(document):
    """Each element of the PDF's structure."""
    waiting = [document.Root.StructTreeRoot]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting.extend(one)
        elif isinstance(one, pikepdf.Dictionary):
            yield one
            if "/K" in one:
                waiting.append(one.K)


def test_the_pdf_says_what_it_is(document):
    facts = paper.facts(ROOT)
    about = [str(document.docinfo[name]) for name in ("/Title", "/Author", "/Subject")]
    assert about == [facts["title"], facts["author"], facts["description"]]
    assert str(document.Root.Lang) == facts["language"]
    assert document.Root.MarkInfo.Marked


def test_each_view_is_a_figure_with_its_sentence(document):
    said = [" ".join(str(one.Alt).split()) for one in tags(document) if one.get("/S") == "/Figure" and "/Alt" in one]
    for chapter in (chapter for chapter in FOUND if chapter.stem in SOME):
        wanted = views(chapter.docname)
        assert len(wanted) > 3
        for sentence in wanted:
            assert sentence in said, f"{chapter.stem}: no figure says {sentence!r}"


def test_no_figure_is_blank(sheets):
    """Above each line that says a figure's setting there is ink, of more than one colour."""
    looked = 0
    for sheet in sheets:
        words, picture = sheet.get_textpage(), None
        search = words.search("Shown with ", match_case=True)
        while found := search.get_next():
            if picture is None:
                picture = np.asarray(sheet.render(scale=1).to_pil().convert("RGB"), int)
            top = sheet.get_height() - words.get_charbox(found[0])[3]
            area = picture[int(top) - 130 : int(top) - 12]
            inked = area[(area < 235).any(-1)]
            assert len(inked) > 0.004 * area.shape[0] * area.shape[1], (
                f"a blank figure on page {sheets.index(sheet) + 1}"
            )
            assert len(np.unique(inked // 64, axis=0)) > 1
            looked += 1
    assert looked > 8


def test_contents_and_outline_name_the_pages(texts, outline):
    for chapter in (chapter for chapter in FOUND if chapter.stem in SOME):
        page = outline[chapter.title]
        assert chapter.title in texts[page]
        assert f"{chapter.title} {page + 1}" in texts[1]
        assert paper.short(chapter.docname) in texts[page + 1]  # in the margin
    assert "Where the story is too simple" in outline


def test_links_lead_to_places_of_this_pdf(document):
    places, inside = set(document.Root.Dests.keys()), 0
    for page in document.pages:
        for note in page.get("/Annots", ()):
            if "/Dest" in note:
                assert str(note.Dest) in places
                inside += 1
            else:
                assert str(note.A.URI).startswith("http")
                assert "127.0.0.1" not in str(note.A.URI)
    assert inside > 30


def test_hints_are_printed_and_solutions_are_not(texts):
    whole = squeezed("".join(texts))
    for stem in SOME:
        hints = [squeezed(plain(exercise.hint)) for exercise in exercises(stem)]
        solutions = [squeezed(plain(exercise.solution)) for exercise in exercises(stem)]
        assert sum(len(hint) > 11 and hint in whole for hint in hints) > 3
        assert not [one for one in solutions if len(one) > 11 and one in whole]


def plain(markdown):
    """The longest run of words of a text that is neither formula nor code."""
    return max(markdown.split("```")[0].replace("$", "`").split("`")[::2], key=len)


def squeezed(text):
    """Its letters: spaces and quotes are set otherwise on paper."""
    return "".join(letter for letter in text if letter.isalpha())


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The ePub of the whole book, which EPUBCheck has accepted: `write` asks it, and says 1 where it refuses."""
    assert shutil.which("java"), "the test needs Java: .ci/run installs it"
    folder = tmp_path_factory.mktemp("epub")
    assert epub.write(ROOT, SITE, (), folder) == 0
    return folder / "miniatures.epub"


def test_what_epubcheck_refuses_is_said(tmp_path, capsys):
    whole = epub.contents(ROOT, SITE, paper.leaves(ROOT, SITE, (FOUND[0].stem,)))
    broken = {name: content.replace(b"<h1>", b"<h1><script>1</script>") for name, content in whole.items()}
    epub.pack(tmp_path / "broken.epub", broken, (2026, 1, 1, 0, 0, 0))
    assert epub.accepted(tmp_path / "broken.epub") == 1
    told = capsys.readouterr()
    assert "ERROR" in told.err
    assert "EPUBCheck refuses it" in told.out


def contents(book):
    with zipfile.ZipFile(book) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_epub_has_each_view_of_each_chapter(book):
    files = contents(book)
    for chapter in FOUND:
        tree = etree.fromstring(files[f"EPUB/text/{paper.slug(chapter.docname)}.xhtml"])
        figures = list(tree.iter(f"{XHTML}figure"))
        shown = [" ".join("".join(one.find(f".//{XHTML}figcaption").itertext()).split()) for one in figures]
        assert shown == views(chapter.docname)
        assert shown
        for figure in figures:
            source = figure.find(f".//{XHTML}img").get("src")
            assert f"EPUB/{source.removeprefix('../')}" in files
    assert not [name for name, content in files.items() if name.endswith("xhtml") and b"<script" in content]


def test_each_formula_of_the_site_is_mathml_in_the_epub(book):
    files = contents(book)
    for chapter in FOUND:
        built = (SITE / f"{chapter.docname}.html").read_text("utf8").partition("<article")[2].partition("</article>")[0]
        wanted = unescape(built).count('<span class="katex-mathml">')
        hidden = built.count('class="m-spec"')
        tree = etree.fromstring(files[f"EPUB/text/{paper.slug(chapter.docname)}.xhtml"])
        assert hidden
        assert len(list(tree.iter("{http://www.w3.org/1998/Math/MathML}math"))) == wanted


def test_the_same_site_gives_the_same_epub(book, tmp_path):
    stem = FOUND[0].stem
    made = [epub.contents(ROOT, SITE, paper.leaves(ROOT, SITE, (stem,))) for _ in range(2)]
    assert made[0] == made[1]
