"""Every chapter keeps the contract, and every rule of the contract can fail."""

from pathlib import Path

import pytest
from miniatures_book import chapters, contract
from miniatures_book.contract import RULES, Page

ROOT = Path(__file__).parents[1]
CHAPTERS = {chapter.stem: chapter.docname for chapter in chapters.chapters(ROOT)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("stem", CHAPTERS)
def test_chapter_keeps(stem, rule):
    complaints = list(rule(Page.of(ROOT, CHAPTERS[stem])))
    assert not complaints, f"\n{CHAPTERS[stem]}.md: " + "\n".join(complaints)


# Each rule, what breaks it (old text, new text), and a word of the message that must come.
BREAKS = [
    ("front_matter", "minutes: ", "hours: ", "'minutes'"),
    ("front_matter", "\n# ", "\n# Not ", "heading"),
    ("front_matter", "\npart: ", "\npart: un", "folder"),
    ("prerequisites", "prerequisites: []", "prerequisites: [no_such_chapter]", "no_such_chapter"),
    ("prerequisites", "prerequisites: []", "prerequisites:\n  fixmatch:", "say what of 'fixmatch'"),
    ("sources", "\narticle: ", "\narticle: un", "references.bib"),
    ("touch_first", "explore(", "print(", "first cell"),
    ("touch_first", "\n```{code-cell}", "\nA second paragraph.\n\n```{code-cell}", "one sentence"),
    ("sections", "## Does it hold?", "## Does it?", "sections"),
    ("objectives_and_notation", "{objectives}", "{note}", "objectives"),
    ("objectives_and_notation", "{notation}", "{note}", "notation"),
    ("claims_listed", "```{claims}", "```{note}", "{claims}"),
    ("claims_recorded", "claims.record(", "print(", "recorded"),
    ("claims_recorded", "measured=f", "measured=", "typed"),
    ("source_shown", ":pyobject: ", ":lines: ", "literalinclude"),
    ("source_shown", ":pyobject: ", ":pyobject: un", "does not define"),
    ("cells_short", "from miniatures.explore import", "\n" * 2 + "x = 1\n" * 16 + "from miniatures.explore import", "lines"),
    ("cells_short", "from miniatures.explore import", "def f():\n    return 1\nfrom miniatures.explore import", "algorithm"),
    ("views_enough", "explore(", "dict(", "explorable views"),
    ("views_enough", "from miniatures.explore import", "import matplotlib.pyplot as plt\nfrom miniatures.explore import", "draws by itself"),
    ("prose_numbers", "## Does it hold?\n", "## Does it hold?\n\nIt is 12.7 times better.\n", "12.7"),
    ("bold_terms", "## Does it hold?\n", "## Does it hold?\n\nThe **rule of thumb** is old.\n", "'rule of thumb'"),
    ("bold_terms", "## Does it hold?\n", "## Does it hold?\n\nSay it. **It holds.** So it is.\n", "'It holds.'"),
    ("bold_terms", "## Does it hold?\n", "## Does it hold?\n\n**A start** that goes on.\n", "'A start'"),
    ("exercises_asked", "```{exercise} gaussian_window-1", "```{note} gaussian_window-1", "each declared exercise"),
    ("code_exercise", "```{exercise} gaussian_window-10", "```{note} gaussian_window-10", "the page does not ask gaussian_window-10"),
    ("further_reading", "## Further reading\n", "## Further reading\n\nNone.\n\n## Rest\n", "cites"),
    ("slides_marked", "% slide\n", "", "found 0"),
    ("slides_marked", "% slide\n", "% slides\n", "is no mark"),
    ("slides_marked", "\n% slide\n", "% slide\n\n", "between an empty line"),
    ("slides_marked", "and the bound is attained", "and " + 60 * "so " + "the bound is attained", "60 words at most"),
    ("teaching_file", "### Solve for x", "### Solve it", "'Solve for x' is no heading"),
    ("images_described", "## Does it hold?\n", "## Does it hold?\n\n![](x.png)\n", "x.png"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "word"), BREAKS, ids=[f"{name}-{word}" for name, _, _, word in BREAKS])
def test_rule_can_fail(name, old, new, word):
    page = Page.of(ROOT, CHAPTERS["gaussian_window"])
    assert old in page.text, f"the break of {name} no longer fits the page: {old!r} is not in it"
    rule = getattr(contract, name)
    broken = Page(page.root, page.docname, page.text.replace(old, new))
    assert not list(rule(page))
    assert any(word in message for message in rule(broken)), list(rule(broken))


@pytest.mark.parametrize(
    "text",
    ["**By hand.** One.", "- **Why?** So.", "- **C3** Said.", "1. **Two:** three.", 'a **window** of pixels', "| 4000 | **4.26 ± 0.05** |",
     '**"With their thoughts."** No.', "the {term}`Window` of a **{term}`windows <window>`**", "`**kwargs` and `**others`", "a $x^{**}$ and $y^{**}$"],
)  # fmt: skip
def test_bold_that_may_stand(text):
    page = Page.of(ROOT, CHAPTERS["gaussian_window"])
    assert not list(contract.bold_terms(Page(page.root, page.docname, f"{page.text}\n\n{text}\n")))


def test_a_chapter_without_a_code_exercise_is_told(monkeypatch):
    page = Page.of(ROOT, CHAPTERS["gaussian_window"])
    plain = tuple(exercise for exercise in contract.exercises(page.stem) if exercise.kind != "code")
    monkeypatch.setattr(contract, "exercises", lambda stem: plain)
    (message,) = contract.code_exercise(page)
    assert "add a Code exercise with a typical mistake to code/miniatures/exercises/gaussian_window.py" in message


def test_every_rule_is_broken_once():
    assert {rule.__name__ for rule in RULES} == {name for name, *_ in BREAKS}
