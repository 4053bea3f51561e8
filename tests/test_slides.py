"""What of a page becomes a slide, and in what words."""

import pytest
from docutils import nodes
from miniatures_book import slides
from miniatures_book.directives import exercise_node


def text(words):
    return nodes.Text(words)


LONG = text("It is the first of many sentences. " * 6)


@pytest.mark.parametrize(
    ("parts", "lead"),
    [
        ([text("One. Two is here:")], "One. Two is here:"),
        ([LONG, text("Now turn the sign of the formula over and see:")], "Now turn the sign of the formula over and see:"),
        ([LONG, text("It is not. Move it:")], "It is the first of many sentences. It is not. Move it:"),
        ([LONG, text("Take "), nodes.math("", "x"), text(" and move it here and there and back.")], "Take x and move it here and there and back."),
        ([LONG, text("Is it "), nodes.emphasis("", "so"), text("? Look at all that is drawn here, "), nodes.math("", "y"), text(":")], "Look at all that is drawn here, y:"),
        ([LONG, text("It is 3.5 px. Then “it is so.” It ends with as many words more here.")], "It ends with as many words more here."),
        ([LONG, nodes.emphasis("", "Two"), text(" more than we had here before ends.")], "Two more than we had here before ends."),
    ],
)  # fmt: skip
def test_what_leads_to_a_view(parts, lead):
    (paragraph,) = slides.lead_in(nodes.paragraph("", "", *parts))
    assert paragraph.astext() == lead


def test_the_rest_of_a_sentence_leads_to_nothing():
    assert slides.lead_in(nodes.paragraph("", "", text("which is a sum."))) == []


def section(title, *content):
    return nodes.section("", nodes.title("", title), *content)


def run_in(heading):
    return nodes.paragraph("", "", text(""), nodes.strong("", heading), text(" And more."))


def test_headings_within_a_section_are_listed_in_order_without_its_own():
    items = nodes.bullet_list(
        "", nodes.list_item("", run_in("Two.")), nodes.list_item("", nodes.paragraph("", "plain"))
    )
    inner = section("Three", run_in("Four."))
    bold = nodes.paragraph("", "", text("It is "), nodes.strong("", "bold"), text("."))
    found = slides.headings(section("Own", run_in("One."), items, bold, inner))
    assert [one.astext() for one in found] == ["One.", "Two.", "Three", "Four."]


def page(*sections):
    return nodes.document(
        None, None, "", nodes.section("", nodes.title("", "Title"), nodes.paragraph("", "A sentence."), *sections)
    )


ROWS = [{"number": f"C{n}", "said": "word " * 60, "measured": "3", "verdict": "holds"} for n in (1, 2, 3)]


def kinds(deck):
    return [slide["kind"] for slide in deck.slides]


def test_marked_blocks_that_follow_one_another_share_a_slide():
    mark, block = (lambda: nodes.comment("", "slide")), (lambda words: nodes.paragraph("", words))
    build = section("Build it", mark(), block("a"), mark(), block("b"), block("c"), mark(), block("d"), nodes.comment("", "other"), block("e"))  # fmt: skip
    deck = slides.Deck(page(build), "Numbers", ROWS)
    shown = [[child.astext() for child in slide.children[1:]] for slide in deck.slides[1:]]
    assert shown == [["a", "b"], ["d"]]
    assert [slide[0].astext() for slide in deck.slides] == ["Title", "Build it", "Build it"]


def test_each_exercise_has_a_slide_of_its_own():
    asked = [part for name in ("one", "two") for part in (nodes.comment("", "slide"), exercise_node("", nodes.paragraph("", name)))]  # fmt: skip
    deck = slides.Deck(page(section("Exercises", *asked)), "Numbers", ROWS)
    assert [slide[1].astext() for slide in deck.slides[1:]] == ["one", "two"]


def test_claims_take_as_many_slides_as_their_words_need_and_verdicts_come_last():
    story = section("The story", nodes.container("", classes=["m-claims"]))
    holds = section("Does it hold?", nodes.paragraph("", "x"), section("More", nodes.comment("", "slide"), nodes.paragraph("", "y")))  # fmt: skip
    deck = slides.Deck(page(story, holds), "Numbers", ROWS)
    assert kinds(deck) == ["title", "claims", "claims", "text", "verdicts", "verdicts"]
    assert "m-verdict" not in deck.slides[1].astext()
    assert "C3" in deck.slides[2].astext()
    assert "holds" in deck.slides[-1].astext()


@pytest.mark.parametrize(
    ("given", "led"),
    [
        ("../learning/fixmatch.html#x", "../chapters/learning/fixmatch.html#x"),
        ("#equation-one", "../chapters/numbers/one.html#equation-one"),
        ("../references.html#id3", "../chapters/references.html#id3"),
        ("https://doi.org/10.1/x", "https://doi.org/10.1/x"),
    ],
)
def test_links_lead_from_the_slides_to_where_they_led_from_the_page(given, led):
    whole = nodes.container("", nodes.paragraph("", "", nodes.reference("", "there", refuri=given)))
    slides.moved(whole, "chapters/numbers/one", "slides/one.html")
    assert whole[0][0]["refuri"] == led


def test_a_link_within_the_page_leads_to_the_page():
    whole = nodes.container("", nodes.paragraph("", "", nodes.reference("", "there", refid="here")))
    slides.moved(whole, "chapters/numbers/one", "slides/one.html")
    assert whole[0][0]["refuri"] == "../chapters/numbers/one.html#here"
