"""The built scoreboard against its sources: claims.yml, the chapters' own records, the verdicts in their pages."""

import csv
import re
from collections import Counter
from pathlib import Path

import lxml.html
import pytest
from miniatures.claims import VERDICTS
from miniatures_book import chapters, execution, scoreboard
from test_pages import HTML, LOOKS, Visit

ROOT = Path(__file__).parents[2]
PAGE = "chapters/scoreboard"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def saved():
    """The rows of the CSV beside the page."""
    with (HTML / f"{PAGE}.csv").open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


def test_the_csv_holds_every_claim_as_it_was_said_and_recorded(saved):
    said = chapters.claims(ROOT)
    stems = [chapter.stem for chapter in chapters.chapters(ROOT)]
    assert [row["claim"] for row in saved] == sorted(said, key=lambda name: stems.index(name.partition(".")[0]))
    pages = [execution.read_page(ROOT, f"{chapter.docname}.md") for chapter in chapters.chapters(ROOT)]
    runs = execution.execute(ROOT, pages, ROOT / "_build" / "executed")
    records = {record["claim"]: record for run in runs.values() for record in execution.records(run)}
    for row in saved:
        assert {key: row[key] for key in said[row["claim"]]} == {k: str(v) for k, v in said[row["claim"]].items()}
        assert {key: row[key] for key in records[row["claim"]]} == records[row["claim"]]


def test_each_link_of_the_csv_leads_to_the_verdict(saved):
    pages = {}
    for row in saved:
        page, _, anchor = row["link"].partition("#")
        if page not in pages:
            pages[page] = lxml.html.parse(str(HTML / "chapters" / page))
        (card,) = pages[page].xpath(f"//aside[@id='{anchor}']")
        assert card.get("data-verdict") == row["verdict"]
        assert row["reason"] in card.text_content()


def test_the_paragraph_and_the_table_are_recounts(saved):
    page = lxml.html.parse(str(HTML / f"{PAGE}.html"))
    (table,) = page.xpath("//table[@class='m-verdicts']")
    words = table.xpath("preceding::p[1]")[0].text_content()
    counts = Counter(row["verdict"] for row in saved)
    stems = {row["claim"].partition(".")[0] for row in saved}
    assert words.startswith(f"{len(saved)} claims of {len(stems)} chapters were examined: {counts['holds']} hold, ")
    for verdict in VERDICTS:
        said = verdict.replace("holds", "hold").replace("does", "do")
        assert re.search(rf"\b{counts[verdict]} {said}\b", words) or counts[verdict] < 2
    numbered = [row for row in saved if scoreboard.has_number(row)]
    assert f"For {len(numbered)} of them" in words
    assert f"Of the {len(saved) - len(numbered)} others" in words
    by_part = Counter((row["part"], row["verdict"]) for row in saved)
    listed = {
        line[0].text_content(): [int(cell.text_content()) for cell in line[1:]] for line in table.xpath("tbody/tr")
    }
    assert listed == {
        part: [*(by_part[part, verdict] for verdict in VERDICTS), sum(row["part"] == part for row in saved)]
        for part in dict.fromkeys(row["part"] for row in saved)
    }


def test_without_scripts_the_table_is_whole_and_the_csv_can_be_had(browser, site, saved):
    with Visit(browser, site, f"{PAGE}.html", java_script_enabled=False) as visit:
        assert visit.page.locator(".m-scoreboard tbody tr:visible").count() == len(saved)
        link = visit.page.get_by_role("link", name="All claims as CSV")
        with visit.page.expect_download() as download:
            link.click()
        assert Path(download.value.path()).read_bytes() == (HTML / f"{PAGE}.csv").read_bytes()


@pytest.mark.parametrize("look", ["light", "narrow"])
def test_the_built_table_filters_by_part_and_verdict(browser, site, saved, look):
    with Visit(browser, site, f"{PAGE}.html?part=Numbers", **LOOKS[look]) as visit:
        visit.page.get_by_label("Verdict").select_option("does not hold")
        shown = sum(row["part"] == "Numbers" and row["verdict"] == "does not hold" for row in saved)
        assert visit.page.locator(".m-scoreboard tbody tr:visible").count() == shown
        visit.page.get_by_text(f"{shown} of {len(saved)} claims").wait_for()
        assert visit.page.get_by_role("region").get_by_role("row").count() == shown + 1, (
            "a row is a row for screen readers, also as a card"
        )
        width = visit.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width[0] <= width[1]
