"""A chapter's page as a plain notebook: MyST directives and roles become Markdown that JupyterLab shows.

The code cells are the page's own, without outputs. What the page's prose quotes of a run is
filled in from the build's run.
"""

import ast
import hashlib
import json
import re
import textwrap
from functools import cache
from pathlib import Path

import nbformat
from miniatures.exercises import find
from miniatures.surface import Page
from miniatures.wording import typeset
from miniatures_book import chapters, execution
from myst_nb.core.read import read_myst_markdown_notebook
from nbformat import v4
from pybtex.database import parse_file

FENCE = re.compile(r"(?P<fence>`{3,}|:{3,})(?:\{(?P<name>[\w:-]+)\}|(?P<language>[\w-]*))[ \t]*(?P<argument>.*)")
ROLE = re.compile(r"\{(?P<name>[a-z]+(?::[a-z]+)?)\}`(?P<text>[^`]+)`")
EQUATION = re.compile(r"\$\$(?P<math>.+?)\$\$(?:[ \t]*\((?P<label>[\w-]+)\))?", re.S)
UNSEEN = re.compile(rf"^(?:\([\w-]+\)=|{chapters.SLIDE} *)(?:\n|\Z)", re.M)  # what a page's source says of its blocks
LINK = re.compile(r"(?<!!)\[(?P<words>[^\]\n]+)\]\((?P<page>[^)\s#:]+)\.md(?:#[^)\s]*)?\)")
ADMONITIONS = {"note", "tip", "hint", "important", "warning", "caution", "admonition", "seealso"}
OPENING = (
    "*This is a chapter of Miniatures as a notebook: run its cells from the top. In JupyterLite Python runs in your "
    "browser, where the first cell takes a few seconds: nothing is sent anywhere, and what you change is kept in that "
    "browser only. Anywhere else the package `miniatures` must be installed or lie beside the notebook.*"
)


class Converter:
    """The notebook of one chapter. `numbers` are the values that its run glued, by name."""

    def __init__(self, root: Path, chapter: chapters.Chapter, numbers: dict):
        self.root, self.chapter, self.numbers = root, chapter, numbers
        self.path = root / f"{chapter.docname}.md"
        self.text = self.path.read_text("utf8")
        labels = [found["label"] for found in EQUATION.finditer(self.text) if found["label"]]
        self.equations = {label: number for number, label in enumerate(labels, 1)}
        self.asked = False

    def notebook(self) -> nbformat.NotebookNode:
        """The notebook; ValueError names the page and what in it has no Markdown."""
        made = [v4.new_markdown_cell(OPENING)]
        for cell in read_myst_markdown_notebook(self.text, path=self.path).cells:
            if cell.cell_type == "code":
                hidden = {"jupyter": {"source_hidden": True}} if "hide-input" in cell.metadata.get("tags", ()) else {}
                made.append(v4.new_code_cell(cell.source, metadata=hidden))
            else:
                made += self.cells(cell.source)
        for number, cell in enumerate(made):
            cell.id = f"cell-{number}"  # the same in every build
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return v4.new_notebook(cells=made, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})

    def cells(self, source: str) -> list:
        """The cells of a piece of MyST Markdown; only exercises hold code of their own."""
        made, words = [], []
        for kind, text in self.pieces(source.splitlines()):
            if kind == "code":
                made += [v4.new_markdown_cell(_joined(words))] if _joined(words) else []
                made.append(v4.new_code_cell(text))
                words = []
            else:
                words.append(text)
        return [*made, *([v4.new_markdown_cell(_joined(words))] if _joined(words) else [])]

    def pieces(self, lines: list[str]):
        """("markdown" or "code", text) of each part: prose, fenced code as it stands, directives."""
        prose: list[str] = []
        place = 0
        while place < len(lines):
            found = FENCE.fullmatch(lines[place])
            if not found:
                prose.append(lines[place])
                place += 1
                continue
            yield "markdown", self.prose("\n".join(prose))
            prose, end = [], _end(lines, place, found["fence"])
            if found["name"]:
                yield from self.directive(found["name"], found["argument"].strip(), lines[place + 1 : end])
            else:
                yield "markdown", "\n".join(lines[place : end + 1])
            place = end + 1
        yield "markdown", self.prose("\n".join(prose))

    def prose(self, text: str) -> str:
        """Text outside fences: equations numbered, roles and links as plain Markdown."""

        def numbered(found):
            if not found["label"]:
                return found[0]
            return f"$$ {found['math'].strip()} \\tag{{{self.equations.get(found['label'], '?')}}} $$"

        text = EQUATION.sub(numbered, UNSEEN.sub("", text))
        return LINK.sub(self.link, ROLE.sub(self.role, text))

    def link(self, found) -> str:
        """A link to another chapter leads to its notebook; to any other page there is none from here."""
        page = (self.path.parent / f"{found['page']}.md").resolve().relative_to(self.root.resolve())
        known = {chapter.docname: chapter.stem for chapter in chapters.chapters(self.root)}
        stem = known.get(page.with_suffix("").as_posix())
        return f"[{found['words']}]({stem}.ipynb)" if stem else found["words"]

    def role(self, found) -> str:
        """A role's words; ValueError for a role that has none here."""
        name, text = found["name"], found["text"]
        if name == "glue:text":
            return _number(self.numbers, text, self.chapter.docname)
        if name in ("cite:t", "cite:p"):
            return "; ".join(cited(self.root, key.strip(), name[-1]) for key in text.split(","))
        if name in ("eq", "math:numref"):
            return f"({self.equations.get(text, '?')})"
        if name in ("term", "doc", "ref", "abbr"):
            return re.sub(r"\s*(<[^>]*>|\([^)]*\))$", "", text)
        if name in ("kbd", "sub", "sup"):
            return f"<{name}>{text}</{name}>"
        raise ValueError(f"{self.chapter.docname}.md: the role {{{name}}} has no Markdown: see notebooks.py")

    def directive(self, name: str, argument: str, body: list[str]):
        """The parts of a directive; ValueError for one that has none here."""
        options = dict(re.findall(r"^:([\w-]+):\s*(.*)$", "\n".join(body), re.M))
        inner = "\n".join(line for line in body if not re.match(r":[\w-]+:", line)).strip()
        if name == "exercise":
            yield from self.exercise(argument)
        elif name in ("objectives", "claims", "notation"):
            yield "markdown", self.prose(getattr(self, name)())
        elif name == "literalinclude":
            source = _included(self.path.parent / argument, options)
            yield "markdown", f"```{options.get('language', 'python')}\n{source}\n```"
        elif name == "math":
            yield "markdown", self.prose(f"$$ {inner} $$" + (f" ({options['label']})" if "label" in options else ""))
        elif name in ADMONITIONS:
            words = _joined(f"**{argument or name.capitalize()}**\n\n{self.prose(inner)}".split("\n\n"))
            yield "markdown", textwrap.indent(words, "> ", lambda line: True)
        elif name in ("div", "card", "dropdown"):
            yield from self.pieces([argument and f"**{argument}**", "", *body] if name != "div" else body)
        else:
            raise ValueError(f"{self.chapter.docname}.md: {{{name}}} has no Markdown: see notebooks.py")

    def objectives(self) -> str:
        return "After this chapter you can\n\n" + "\n".join(f"- {item}" for item in self.chapter.matter["objectives"])

    def claims(self) -> str:
        claims = chapters.claims(self.root).items()
        return "\n".join(
            f"- **{chapters.number(name)}** {claim['said']} ({claim['figure']}; {{cite:t}}`{claim['source']}`)"
            for name, claim in claims
            if name.startswith(f"{self.chapter.stem}.")
        )

    def notation(self) -> str:
        rows = [[words.replace("|", "\\|") for words in row] for row in chapters.legend(self.root, self.chapter.stem)]
        return "| symbol | meaning |\n|---|---|\n" + "\n".join(f"| `{row[0]}` | {row[1]} |" for row in rows)

    def exercise(self, name: str):
        """The question; what one starts from, where the answer is code; hint and solution folded."""
        exercise = find(name)
        if not self.asked:
            self.asked = True
            yield "code", "from miniatures.exercises import check"
        number, start = name.rpartition("-")[2], getattr(exercise, "starter", None)
        asked = "\n".join(f"- {option}" for option in getattr(exercise, "options", ()))
        answer = getattr(exercise, "function", "answer")
        yield "markdown", self.prose(f"**Exercise {number}.** {exercise.question}\n\n{asked}")
        if start is not None:
            yield "code", start
        unit = f", in {exercise.unit}" if getattr(exercise, "unit", "") else ""
        yield "markdown", f'Check your answer{unit} in a cell: `check("{name}", {answer})`'
        for title in ("hint", "solution"):
            words = self.prose(getattr(exercise, title))
            yield "markdown", f"<details><summary>{title.capitalize()}</summary>\n\n{words}\n\n</details>"


def _joined(parts) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(parts)).strip()


def _end(lines, place, fence) -> int:
    """The line that closes the fence opened at `place`; the last line where none does."""
    closing = re.compile(re.escape(fence[0]) + f"{{{len(fence)},}}\\s*")
    return next((n for n in range(place + 1, len(lines)) if closing.fullmatch(lines[n])), len(lines) - 1)


def _included(file: Path, options: dict) -> str:
    """The source that a literalinclude shows: an object of the module, some of its lines, or all of it."""
    text = file.read_text("utf8")
    lines = text.splitlines()
    if name := options.get("pyobject"):
        body = chapters.parsed(text).body
        for part in name.split("."):
            node = next(one for one in body if getattr(one, "name", None) == part)
            body = getattr(node, "body", [])
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        lines = lines[first - 1 : node.end_lineno]
    if picked := options.get("lines"):
        ends = [(part.partition("-") if "-" in part else (part, "-", part)) for part in picked.split(",")]
        lines = [line for low, _, high in ends for line in lines[int(low) - 1 : int(high or len(lines))]]
    return textwrap.dedent("\n".join(lines)).strip("\n")


def _number(numbers: dict, text: str, page: str) -> str:
    """A glued value in the format that the role names, typeset as on the page."""
    name, _, form = text.partition(":")
    if name not in numbers:
        raise ValueError(f"{page}.md quotes {name!r}, which no cell glues")
    return typeset(format(numbers[name], form) if form else str(numbers[name]))


def glued(executed: nbformat.NotebookNode) -> dict:
    """name -> value of each `glue` in an executed notebook."""
    found = {}
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            book = output.get("metadata", {}).get("scrapbook")
            if book:
                found[book["name"]] = ast.literal_eval(output.data[book["mime_prefix"] + "text/plain"])
    return found


@cache
def _sources(file: Path) -> dict:
    return parse_file(str(file)).entries


def cited(root: Path, key: str, kind: str) -> str:
    """Author and year of a source: "Palacio (2013)", in brackets "(Palacio, 2013)"."""
    entry = _sources(root / "chapters" / "references.bib")[key]
    names = [" ".join(person.last_names).replace("{", "").replace("}", "") for person in entry.persons["author"]]
    who = names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} and others"
    year = entry.fields.get("year", "no year")
    return f"{who} ({year})" if kind == "t" else f"({who}, {year})"


def quoted(page: execution.Page) -> dict:
    """name -> value of each `glue` of a page, by running its cells here: quicker than a build, since no state is stored."""
    found, space = {}, {"__name__": "__main__"}

    def tell(data, metadata):
        if book := metadata.get("scrapbook"):
            found[book["name"]] = ast.literal_eval(data[book["mime_prefix"] + "text/plain"])

    with Page(tell):
        for number, _, cell in page.code_cells():
            exec(compile(cell.source, f"{page.path}, cell {number}", "exec"), space)
    return found


def notebooks(root: Path, code: str = "") -> dict[str, str]:
    """stem -> the text of the notebook of each chapter. The pages' runs are those of the build, kept in its store.

    `code` is a stamp of the miniatures and the data; with it each notebook is converted once and kept."""
    pages = [(chapter, execution.read_page(root, f"{chapter.docname}.md")) for chapter in chapters.chapters(root)]
    sources = execution.Sources(root)
    runs = execution.execute(root, [page for _, page in pages if page], root / execution.STORE, sources=sources)
    about = [file.read_text("utf8") for file in (root / "chapters" / "references.bib", root / "chapters" / "claims.yml", Path(__file__))]  # fmt: skip
    made = {}
    for chapter, page in pages:
        text = (root / f"{chapter.docname}.md").read_text("utf8")
        key = hashlib.sha256(json.dumps([code, text, *about, sources.key(page) if page else ""]).encode())
        kept = root / "_build" / "notebooks" / f"{key.hexdigest()}.ipynb"
        if not code or not kept.is_file():
            made[chapter.stem] = nbformat.writes(Converter(root, chapter, glued(runs[page.path]) if page else {}).notebook()) + "\n"  # fmt: skip
            if code:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(made[chapter.stem], "utf8")
        else:
            made[chapter.stem] = kept.read_text("utf8")
    return made
