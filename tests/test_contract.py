"""Every chapter keeps the contract, and every rule of the contract can fail."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import told
from miniatures_book import chapters, contract
from miniatures_book.contract import RULES, Page

ROOT = Path(__file__).parents[1]
CHAPTERS = {chapter.stem: chapter.docname for chapter in chapters.chapters(ROOT)}
STEM = "gaussian_window"
PAGE = f"{CHAPTERS[STEM]}.md"
MODULE = f"code/miniatures/{STEM}.py"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("stem", CHAPTERS)
def test_chapter_keeps(stem, rule):
    complaints = list(rule(Page.of(ROOT, CHAPTERS[stem])))
    assert not complaints, "\n" + "\n".join(complaints)


# Each rule, what breaks it in a file (old text, new text), a word of the message that must come, and what stands in the
# line that it names.
BREAKS = [
    ("front_matter", PAGE, "minutes: ", "hours: ", "'minutes'", "---"),
    ("front_matter", PAGE, "\n# ", "\n# Not ", "heading", "title: "),
    ("front_matter", PAGE, "\npart: ", "\npart: un", "folder", "part: un"),
    ("front_matter", PAGE, "\nstem: ", "\nstem: un", "the file's name", "stem: un"),
    ("front_matter", PAGE, "\nminutes: ", "\nminutes: 1", "from 5 to 90", "minutes: 1"),
    ("front_matter", PAGE, "\nobjectives:\n", "\nobjectives: []\nothers:\n", "there are none", "objectives: []"),
    ("prerequisites", PAGE, "prerequisites: []", "prerequisites: [no_such_chapter]", "no_such_chapter", "[no_such"),
    ("prerequisites", PAGE, "prerequisites: []", "prerequisites:\n  fixmatch:", "what of 'fixmatch'", "  fixmatch:"),
    ("sources", PAGE, "\narticle: ", "\narticle: un", "references.bib", "article: un"),
    ("sources", PAGE, "`getreuer2013survey`", "`palacio2013window`", "cited neither", "paper: "),
    ("touch_first", PAGE, "explore(", "print(", "first cell", "```{code-cell}"),
    ("touch_first", PAGE, "\n```{code-cell}", "\nA second paragraph.\n\n```{code-cell}", "2 paragraphs", "# How"),
    ("sections", PAGE, "## Does it hold?", "## Does it?", "the sections are", "## Does it?"),
    ("sections", PAGE, "## Further reading", "### Further reading", "the sections are", "## Notation"),
    ("objectives_and_notation", PAGE, "{objectives}", "{note}", "{objectives} stands 0 times", "---"),
    ("objectives_and_notation", PAGE, "{objectives}\n```", "{objectives}\n```\n\n```{objectives}\n```", "stands 2 times", "```{objectives}"),
    ("objectives_and_notation", PAGE, "{notation}", "{note}", "notation", "## Notation"),
    ("objectives_and_notation", MODULE, '"""Gaussian', '"""Short."""\nREST = """Gaussian', "no legend", '"""'),
    ("objectives_and_notation", MODULE, "w           size", "G           size", "explains 'G' twice", "G           size"),
    ("claims_listed", PAGE, "```{claims}", "```{note}", "does not list the claims", "## The story"),
    ("claims_listed", chapters.CLAIMS, f"{STEM}.C2:", f"{STEM}.C9:", f"the claims of {STEM} are C1, C9", f"{STEM}.C1:"),
    ("claims_listed", chapters.CLAIMS, "  figure: the formula, printed with a plus sign\n", "", f"{STEM}.C1 has no 'figure'", f"{STEM}.C1:"),
    ("claims_listed", chapters.CLAIMS, "source: palacio2013window", "source: palacio", "'palacio' is not in", "source: palacio"),
    ("claims_recorded", PAGE, "claims.record(", "print(", "recorded", "## Does it hold?"),
    ("claims_recorded", chapters.CLAIMS, f"{STEM}.C1:", f"{STEM}.C9:", f"{STEM}.C1 is recorded but not listed", "claims.record("),
    ("claims_recorded", PAGE, "measured=f", "measured=", "typed", "claims.record("),
    ("claims_recorded", PAGE, 'verdict="', 'verdict="un', "no verdict", "claims.record("),
    ("source_shown", PAGE, ":pyobject: ", ":lines: ", "does not show the tested source", "## Build it"),
    ("source_shown", PAGE, ":pyobject: ", ":pyobject: un", "does not define", "```{literalinclude}"),
    ("cells_short", PAGE, "from miniatures.explore import", "\n" * 2 + "x = 1\n" * 16 + "from miniatures.explore import", "lines", ""),
    ("cells_short", PAGE, "from miniatures.explore import", "x = 1\ndef f():\n    return 1\nfrom miniatures.explore import", "algorithm", "def f():"),
    ("views_enough", PAGE, "explore(", "dict(", "explorable views", "```{code-cell}"),
    ("computes_alone", MODULE, "\nimport numpy as np\n", "\nimport numpy as np\nimport plotly.graph_objects as go\n", "imports what draws", "import plotly"),
    ("computes_alone", MODULE, "\nimport numpy as np\n", "\nimport numpy as np\nfrom miniatures import checks, draw\n", "imports what draws", "checks, draw"),
    ("views_enough", PAGE, "from miniatures.explore import", "x = 1\nimport matplotlib.pyplot as plt\nfrom miniatures.explore import", "draws by itself", "matplotlib"),
    ("prose_numbers", PAGE, "## Does it hold?\n", "## Does it hold?\n\nSo $x$\nis 12.7 times\nbetter.\n", "12.7", "is 12.7 times"),
    ("bold_terms", PAGE, "## Does it hold?\n", "## Does it hold?\n\nIt is\nthe **rule of thumb** of old.\n", "'rule of thumb'", "the **rule of thumb**"),
    ("bold_terms", PAGE, "## Does it hold?\n", "## Does it hold?\n\nSay it. **It holds.** So it is.\n", "'It holds.'", "**It holds.**"),
    ("bold_terms", PAGE, "## Does it hold?\n", "## Does it hold?\n\n**A start** that goes on.\n", "'A start'", "**A start**"),
    ("exercises_asked", PAGE, f"```{{exercise}} {STEM}-1\n", f"```{{note}} {STEM}-1\n", "the page asks", "## Exercises"),
    ("exercises_asked", PAGE, "## Build it\n", f"## Build it\n\n```{{exercise}} {STEM}-77\n```\n", "outside the section", f"{STEM}-77"),
    ("code_exercise", PAGE, f"```{{exercise}} {STEM}-10", f"```{{note}} {STEM}-10", f"the page does not ask {STEM}-10", "## Exercises"),
    ("further_reading", PAGE, "## Further reading\n", "## Further reading\n\nNone.\n\n## Rest\n", "cites nothing", "## Further reading"),
    ("images_described", PAGE, "## Does it hold?\n", "## Does it hold?\n\n![](x.png)\n", "x.png", "![](x.png)"),
    ("slides_marked", PAGE, "% slide\n", "", "marks 0 blocks", "## Build it"),
    ("slides_marked", PAGE, "% slide\n", "% slides\n", "is no mark", "% slides"),
    ("slides_marked", PAGE, "\n% slide\n", "% slide\n\n", "between an empty line", "% slide"),
    ("slides_marked", PAGE, "and the bound is attained", "and " + 60 * "so " + "the bound is attained", "60 words at most", "% slide"),
    ("teaching_file", PAGE, "### Solve for x", "### Solve it", "'Solve for x' is no heading", "section: Solve for x"),
]  # fmt: skip

# What the exercises' declaration may lack: the rule, how the declared ones change, a word of the message, the line.
DECLARED = [
    ("exercises_asked", lambda all: all[:2], "the exercises are", "EXERCISES"),
    ("exercises_asked", lambda all: (replace(all[0], mistakes=()), *all[1:]), "no typical mistake", f"{STEM}-1"),
    ("code_exercise", lambda all: tuple(one for one in all if one.kind != "code"), "write a function", "EXERCISES"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The sources that the rules read, to be broken."""
    root = tmp_path_factory.mktemp("book")
    for name in ("chapters", "code"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copy(ROOT / "_toc.yml", root)
    return root


def broken(copy, rule, file, old, new):
    """What the rule says of the chapter with one file broken."""
    text = (copy / file).read_text("utf8")
    assert old in text, f"the break of {rule} no longer fits: {old!r} is not in {file}"
    try:
        (copy / file).write_text(text.replace(old, new), "utf8")
        page = Page.of(copy, CHAPTERS[STEM])
        return [told.read(message, copy) for message in getattr(contract, rule)(page)]
    finally:
        (copy / file).write_text(text, "utf8")


@pytest.mark.parametrize("case", BREAKS, ids=[f"{one[0]}-{one[4]}" for one in BREAKS])
def test_rule_can_fail_and_says_where_and_what_to_do(copy, case):
    rule, file, old, new, word, line = case
    said = broken(copy, rule, file, old, new)
    assert any(word in one.wrong and line in one.source for one in said), said
    assert not list(getattr(contract, rule)(Page.of(copy, CHAPTERS[STEM])))


@pytest.mark.parametrize("case", DECLARED, ids=[one[2] for one in DECLARED])
def test_a_declaration_that_lacks_something_is_told(monkeypatch, case):
    rule, changed, word, line = case
    declared = contract.exercises(STEM)
    monkeypatch.setattr(contract, "exercises", lambda stem: changed(declared))
    said = [told.read(one, ROOT) for one in getattr(contract, rule)(Page.of(ROOT, CHAPTERS[STEM]))]
    assert any(word in one.wrong and line in one.source for one in said), said


def test_no_message_of_the_contract_was_forgotten_above(copy, monkeypatch):
    heard = told.Heard(contract, monkeypatch)
    for rule, file, old, new, *_ in BREAKS:
        broken(copy, rule, file, old, new)
    declared = contract.exercises(STEM)
    for rule, changed, *_ in DECLARED:
        monkeypatch.setattr(contract, "exercises", lambda stem, changed=changed: changed(declared))
        list(getattr(contract, rule)(Page.of(ROOT, CHAPTERS[STEM])))
    assert heard.silent() == []
    assert len(told.made_in(contract)) >= 40


def test_an_exercise_asked_twice_is_told(copy):
    twice = f"```{{exercise}} {STEM}-1\n```\n\n"
    said = broken(copy, "exercises_asked", PAGE, twice, twice * 2)
    assert [Counter(one.wrong.split(", "))[f"{STEM}-2"] for one in said] == [1]


@pytest.mark.parametrize(
    "text",
    ["**By hand.** One.", "- **Why?** So.", "- **C3** Said.", "1. **Two:** three.", 'a **window** of pixels', "| 4000 | **4.26 ± 0.05** |",
     '**"With their thoughts."** No.', "the {term}`Window` of a **{term}`windows <window>`**", "`**kwargs` and `**others`", "a $x^{**}$ and $y^{**}$"],
)  # fmt: skip
def test_bold_that_may_stand(text):
    page = Page.of(ROOT, CHAPTERS["gaussian_window"])
    assert not list(contract.bold_terms(Page(page.root, page.docname, f"{page.text}\n\n{text}\n")))


def test_every_rule_is_broken_once():
    assert {rule.__name__ for rule in RULES} == {name for name, *_ in BREAKS}
