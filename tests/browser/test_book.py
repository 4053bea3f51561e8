"""The pages around the chapters, in the built HTML: map, paths, notation, glossary, index, credits, and every link of the book."""

import posixpath
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from miniatures.wording import typeset
from miniatures_book import chapters, ways, words

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
FOUND = chapters.chapters(ROOT)
PAGES = {f"{name}.html" for name in chapters.contents(ROOT)} | {"genindex.html", "search.html", "index.html"}
# No menu lists them: the front door sends on to the title page, and the search answers a form.
NOT_IN_THE_MENU = {"index.html", "search.html"}
START = "chapters/index.html"


@cache
def page(path):
    return lxml.html.fromstring((HTML / path).read_text("utf8"))


def words_of(element):
    """An element's text with the quotes of the source, without the mark that links to a heading."""
    return (
        " ".join(element.text_content().split()).removesuffix("#").replace("’", "'").replace("“", '"').replace("”", '"')
    )


def target(path, address):
    """(file below the site's root, anchor) that an address on a page means; None where it leaves the book."""
    split = urlsplit(address)
    if split.scheme or split.netloc:
        return None
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(split.path))) if split.path else path
    return file, unquote(split.fragment)


def test_the_book_has_these_pages():
    found = {str(file.relative_to(HTML)) for file in HTML.rglob("*.html")}
    assert {name for name in found if not name.startswith(("_static/", "lite/", "slides/"))} == PAGES


def test_every_page_can_be_reached_from_the_title_page_and_stands_in_the_menu():
    seen, waiting = set(), [START]
    while waiting:
        path = waiting.pop()
        if path not in seen and path in PAGES:
            seen.add(path)
            waiting += [to[0] for link in page(path).xpath("//a/@href | //form/@action") if (to := target(path, link))]
    assert seen | {"index.html"} == PAGES
    menu = page(START).xpath("//nav[contains(@class, 'bd-links')]//a/@href")
    assert {target(START, link)[0] for link in menu} == PAGES - NOT_IN_THE_MENU


@pytest.mark.parametrize("path", sorted(PAGES))
def test_no_link_within_the_book_is_dead(path):
    dead = []
    for link in page(path).xpath("//a/@href | //*[local-name()='use']/@href | //img/@src"):
        to = target(path, link)
        if to is None:
            continue
        file, anchor = to
        missing = anchor and file in PAGES and not page(file).xpath("//*[@id=$anchor or @name=$anchor]", anchor=anchor)
        if missing or not (HTML / file).is_file():
            dead.append(link)
    assert dead == []


# -- map and paths ------------------------------------------------------------------------------


def test_every_chapter_and_every_prerequisite_is_on_the_map():
    path, graph = "chapters/paths.html", ways.needs(FOUND)
    (drawn,) = page(path).xpath("//*[contains(@class, 'm-map')]/*[local-name()='svg']")
    links = {one.get("data-stem"): one for one in drawn.xpath(".//*[local-name()='a']")}
    assert list(links) == [chapter.stem for chapter in FOUND]
    for chapter in FOUND:
        assert target(path, links[chapter.stem].get("href")) == (f"{chapter.docname}.html", "")
        lines = [line.text for line in links[chapter.stem].xpath(".//*[local-name()='tspan']")]
        assert " ".join(lines) == chapter.title == links[chapter.stem].get("aria-label")
    arrows = [
        (one.get("data-from"), one.get("data-to")) for one in drawn.xpath(".//*[local-name()='path'][@data-from]")
    ]
    assert sorted(arrows) == sorted((before, stem) for stem in graph for before in graph[stem])


def test_the_list_below_the_map_says_the_same():
    graph, titles = ways.needs(FOUND), {chapter.stem: chapter.title for chapter in FOUND}
    listed = page("chapters/paths.html").xpath("//details[contains(@class, 'm-map-list')]//li")
    assert len(listed) == len(FOUND)
    for row, stem in zip(listed, graph, strict=True):
        before = [f"{titles[one]} ({why})" if why else titles[one] for one, why in graph[stem].items()]
        after = [titles[one] for one in graph if stem in graph[one]]
        said = f"{titles[stem]}; needs {', '.join(before) or 'no other chapter'}"
        assert words_of(row) == said + (f"; leads to {', '.join(after)}" if after else "")


def test_a_chapter_names_what_it_builds_on():
    graph, titles = ways.needs(FOUND), {chapter.stem: chapter.title for chapter in FOUND}
    for chapter in FOUND:
        path = f"{chapter.docname}.html"
        (byline,) = page(path).xpath("//div[contains(@class, 'm-byline')]")
        assert [words_of(link) for link in byline.xpath("./span/a")] == [
            titles[before] for before in graph[chapter.stem]
        ]


def test_each_path_is_shown_with_its_minutes():
    shown = page("chapters/paths.html").xpath("//section[contains(@class, 'm-path')]")
    made = ways.paths(ROOT)
    assert [one.get("data-path") for one in shown] == [path.name for path in made]
    for section, path in zip(shown, made, strict=True):
        assert [one.get("data-stem") for one in section.xpath(".//li")] == [step.chapter.stem for step in path.steps]
        assert words_of(section.xpath("./p")[0]).endswith(f" {len(path.steps)} chapters, {ways.hours(path.minutes)}.")
        for row, step in zip(section.xpath(".//li"), path.steps, strict=True):
            assert step.why in words_of(row)
            assert all(instead in words_of(row) for instead in step.without.values())


def test_the_title_page_says_what_each_part_teaches():
    for part, (title, blurb) in chapters.PARTS.items():
        (card,) = page(START).xpath(f"//section[@data-part='{part}']")
        members = [chapter for chapter in FOUND if chapter.part == part]
        assert words_of(card).startswith(f"{title} {blurb}")
        assert [words_of(link) for link in card.xpath(".//li/a")] == [chapter.title for chapter in members]
        for chapter in {members[0].stem: members[0], members[-1].stem: members[-1]}.values() if members else ():
            assert chapter.matter["objectives"][0] in words_of(card)
    links = {target(START, link)[0] for link in page(START).xpath("//article//a/@href") if target(START, link)}
    assert {f"chapters/{name}.html" for name in ("paths", "scoreboard", "glossary", "notation", "how-to-read")} <= links


# -- words --------------------------------------------------------------------------------------


def rows_of(table):
    """The rows of a table as lists of cells, each repeated in the rows that it spans."""
    held, rows = {}, []
    for row in table.xpath(".//tbody/tr"):
        given, cells, column = iter(row.xpath("./td | ./th")), [], 0
        while True:
            if held.get(column, (None, 0))[1] > 0:
                cell, left = held[column]
                held[column] = (cell, left - 1)
            else:
                cell = next(given, None)
                if cell is None:
                    break
                held[column] = (cell, int(cell.get("rowspan", 1)) - 1)
            cells.append(cell)
            column += 1
        rows.append(cells)
    return rows


def test_each_line_of_each_legend_is_on_the_notation_page():
    (table,) = page("chapters/notation.html").xpath("//article//table")
    shown = {}
    for symbol, meaning, users in rows_of(table):
        names = {target("chapters/notation.html", link) for link in users.xpath(".//a/@href")}
        shown.setdefault(words_of(symbol), []).append((words_of(meaning), names))
    total = 0
    for chapter in FOUND:
        own = page(f"{chapter.docname}.html")
        (section,) = own.xpath("//section[@id='notation']")
        for symbol, meaning in rows_of(section.xpath(".//table")[0]):
            here = (f"{chapter.docname}.html", "notation")
            assert any(meant == words_of(meaning) and here in users for meant, users in shown[words_of(symbol)])
            total += 1
        assert section.xpath(".//a[contains(@href, 'notation.html')]"), f"{chapter.stem} does not link to all symbols"
    assert total == sum(len(users) for lines in shown.values() for _, users in lines)
    assert total == sum(len(chapters.legend(ROOT, chapter.stem)) for chapter in FOUND)


def test_numbers_of_the_run_have_minus_signs_and_powers_of_ten():
    seen = []
    for chapter in FOUND:
        own = page(f"{chapter.docname}.html")
        said = own.xpath("//article//span[@class='pasted-text'] | //aside[contains(@class, 'm-claim')]//dd")
        plain = [words_of(one) for one in said]
        assert [one for one in plain if typeset(one) != one] == [], chapter.docname
        seen += plain
    assert any(one.startswith("\N{MINUS SIGN}") for one in seen)
    assert any("·10" in one for one in seen)


def test_each_word_of_the_glossary_says_where_it_is_used_and_the_index_leads_there():
    terms = page("chapters/glossary.html").xpath("//dl[contains(@class, 'glossary')]/dt")
    assert [words_of(term) for term in terms] == words.glossary(ROOT)
    index = {}
    for entry in page("genindex.html").xpath("//table[contains(@class, 'genindextable')]/tr/td/ul/li"):
        index[words_of(entry.xpath("./a")[0])] = {
            target("genindex.html", link) for link in entry.xpath("./ul/li/a/@href")
        }
    assert set(words.glossary(ROOT)) == set(index)
    for term in terms:
        name = words_of(term)
        used = term.getnext().xpath("./p[contains(@class, 'm-used')]//a/@href")
        assert used, (
            f"no page uses the glossary's {name!r}: drop it, or say {{term}}`{name}` where the word comes first"
        )
        assert {target("chapters/glossary.html", link) for link in used} == index[name]


def test_each_use_of_a_word_is_in_the_index():
    """A chapter that links to the glossary's word is named by the index, once."""
    for chapter in FOUND:
        path = f"{chapter.docname}.html"
        linked = {
            target(path, link)[1]
            for link in page(path).xpath("//article//a[not(ancestor::*[contains(@class, 'm-exercise')])]/@href")
            if (target(path, link) or ("",))[0] == "chapters/glossary.html"
        }
        entries = {
            target("chapters/glossary.html", term.xpath("./a[contains(@class, 'headerlink')]/@href")[0])[1]
            for term in page("chapters/glossary.html").xpath("//dl[contains(@class, 'glossary')]/dt")
            if path
            in {
                target("chapters/glossary.html", link)[0]
                for link in term.getnext().xpath("./p[contains(@class, 'm-used')]//a/@href")
            }
        }
        assert linked - {""} == entries, path


# -- credits ------------------------------------------------------------------------------------


def test_each_data_file_article_and_paper_is_credited():
    licences = page("chapters/licences.html")
    named = [words_of(heading) for heading in licences.xpath("//article//h3")]
    for file in (ROOT / "data").iterdir():
        if file.name not in ("README.md", "SHA256SUMS"):
            assert any(file.name in heading for heading in named), file.name
    table = licences.xpath("//section[@id='articles-and-papers']//table")[0]
    rows = rows_of(table)
    assert [words_of(row[0]) for row in rows] == [chapter.title for chapter in FOUND]
    for row in rows:
        for cell in row[1:]:
            (link,) = cell.xpath(".//a/@href")
            file, anchor = target("chapters/licences.html", link)
            assert file == "chapters/references.html"
            assert page(file).xpath("//*[@id=$anchor]", anchor=anchor)
