"""The chapter contract: each rule reads a page and says what to do where it is not kept.

A rule takes a `Page` and yields messages, `file:line: what is wrong. What to do.`; none means that the rule is kept.
RULES lists them in the order of chapters/contributing/chapter.md. `tests/test_contract.py` applies each rule to each
chapter, and breaks a copy of a page to see each rule fail.
"""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from miniatures.claims import VERDICTS
from miniatures.exercises import exercises
from miniatures.wording import plural
from miniatures_book import chapters, teaching, words
from miniatures_book.messages import line_of, told

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
BIBLIOGRAPHY = "chapters/references.bib"
GUIDE = "chapters/contributing/chapter.md"
OPTIONS = re.compile(r"\A(?::[\w-]+:[^\n]*\n|---\n.*?\n---\n)+", re.S)
FENCE = re.compile(r"^(`{3,}|:{3,})\{([\w-]+)\} *([^\n]*)\n(.*?)^\1 *$", re.M | re.S)


class Directive(NamedTuple):
    """A directive of a page: what stands in it begins below `line`."""

    name: str
    argument: str
    content: str
    line: int


class Cell(NamedTuple):
    """A code cell without its options, and the line of the page where its source begins."""

    source: str
    line: int


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
        return chapters.front_matter(self.text, f"{self.docname}.md")

    @property
    def stem(self) -> str:
        return self.docname.rpartition("/")[2]

    @property
    def module(self) -> str:
        return f"code/miniatures/{self.stem}.py"

    @property
    def views(self) -> str:
        return f"code/miniatures/figures/{self.stem}.py"

    @property
    def declared(self) -> str:
        """The file of the chapter's exercises."""
        return f"code/miniatures/exercises/{self.stem}.py"

    @property
    def body(self) -> str:
        """The text, its front matter blanked out, so that lines keep their numbers."""
        return chapters.FRONT_MATTER.sub(_blank, self.text)

    @property
    def prose(self) -> str:
        """The body without its directives and the marks of slides, its lines in their places."""
        return FENCE.sub(_blank, re.sub(rf"^{chapters.SLIDE} *$", _blank, self.body, flags=re.M))

    @cached_property
    def directives(self) -> list[Directive]:
        """Each directive, in order."""
        body = self.body
        return [
            Directive(found[2], found[3].strip(), found[4], body.count("\n", 0, found.start()) + 1)
            for found in FENCE.finditer(body)
        ]

    @property
    def cells(self) -> list[Cell]:
        """Each code cell, in order."""
        found = []
        for one in self.directives:
            if one.name == "code-cell":
                source = OPTIONS.sub("", one.content)
                above = one.content.removesuffix(source).count("\n")
                found.append(Cell(source, one.line + 1 + above))
        return found

    def section(self, title: str) -> str:
        """The text below a heading of level 2, up to the next."""
        found = re.search(rf"^## {re.escape(title)} *\n(.*?)(?=^## |\Z)", self.body, re.M | re.S)
        return found[1] if found else ""

    @property
    def claims(self) -> dict[str, dict]:
        return {name: claim for name, claim in chapters.claims(self.root).items() if name.startswith(f"{self.stem}.")}

    @property
    def bibliography(self) -> set[str]:
        return set(re.findall(r"^@\w+\{([^,\s]+),", (self.root / BIBLIOGRAPHY).read_text("utf8"), re.M))

    def told(self, *place: str | int, wrong: str, cure: str) -> str:
        """A message about this page, at a line or where the last of some patterns begins."""
        line = place[0] if place and isinstance(place[0], int) else line_of(self.text, *place)
        return told(f"{self.docname}.md", line, wrong, cure)

    def told_in(self, file: str, *patterns: str, wrong: str, cure: str) -> str:
        """A message about another file of the chapter."""
        return told(file, line_of((self.root / file).read_text("utf8"), *patterns), wrong, cure)


def _blank(found: re.Match) -> str:
    """As long as what was found, with the same lines, and nothing on them."""
    return re.sub(r"[^\n]", " ", found[0])


def heading(title: str) -> str:
    return rf"^## {re.escape(title)}"


def front_matter(page):
    matter = page.matter
    for key in KEYS:
        if key not in matter:
            yield page.told(wrong=f"the front matter has no {key!r}", cure=f"Add it, as {GUIDE} shows")
    stem, part, minutes = (matter.get(key) for key in ("stem", "part", "minutes"))
    if stem != page.stem:
        yield page.told("^stem:", wrong=f"stem: {stem!r} is not the file's name", cure=f"Write {page.stem}")
    if part != Path(page.docname).parent.name or part not in chapters.PARTS:
        cure = f"Write the folder's name, or move the page; the parts are {', '.join(chapters.PARTS)}"
        yield page.told("^part:", wrong=f"part: {part!r} is not the page's folder", cure=cure)
    if not (isinstance(minutes, int) and 5 <= minutes <= 90):
        wrong = f"minutes: {minutes!r} is no whole number from 5 to 90"
        yield page.told("^minutes:", wrong=wrong, cure="Write how long a reader takes; more than 90 are two chapters")
    if not (isinstance(matter.get("objectives"), list) and matter["objectives"]):
        cure = "List what the reader can do afterwards, a line each"
        yield page.told("^objectives:", wrong="objectives: there are none", cure=cure)
    title = re.search(r"^# (.+)$", page.body, re.M)
    if not title or title[1].strip() != matter.get("title"):
        wrong = f"title: {matter.get('title')!r} is not the page's heading, {title and title[1]!r}"
        yield page.told("^title:", wrong=wrong, cure="Make the two the same")


def prerequisites(page):
    known = {chapter.stem for chapter in chapters.chapters(page.root)} - {page.stem}
    given = page.matter.get("prerequisites") or []
    for stem in given:
        place = ("^prerequisites:", rf"\b{re.escape(str(stem))}\b")
        if stem not in known:
            wrong = f"prerequisites: {stem!r} is not another chapter"
            yield page.told(*place, wrong=wrong, cure=f"Write one of {', '.join(sorted(known)) or 'none yet'}")
        elif isinstance(given, dict) and not str(given[stem] or "").strip():
            wrong = f"prerequisites: nothing says what of {stem!r} this chapter uses"
            yield page.told(*place, wrong=wrong, cure=f"Write '{stem}: the idea'")


def sources(page):
    for key in ("article", "paper"):
        if page.matter.get(key) not in page.bibliography:
            wrong = f"{key}: {page.matter.get(key)!r} is not in {BIBLIOGRAPHY}"
            yield page.told(f"^{key}:", wrong=wrong, cure="Add the entry there, or write the key of one that is there")
        elif page.matter[key] not in page.section("The story") + page.section("Further reading"):
            wrong = f"{key}: {page.matter[key]!r} is cited neither in The story nor in Further reading"
            yield page.told(f"^{key}:", wrong=wrong, cure=f"Add {{cite:p}}`{page.matter[key]}` to one of them")


def touch_first(page):
    opening = page.body.partition("\n## ")[0]
    before, cell, _ = opening.partition("```{code-cell}")
    prose = re.sub(r"^#.*$", "", before, flags=re.M).strip()
    if not cell or "explore(" not in (page.cells or [Cell("", 1)])[0].source:
        cure = "Put explore(...) right below the title and one sentence"
        yield page.told("^```{code-cell}", wrong="the first cell is no explorable view", cure=cure)
    if "\n\n" in prose or not prose or len(prose.split()) > 60:
        wrong = f"between title and first view stand {len(prose.split())} words in {len(re.split(chr(10) * 2, prose))} paragraphs"
        yield page.told("^# ", wrong=wrong, cure="Leave one sentence of the story there, of at most 60 words")


def sections(page):
    found = tuple(re.findall(r"^## (.+?) *$", page.body, re.M))
    if found != SECTIONS:
        odd = next((one for one, right in zip_longest(found, SECTIONS) if one != right), None)
        wrong = f"the sections are {', '.join(found) or 'none'}"
        yield page.told(
            heading(odd or found[-1]) if found else "^# ",
            wrong=wrong,
            cure=f"Make them {', '.join(SECTIONS)}, in this order",
        )


def objectives_and_notation(page):
    names = [one.name for one in page.directives]
    if names.count("objectives") != 1:
        wrong = f"the directive {{objectives}} stands {names.count('objectives')} times on the page"
        yield page.told("^```{objectives}", "^```{objectives}", wrong=wrong, cure="Put it once, after the first view")
    if "```{notation}" not in page.section("Notation"):
        wrong = "the section Notation does not print the notation"
        yield page.told(heading("Notation"), wrong=wrong, cure="Put the directive {notation} there")
    symbols = [symbol for symbol, _ in chapters.legend(page.root, page.stem)]
    if not symbols:
        cure = "Write lines 'symbol  meaning, unit' in its docstring, two spaces after the symbol"
        yield page.told_in(page.module, wrong="the module has no legend", cure=cure)
    for symbol in sorted({s for s in symbols if symbols.count(s) > 1}):
        place = [rf"^{re.escape(symbol)}  "] * 2
        yield page.told_in(page.module, *place, wrong=f"the legend explains {symbol!r} twice", cure="Leave one of them")


def claims_listed(page):
    if "```{claims}" not in page.section("The story"):
        wrong, cure = "The story does not list the claims", "Put the directive {claims} there"
        yield page.told(heading("The story"), wrong=wrong, cure=cure)
    numbers = [chapters.number(name) for name in page.claims]
    if numbers != [f"C{i}" for i in range(1, len(numbers) + 1)] or not numbers:
        wrong = f"the claims of {page.stem} are {', '.join(numbers) or 'none'}"
        cure = f"Number them {page.stem}.C1, C2 … without gaps, one at least"
        yield page.told_in(chapters.CLAIMS, rf"^{page.stem}\.C", wrong=wrong, cure=cure)
    for name, claim in page.claims.items():
        place = rf"^{re.escape(name)}:"
        for key in ("said", "figure", "source"):
            if not str((claim or {}).get(key) or "").strip():
                cure = f"Add a line '{key}: …' below it"
                yield page.told_in(chapters.CLAIMS, place, wrong=f"{name} has no {key!r}", cure=cure)
        source = (claim or {}).get("source")
        if source and source not in page.bibliography:
            wrong = f"{name}: source {source!r} is not in {BIBLIOGRAPHY}"
            cure = "Add the entry there, or write the key of one that is there"
            yield page.told_in(chapters.CLAIMS, place, "source:", wrong=wrong, cure=cure)


def claims_recorded(page):
    calls = [
        (node, cell.line + node.lineno - 1)
        for cell in page.cells
        for node in ast.walk(_parsed(cell.source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "claims.record"
    ]
    lines = {call.args[0].value: line for call, line in calls if call.args and isinstance(call.args[0], ast.Constant)}
    names = [call.args[0].value for call, _ in calls if call.args and isinstance(call.args[0], ast.Constant)]
    for name in page.claims:
        if names.count(name) != 1:
            wrong, cure = f"{name} is recorded {names.count(name)} times", f"Record it once, claims.record({name!r}, …)"
            yield page.told(lines.get(name, heading("Does it hold?")), wrong=wrong, cure=cure)
    for name in sorted(set(names) - set(page.claims)):
        cure = f"Add it to {chapters.CLAIMS}, or correct the name"
        yield page.told(lines[name], wrong=f"{name} is recorded but not listed", cure=cure)
    for call, line in calls:
        given = {word.arg: word.value for word in call.keywords}
        verdict = given.get("verdict")
        if isinstance(verdict, ast.Constant) and verdict.value not in VERDICTS:
            wrong, cure = f"{verdict.value!r} is no verdict", f"Write one of {', '.join(VERDICTS)}"
            yield page.told(line, wrong=wrong, cure=cure)
        if isinstance(given.get("measured"), ast.Constant) and getattr(verdict, "value", "") != "cannot be tested here":
            wrong, cure = "'measured' is typed, not computed", "Write an f-string with values of the run in braces"
            yield page.told(line, wrong=wrong, cure=cure)


def source_shown(page):
    names = {
        node.name
        for node in chapters.parsed((page.root / page.module).read_text("utf8")).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    shown = {
        name: one.line
        for one in page.directives
        if one.name == "literalinclude" and one.argument.endswith(f"/{page.stem}.py")
        for name in re.findall(r":pyobject: *(\w+)", one.content)
    }
    if not shown.keys() & names or not re.search(r"\{literalinclude\}", page.section("Build it")):
        cure = f"Put ```{{literalinclude}} ../../{page.module} there, with :pyobject: and a name"
        yield page.told(heading("Build it"), wrong="Build it does not show the tested source", cure=cure)
    for name in sorted(shown.keys() - names):
        wrong, cure = f"{page.module} does not define {name!r}", f"Write one of {', '.join(sorted(names))}"
        yield page.told(shown[name], wrong=wrong, cure=cure)


def cells_short(page):
    for number, cell in enumerate(page.cells, 1):
        lines = len(cell.source.strip().splitlines())
        if lines > CELL_LINES:
            wrong, cure = (
                f"cell {number} has {lines} lines, {CELL_LINES} are allowed",
                f"Move the work into {page.module}",
            )
            yield page.told(cell.line, wrong=wrong, cure=cure)
        for node in ast.walk(_parsed(cell.source)):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.While, ast.Try)):
                wrong = f"cell {number} holds an algorithm, a {type(node).__name__}"
                cure = f"Move it into {page.module}, with a test"
                yield page.told(cell.line + node.lineno - 1, wrong=wrong, cure=cure)


def views_enough(page):
    calls = sum(cell.source.count("explore(") for cell in page.cells)
    if calls < 2:
        cure = f"Show two or more: write them in {page.views}"
        yield page.told("^```{code-cell}", wrong=f"the page has {plural(calls, 'explorable view')}", cure=cure)
    for number, cell in enumerate(page.cells, 1):
        if found := re.search(r"\b(plt|pyplot|matplotlib|plotly)\b", cell.source):
            line = cell.line + cell.source.count("\n", 0, found.start())
            cure = f"Write a view in {page.views}, which carries its description"
            yield page.told(line, wrong=f"cell {number} draws by itself", cure=cure)


def bold_terms(page):
    prose = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|(?<!\})`[^`\n]*`", _blank, page.prose, flags=re.S)
    known = {term.lower() for term in words.glossary(page.root)}
    for found in re.finditer(r"\*\*(.+?)\*\*", prose, re.S):
        before, bold = prose[: found.start()], " ".join(found[1].split())
        line = before.rpartition("\n")[2]
        opens = re.fullmatch(r"\s*(?:[-*+:]|\d+\.)?\s*", line) and (
            line.strip() or re.search(r"(?:\A|\n[ \t]*\n)[ \t]*\Z", before)
        )
        run_in = opens and re.search(r"[.:?!][\"”’']*$", bold)
        result = line.lstrip().startswith("|") and not re.search(r"[^\W\d_]{2}", bold)  # the best number of a table
        term = re.sub(r"\{term\}`(?:[^`<]*<)?([^`>]+)>?`", r"\1", bold).strip().lower()
        if not (run_in or result or re.fullmatch(r"C\d+", bold) or term in known):
            wrong = f"bold {bold!r} is neither a run-in heading nor a term of {words.GLOSSARY}.md"
            cure = (
                "Put a run-in heading at the start of a paragraph, its full stop within the bold; "
                "add a term to the glossary; write all else in *italics*"
            )
            yield page.told(before.count("\n") + 1, wrong=wrong, cure=cure)


def prose_numbers(page):
    prose = re.sub(
        r"\$\$.*?\$\$(?: *\([\w:-]+\))?|\$[^$\n]+(?:\n[^$\n]+)*?\$|\{glue:\w+\}`[^`]*`|`[^`]*`|\]\([^)]*\)",
        _blank,
        page.prose,
        flags=re.S,
    )
    for paragraph in re.finditer(r"(?:^.*\S.*\n?)+", prose, re.M):
        if re.search(r"\{cite", paragraph[0]):
            continue
        for found in re.finditer(r"(?<![\w.])\d+[.,]\d+(?![\w.]*\d)|\d+ ?%|± ?\d+", paragraph[0]):
            wrong = f"the number {found[0]!r} is neither glued from the run nor cited in its paragraph"
            cure = "Write {glue:text}`name`, with glue('name', value) in a cell, or cite where it comes from"
            yield page.told(prose.count("\n", 0, paragraph.start() + found.start()) + 1, wrong=wrong, cure=cure)


def exercises_asked(page):
    asked = [one for one in page.directives if one.name == "exercise"]
    names = [one.argument for one in asked]
    declared = [exercise.id for exercise in exercises(page.stem)]
    if declared != [f"{page.stem}-{i}" for i in range(1, len(declared) + 1)] or len(declared) < 3:
        wrong = f"the exercises are {', '.join(declared) or 'none'}"
        cure = f"Number them {page.stem}-1, -2, -3 … without gaps, three or more"
        yield page.told_in(page.declared, "^EXERCISES", wrong=wrong, cure=cure)
    if names != declared:
        wrong = f"the page asks {', '.join(names) or 'no exercise'}"
        yield page.told(
            heading("Exercises"), wrong=wrong, cure=f"Ask each declared one once, in order: {', '.join(declared)}"
        )
    inside = re.findall(r"\{exercise\} *(\S+)", page.section("Exercises"))
    for one in asked:
        if one.argument not in inside:
            wrong = f"{one.argument} stands outside the section Exercises"
            yield page.told(one.line, wrong=wrong, cure="Move it there")
    for exercise in exercises(page.stem):
        place = rf"[\"']{re.escape(exercise.id)}[\"']"
        if not exercise.mistakes:
            cure = "Add a Mistake, with the value that it produces and the sentence that explains it"
            yield page.told_in(page.declared, place, wrong=f"{exercise.id} knows no typical mistake", cure=cure)


def code_exercise(page):
    declared = exercises(page.stem)
    if not any(exercise.kind == "code" and exercise.mistakes for exercise in declared):
        wrong = "no exercise lets the reader write a function"
        cure = f"Add a Code exercise with a typical mistake, and ```{{exercise}} {page.stem}-{len(declared) + 1} to the page"
        yield page.told_in(page.declared, "^EXERCISES", wrong=wrong, cure=cure)
    asked = [one.argument for one in page.directives if one.name == "exercise"]
    for exercise in declared:
        if exercise.kind == "code" and exercise.id not in asked:
            wrong = f"the page does not ask {exercise.id}, in which the reader writes a function"
            yield page.told(heading("Exercises"), wrong=wrong, cure=f"Add ```{{exercise}} {exercise.id} to the section")


def further_reading(page):
    if not re.search(r"\{cite", page.section("Further reading")):
        cure = f"Cite one work at least of {BIBLIOGRAPHY}"
        yield page.told(heading("Further reading"), wrong="Further reading cites nothing", cure=cure)


def images_described(page):
    for found in re.finditer(r"!\[([^\]]*)\]\(([^)]*)\)", page.body):
        said, target = found.groups()
        if len(said.split()) < 3 or target in said:
            wrong, cure = (
                f"the picture {target} is not described",
                "Write in its brackets a sentence that says what it shows",
            )
            yield page.told(page.body.count("\n", 0, found.start()) + 1, wrong=wrong, cure=cure)


def slides_marked(page):
    marks = list(re.finditer(r"^%.*$", page.body, re.M))
    for found in marks:
        line = page.body.count("\n", 0, found.start()) + 1
        before, rest = page.body[: found.start()], page.body[found.end() :]
        block = re.match(r"\n(?!\n).*?(?=\n\s*\n|\Z)", rest, re.S)
        if found[0].rstrip() != chapters.SLIDE:
            wrong, cure = f"{found[0]!r} is no mark", f"Write '{chapters.SLIDE}' on a line of its own before the block"
            yield page.told(line, wrong=wrong, cure=cure)
        elif not block or not before.endswith("\n\n"):
            wrong = f"'{chapters.SLIDE}' does not stand between an empty line and the block that it marks"
            yield page.told(line, wrong=wrong, cure="Put an empty line above it, and none below")
        elif not re.match(r"\n(`{3}|:{3}|\$\$)", block[0]):
            words = len(re.sub(r"\$[^$]+\$|\{[\w:]+\}`[^`]*`", "x", block[0]).split())
            if words > SLIDE_WORDS:
                wrong = f"the marked block has {words} words, and a slide {SLIDE_WORDS} words at most"
                yield page.told(line, wrong=wrong, cure="Mark a shorter one, or an equation")
    if len(marks) < 2:
        wrong = f"the page marks {len(marks)} blocks as slides"
        cure = f"Write '{chapters.SLIDE}' before two or more that carry the lesson"
        yield page.told(heading("Build it"), wrong=wrong, cure=cure)


def teaching_file(page):
    yield from teaching.problems(page.root, page.docname, page.text)


def computes_alone(page):
    drawing = r"(?m)^ *(?:import|from) (?:plotly|matplotlib|miniatures\.draw)\b|^ *from miniatures import .*\bdraw\b"
    if re.search(drawing, (page.root / page.module).read_text("utf8")):
        cure = f"Draw in {page.views}, which is given what this module computes"
        yield page.told_in(page.module, drawing, wrong="the miniature imports what draws", cure=cure)


RULES = (front_matter, prerequisites, sources, touch_first, sections, objectives_and_notation, claims_listed, claims_recorded,
         source_shown, cells_short, views_enough, bold_terms, prose_numbers, exercises_asked, code_exercise, further_reading, images_described, teaching_file, slides_marked, computes_alone)  # fmt: skip


def _parsed(cell: str) -> ast.Module:
    return ast.parse(re.sub(r"^\s*[%!].*$", "", cell, flags=re.M))


def shown_by(page: Page) -> list:
    """What the page's cells show, run here one after another: views, explorers, claim records."""
    space: dict = {"__name__": "__page__"}
    values = []
    for cell in page.cells:
        tree = _parsed(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"<{page.docname}>", "exec"), space)
        if last is not None:
            values.append(eval(compile(ast.Expression(last.value), f"<{page.docname}>", "eval"), space))
    return values
