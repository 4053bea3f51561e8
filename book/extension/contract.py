"""The chapter contract: each rule reads a page and says what to do where it is not kept.

A rule takes a `Page` and yields messages; none means that the rule is kept. RULES lists them in
the order of chapters/contributing/chapter.md. `tests/test_contract.py` applies each rule to each
chapter, and breaks a copy of a page to see each rule fail.
"""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from miniatures.claims import VERDICTS
from miniatures.exercises import exercises
from miniatures_book import chapters, teaching, words

SECTIONS = (
    "The story",
    "Build it",
    "Does it hold?",
    "Where the story is too simple",
    "Exercises",
    "Notation",
    "Further reading",
)
KEYS = ("title", "part", "stem", "minutes", "prerequisites", "objectives", "article", "paper", "jupytext", "kernelspec")
CELL_LINES = 15
SLIDE_WORDS = 60
FENCE = re.compile(r"^(`{3,}|:{3,})\{([\w-]+)\} *([^\n]*)\n(.*?)^\1 *$", re.M | re.S)


@dataclass(frozen=True)
class Page:
    """A chapter's page: the book's root, its path without ending, its text."""

    root: Path
    docname: str
    text: str

    @classmethod
    def of(cls, root: Path, docname: str) -> "Page":
        return cls(root, docname, (root / f"{docname}.md").read_text("utf8"))

    @property
    def matter(self) -> dict:
        return chapters.front_matter(self.text)

    @property
    def stem(self) -> str:
        return self.docname.rpartition("/")[2]

    @property
    def body(self) -> str:
        return chapters.FRONT_MATTER.sub("", self.text)

    @property
    def prose(self) -> str:
        """The body without its fenced blocks and the marks of slides."""
        return FENCE.sub("", re.sub(rf"^{chapters.SLIDE} *\n", "", self.body, flags=re.M))

    @cached_property
    def directives(self) -> list[tuple[str, str, str]]:
        """(name, argument, content) of each directive, in order."""
        return [(found[2], found[3].strip(), found[4]) for found in FENCE.finditer(self.body)]

    @property
    def cells(self) -> list[str]:
        """The source of each code cell, without its options."""
        return [
            re.sub(r"\A(?::[\w-]+:[^\n]*\n|---\n.*?\n---\n)+", "", content, flags=re.S)
            for name, _, content in self.directives
            if name == "code-cell"
        ]

    def section(self, title: str) -> str:
        """The text below a heading of level 2, up to the next."""
        found = re.search(rf"^## {re.escape(title)} *\n(.*?)(?=^## |\Z)", self.body, re.M | re.S)
        return found[1] if found else ""

    @property
    def claims(self) -> dict[str, dict]:
        return {name: claim for name, claim in chapters.claims(self.root).items() if name.startswith(f"{self.stem}.")}

    @property
    def bibliography(self) -> set[str]:
        return set(re.findall(r"^@\w+\{([^,\s]+),", (self.root / "chapters/references.bib").read_text("utf8"), re.M))


def front_matter(page):
    matter = page.matter
    for key in KEYS:
        if key not in matter:
            yield f"front matter has no {key!r}: add it (see chapters/contributing/chapter.md)"
    if matter.get("stem") != page.stem:
        yield f"stem: {matter.get('stem')!r} must be the file's name, {page.stem!r}"
    if matter.get("part") != Path(page.docname).parent.name or matter.get("part") not in chapters.PARTS:
        yield f"part: {matter.get('part')!r} must be the page's folder, one of {', '.join(chapters.PARTS)}"
    if not (isinstance(matter.get("minutes"), int) and 5 <= matter["minutes"] <= 90):
        yield f"minutes: {matter.get('minutes')!r} must be a whole number from 5 to 90"
    if not (isinstance(matter.get("objectives"), list) and matter["objectives"]):
        yield "objectives: list what the reader can do afterwards, a line each"
    heading = re.search(r"^# (.+)$", page.body, re.M)
    if not heading or heading[1].strip() != matter.get("title"):
        yield f"title: {matter.get('title')!r} must equal the page's heading, {heading and heading[1]!r}"


def prerequisites(page):
    known = {chapter.stem for chapter in chapters.chapters(page.root)} - {page.stem}
    for stem in page.matter.get("prerequisites") or []:
        if stem not in known:
            yield f"prerequisites: {stem!r} is not another chapter: one of {', '.join(sorted(known)) or 'none yet'}"
        elif (
            isinstance(page.matter["prerequisites"], dict) and not str(page.matter["prerequisites"][stem] or "").strip()
        ):
            yield f"prerequisites: say what of {stem!r} this chapter uses, '{stem}: the idea'"


def sources(page):
    for key in ("article", "paper"):
        if page.matter.get(key) not in page.bibliography:
            yield f"{key}: {page.matter.get(key)!r} is not in chapters/references.bib: add the entry"
        elif page.matter[key] not in page.section("The story") + page.section("Further reading"):
            yield f"{key}: cite {page.matter[key]!r} in The story or in Further reading"


def touch_first(page):
    opening = page.body.partition("\n## ")[0]
    before, cell, _ = opening.partition("```{code-cell}")
    prose = re.sub(r"^#.*$", "", before, flags=re.M).strip()
    if not cell or "explore(" not in (page.cells or [""])[0]:
        yield "the first cell must be an explorable view: explore(...), right below the title and one sentence"
    if "\n\n" in prose or not prose or len(prose.split()) > 60:
        yield f"between title and first view stands one sentence of the story (at most 60 words), not {len(prose.split())} words"


def sections(page):
    found = tuple(re.findall(r"^## (.+?) *$", page.body, re.M))
    if found != SECTIONS:
        yield f"the sections must be {', '.join(SECTIONS)}, in this order; found {', '.join(found)}"


def objectives_and_notation(page):
    names = [name for name, _, _ in page.directives]
    if names.count("objectives") != 1:
        yield "print the objectives once, with the directive {objectives} after the first view"
    if "```{notation}" not in page.section("Notation"):
        yield "print the notation with the directive {notation} in the section Notation"
    symbols = [symbol for symbol, _ in chapters.legend(page.root, page.stem)]
    if not symbols:
        yield f"code/miniatures/{page.stem}.py has no legend: write 'symbol  meaning, unit' lines in its docstring"
    for symbol in {s for s in symbols if symbols.count(s) > 1}:
        yield f"the legend explains {symbol!r} twice"


def claims_listed(page):
    if "```{claims}" not in page.section("The story"):
        yield "list the claims with the directive {claims} in The story"
    numbers = [chapters.number(name) for name in page.claims]
    if numbers != [f"C{i}" for i in range(1, len(numbers) + 1)] or not numbers:
        yield f"claims in chapters/claims.yml must be {page.stem}.C1, C2 … without gaps, at least one; found {', '.join(numbers) or 'none'}"
    for name, claim in page.claims.items():
        for key in ("said", "figure", "source"):
            if not str(claim.get(key) or "").strip():
                yield f"{name} has no {key!r} in chapters/claims.yml"
        if claim.get("source") not in page.bibliography:
            yield f"{name}: source {claim.get('source')!r} is not in chapters/references.bib"


def claims_recorded(page):
    calls = [
        node
        for cell in page.cells
        for node in ast.walk(_parsed(cell))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "claims.record"
    ]
    names = [call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)]
    for name in page.claims:
        if names.count(name) != 1:
            yield f"{name} must be recorded once with claims.record({name!r}, …); found {names.count(name)} times"
    for name in set(names) - set(page.claims):
        yield f"{name} is recorded but not listed in chapters/claims.yml"
    for call in calls:
        given = {word.arg: word.value for word in call.keywords}
        verdict = given.get("verdict")
        if isinstance(verdict, ast.Constant) and verdict.value not in VERDICTS:
            yield f"verdict {verdict.value!r} must be one of {', '.join(VERDICTS)}"
        if isinstance(given.get("measured"), ast.Constant) and getattr(verdict, "value", "") != "cannot be tested here":
            yield f"line {ast.unparse(call.args[0])}: 'measured' is typed, not computed: write it with values of the run in braces"


def source_shown(page):
    module = page.root / "code" / "miniatures" / f"{page.stem}.py"
    names = {
        node.name
        for node in chapters.parsed(module.read_text("utf8")).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    shown = [found for name, argument, content in page.directives if name == "literalinclude" and argument.endswith(f"/{page.stem}.py")
             for found in re.findall(r":pyobject: *(\w+)", content)]  # fmt: skip
    if not set(shown) & names or not re.search(r"\{literalinclude\}", page.section("Build it")):
        yield f"Build it must show the tested source: literalinclude ../../code/miniatures/{page.stem}.py with :pyobject:"
    for name in set(shown) - names:
        yield f"literalinclude shows {name!r}, which code/miniatures/{page.stem}.py does not define"


def cells_short(page):
    for number, cell in enumerate(page.cells, 1):
        lines = len(cell.strip().splitlines())
        if lines > CELL_LINES:
            yield f"cell {number} has {lines} lines, {CELL_LINES} are allowed: move the work into code/miniatures/{page.stem}.py"
        for node in ast.walk(_parsed(cell)):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.While, ast.Try)):
                yield f"cell {number} holds an algorithm ({type(node).__name__}): move it into code/miniatures/{page.stem}.py, with a test"


def views_enough(page):
    calls = sum(cell.count("explore(") for cell in page.cells)
    if calls < 2:
        yield f"a chapter has two explorable views or more, this one has {calls}"
    for number, cell in enumerate(page.cells, 1):
        if re.search(r"\b(plt|pyplot|matplotlib|plotly)\b", cell):
            yield f"cell {number} draws by itself: write a view in code/miniatures/figures/{page.stem}.py, which carries its description"


def bold_terms(page):
    prose = page.prose
    prose = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|(?<!\})`[^`\n]*`", " ", prose, flags=re.S)
    known = {term.lower() for term in words.glossary(page.root)}
    for found in re.finditer(r"\*\*(.+?)\*\*", prose, re.S):
        before, bold = prose[: found.start()], " ".join(found[1].split())
        line = before.rpartition("\n")[2]
        opens = re.fullmatch(r"\s*(?:[-*+:]|\d+\.)?\s*", line) and (
            line.strip() or re.search(r"(?:\A|\n[ \t]*\n)[ \t]*\Z", before)
        )
        heading = opens and re.search(r"[.:?!][\"”’']*$", bold)
        result = line.lstrip().startswith("|") and not re.search(r"[^\W\d_]{2}", bold)  # the best number of a table
        term = re.sub(r"\{term\}`(?:[^`<]*<)?([^`>]+)>?`", r"\1", bold).strip().lower()
        if not (heading or result or re.fullmatch(r"C\d+", bold) or term in known):
            yield (
                f"bold {bold!r} is neither a run-in heading (at the start of a paragraph, its full stop within the bold) "
                "nor a term of chapters/glossary.md: add the term, or write it in *italics*"
            )


def prose_numbers(page):
    prose = page.prose
    prose = re.sub(
        r"\$\$.*?\$\$(?: *\([\w:-]+\))?|\$[^$\n]+(?:\n[^$\n]+)*?\$|\{glue:\w+\}`[^`]*`|`[^`]*`|\]\([^)]*\)",
        " ",
        prose,
        flags=re.S,
    )
    for paragraph in re.split(r"\n\s*\n", prose):
        cited = re.search(r"\{cite", paragraph)
        for found in re.findall(r"(?<![\w.])\d+[.,]\d+(?![\w.]*\d)|\d+ ?%|± ?\d+", paragraph):
            if not cited:
                yield f"the number {found!r} is neither glued from the run nor cited in its paragraph: “{' '.join(paragraph.split())[:90]}…”"


def exercises_asked(page):
    asked = [argument for name, argument, _ in page.directives if name == "exercise"]
    declared = [exercise.id for exercise in exercises(page.stem)]
    if declared != [f"{page.stem}-{i}" for i in range(1, len(declared) + 1)] or len(declared) < 3:
        yield f"exercises must be {page.stem}-1, -2, -3 … without gaps, three or more; found {', '.join(declared)}"
    if asked != declared:
        yield f"the page must ask each declared exercise once, in order: {', '.join(declared)}; it asks {', '.join(asked) or 'none'}"
    inside = re.findall(r"\{exercise\} *(\S+)", page.section("Exercises"))
    if inside != asked:
        yield "exercises belong in the section Exercises"
    for exercise in exercises(page.stem):
        if not exercise.mistakes:
            yield f"{exercise.id} knows no typical mistake: add one, with the value it produces and the sentence that explains it"
        if not exercise.hint.strip() or not exercise.solution.strip():
            yield f"{exercise.id} needs a hint and a solution"


def code_exercise(page):
    declared = exercises(page.stem)
    if not any(exercise.kind == "code" and exercise.mistakes for exercise in declared):
        yield (
            f"a chapter lets its reader write a function: add a Code exercise with a typical mistake to code/miniatures/exercises/{page.stem}.py, "
            f"and ```{{exercise}} {page.stem}-{len(declared) + 1} to the page"
        )
    asked = [argument for name, argument, _ in page.directives if name == "exercise"]
    for exercise in declared:
        if exercise.kind == "code" and exercise.id not in asked:
            yield f"the page does not ask {exercise.id}, in which the reader writes a function: add ```{{exercise}} {exercise.id}"


def further_reading(page):
    if not re.search(r"\{cite", page.section("Further reading")):
        yield "Further reading cites at least one work of chapters/references.bib"


def images_described(page):
    for said, target in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", page.body):
        if len(said.split()) < 3 or target in said:
            yield f"the picture {target} needs a sentence that says what it shows"


def slides_marked(page):
    marks = list(re.finditer(r"^%.*$", page.body, re.M))
    for found in marks:
        before, block = (
            page.body[: found.start()],
            re.match(r"\n(?!\n).*?(?=\n\s*\n|\Z)", page.body[found.end() :], re.S),
        )
        if found[0].rstrip() != chapters.SLIDE:
            yield f"{found[0]!r} is no mark: write '{chapters.SLIDE}' on a line of its own before the block"
        elif not block or not before.endswith("\n\n"):
            yield f"'{chapters.SLIDE}' stands between an empty line and the block that it marks"
        elif not re.match(r"\n(`{3}|:{3}|\$\$)", block[0]):
            words = len(re.sub(r"\$[^$]+\$|\{[\w:]+\}`[^`]*`", "x", block[0]).split())
            if words > SLIDE_WORDS:
                yield f"a slide has {SLIDE_WORDS} words at most; the marked “{' '.join(block[0].split())[:60]}…” has {words}"
    if len(marks) < 2:
        yield f"mark what carries the lesson as slides, '{chapters.SLIDE}' before each block: two or more, found {len(marks)}"


def teaching_file(page):
    yield from teaching.problems(page.root, page.docname, page.text)


RULES = (front_matter, prerequisites, sources, touch_first, sections, objectives_and_notation, claims_listed, claims_recorded,
         source_shown, cells_short, views_enough, bold_terms, prose_numbers, exercises_asked, code_exercise, further_reading, images_described, teaching_file, slides_marked)  # fmt: skip


def _parsed(cell: str) -> ast.Module:
    return ast.parse(re.sub(r"^\s*[%!].*$", "", cell, flags=re.M))


def shown_by(page: Page) -> list:
    """What the page's cells show, run here one after another: views, explorers, claim records."""
    space: dict = {"__name__": "__page__"}
    values = []
    for cell in page.cells:
        tree = _parsed(cell)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"<{page.docname}>", "exec"), space)
        if last is not None:
            values.append(eval(compile(ast.Expression(last.value), f"<{page.docname}>", "eval"), space))
    return values
