"""The book's directives: objectives, claims, notation, exercise, scoreboard, parts, map, paths, reference and more."""

import ast
import json
from importlib import metadata
from pathlib import Path

from docutils import nodes
from miniatures.exercises import find
from miniatures.wording import minus
from miniatures_book import assets, chapters, house, lite, reference, supply, terms, ways, weights
from sphinx.util.docutils import SphinxDirective


class exercise_node(nodes.General, nodes.Element):
    """An exercise: its parts are its children."""


class exercise_part(nodes.General, nodes.Element):
    """Question, hint or solution, as the attribute `part`."""


class scoreboard_node(nodes.General, nodes.Element):
    """The table of all claims."""


class verdicts_node(nodes.General, nodes.Element):
    """What held and what did not, summed up."""


class progress_node(nodes.General, nodes.Element):
    """The reader's progress."""


class parts_node(nodes.General, nodes.Element):
    """The six parts as cards."""


class map_node(nodes.General, nodes.Element):
    """The map of prerequisites."""


class house_node(nodes.General, nodes.Element):
    """The picture of the book's own code."""


class paths_node(nodes.General, nodes.Element):
    """The reading paths."""


class byline_node(nodes.General, nodes.Element):
    """Minutes, prerequisites and article of a chapter, below its title."""


class code_below(nodes.General, nodes.Element):
    """The code of a figure, folded below it."""


class BookDirective(SphinxDirective):
    """A directive of this book: its nodes are `made`."""

    @property
    def root(self) -> Path:
        return Path(self.env.srcdir)

    @property
    def matter(self) -> dict:
        return chapters.front_matter(
            Path(self.env.doc2path(self.env.docname)).read_text("utf8"), f"{self.env.docname}.md"
        )

    def run(self):
        """The directive's nodes; what it is missing is told with the page and the line."""
        try:
            return self.made()
        except KeyError as missing:
            raise self.error(f"{{{self.name}}} needs {missing} in the page's front matter. Add it there.") from None
        except ValueError as wrong:
            raise self.error(f"{{{self.name}}}: {wrong}") from None

    def parsed(self, markdown: str) -> list[nodes.Node]:
        holder = nodes.Element()
        self.state.nested_parse(markdown.splitlines(), self.content_offset, holder)
        return holder.children


class Objectives(BookDirective):
    """The objectives of the front matter."""

    def made(self):
        box = nodes.container(classes=["m-objectives"])
        box += self.parsed(
            "After this chapter you can\n\n" + "\n".join(f"- {item}" for item in self.matter["objectives"])
        )
        return [box]


class Claims(BookDirective):
    """The chapter's claims, numbered and cited."""

    def made(self):
        file = self.root / "chapters" / "claims.yml"
        self.env.note_dependency(str(file))
        stem = self.matter["stem"]
        rows = [(name, claim) for name, claim in chapters.claims(self.root).items() if name.startswith(f"{stem}.")]
        text = "\n".join(
            f"- **{chapters.number(name)}** {claim['said']} ({claim['figure']}; {{cite:t}}`{claim['source']}`)"
            for name, claim in rows
        )
        box = nodes.container(classes=["m-claims"])
        box += self.parsed(text)
        return [box]


class Notation(BookDirective):
    """The legend of the chapter's module as a table."""

    def made(self):
        stem = self.matter["stem"]
        self.env.note_dependency(str(chapters.module(self.root, stem)))
        rows = [(symbol, minus(meaning)) for symbol, meaning in chapters.legend(self.root, stem)]
        pairs = [[words.replace("|", "\\|") for words in row] for row in rows]
        cells = "\n".join(f"| `{symbol}` | {meaning} |" for symbol, meaning in pairs)
        everything = "\n\nAll symbols of the book: {doc}`/chapters/notation`."
        return self.parsed(f"| symbol | meaning |\n|---|---|\n{cells}{everything}")


class Gathering(BookDirective):
    """A directive that gathers from all chapters: its page is read again when one of them has changed."""

    def run(self):
        self.env.metadata[self.env.docname]["m-gathers"] = True
        return super().run()


class Symbols(Gathering):
    """The legends of all chapters in one table: a symbol's meanings stand together."""

    def made(self):
        found = chapters.chapters(self.root)
        for chapter in found:
            self.env.note_dependency(str(chapters.module(self.root, chapter.stem)))
        lines = [
            "| `{}` | {} | {} |".format(
                symbol.replace("|", "\\|"),
                minus(meaning).replace("|", "\\|"),
                ", ".join(f"[{chapter.title}](/{chapter.docname}.md#notation)" for chapter in users),
            )
            for symbol, meaning, users in chapters.symbols(self.root, found)
        ]
        parsed = self.parsed("\n".join(["| symbol | meaning | chapters |", "|---|---|---|", *lines]))
        for table in parsed[0].findall(nodes.tbody):
            first = None
            for row in table.children:
                if first is not None and row[0].astext() == first.astext():
                    first["morerows"] = first.get("morerows", 0) + 1
                    row.pop(0)
                else:
                    first = row[0]
        return [nodes.container("", *parsed, classes=["m-symbols"])]


class Sources(Gathering):
    """The article and the paper of each chapter."""

    def made(self):
        rows = [
            f"| [{chapter.title}](/{chapter.docname}.md) | {{cite:t}}`{chapter.matter['article']}` | {{cite:t}}`{chapter.matter['paper']}` |"
            for chapter in chapters.chapters(self.root)
        ]
        return self.parsed("\n".join(["| chapter | article | paper or source |", "|---|---|---|", *rows]))


class Exercise(BookDirective):
    """`{exercise} <stem>-<number>`: the question, its form, hint and solution."""

    required_arguments = 1

    def made(self):
        exercise = find(self.arguments[0])
        stem = exercise.id.rpartition("-")[0]
        self.env.note_dependency(str(self.root / "code" / "miniatures" / "exercises" / f"{stem}.py"))
        name = f"exercise-{exercise.id}"
        whole = exercise_node("", exercise=exercise, ids=[name])
        place, names = (self.env.docname, name), self.env.domains["std"]  # for {ref} from other pages
        names.labels[name], names.anonlabels[name] = (*place, f"Exercise {exercise.id.rpartition('-')[2]}"), place
        for part in ("question", "hint", "solution"):
            piece = exercise_part("", part=part, exercise=exercise)
            piece += self.parsed(getattr(exercise, part))
            whole += piece
        return [whole]


OFFERED = (
    f'<p class="m-save"><a href="../{terms.FILE}">The licence texts of all of these</a>, and '
    f'<a href="../{supply.FILE}" download>the list of every part</a> with its version, licence and digests, '
    "in the form of CycloneDX 1.6.</p>"
)


class Licences(BookDirective):
    """The software that the pages carry: from npm as the bundle's build lists it, from PyPI as installed."""

    pypi = {
        "sphinx-book-theme": "page layout",
        "pydata-sphinx-theme": "page layout, with Bootstrap (MIT) and the icons of Font Awesome Free (OFL-1.1)",
        "sphinx": "search",
        "sphinx-copybutton": "copy buttons, with clipboard.js (MIT)",
        "sphinx_design": "grids and cards",
        "myst-nb": "cell styles",
        "pygments": "colours of code",
        "jupyterlite-core": "JupyterLite; the licences of its parts lie in `lite/build/third-party-licenses.json`",
        "jupyterlite-pyodide-kernel": "JupyterLite's Python",
        "jupyterlab_widgets": "widgets in JupyterLite",
        "jupyter-server": "JupyterLite's small icons",
    }

    def made(self):
        listed = assets.DIST / "licences.json"
        self.env.note_dependency(str(listed))
        rows = [(one["name"], one["version"], one["license"]) for one in json.loads(listed.read_text("utf8"))]
        for name, use in self.pypi.items():
            rows.append((f"{name} ({use})", metadata.version(name), supply.licence_of(name)))
        rows += [
            (f"{name} (Python in JupyterLite)", metadata.version(name), supply.licence_of(name))
            for name in lite.closure(lite.PYTHON)
        ]
        table = "\n".join(f"| {name} | {version} | {licence} |" for name, version, licence in rows)
        offered = nodes.raw("", OFFERED, format="html")
        return [*self.parsed(f"| package | version | licence |\n|---|---|---|\n{table}"), offered]


class Placeholder(Gathering):
    """A directive that is one node, filled in when the page is written."""

    node: type[nodes.Element]

    def made(self):
        return [self.node("")]


class Scoreboard(Placeholder):
    node = scoreboard_node


class Verdicts(Placeholder):
    node = verdicts_node


class Progress(Placeholder):
    node = progress_node


class Parts(Placeholder):
    node = parts_node


class Map(Placeholder):
    node = map_node


class House(Placeholder):
    """`{house}`: the book's own code, drawn from its imports; the page is read again when a module has changed."""

    node = house_node

    def made(self):
        for file in house.files(self.root):
            self.env.note_dependency(str(file))
        return super().made()


class Paths(Placeholder):
    """The reading paths of chapters/paths.yml, which are checked here, where a page can be named."""

    node = paths_node

    def made(self):
        self.env.note_dependency(str(self.root / "chapters" / "paths.yml"))
        ways.paths(self.root)
        return super().made()


class Reference(BookDirective):
    """`{reference}`: the modules that the page's groups name, each with its public functions and classes."""

    def made(self):
        docname = self.env.docname
        groups = self.env.m_reference.get(docname)
        if groups is None:
            raise ValueError(f"{docname} is no page of the reference: {', '.join(self.env.m_reference)}")
        if not groups:
            return [nodes.paragraph("", "No chapter of this part is in the book yet.")]
        return [self.group(group) for group in groups]

    def group(self, group) -> nodes.section:
        name = group.docname.rpartition("/")[2] or nodes.make_id(group.title)
        made = nodes.section("", nodes.title("", group.title), ids=[name], names=[name])
        made["support_smartquotes"] = False  # what stands in quotes is often a value to be typed
        if group.docname:
            address = self.env.app.builder.get_relative_uri(self.env.docname, group.docname)
            link = nodes.reference("", "To the chapter", internal=True, refuri=address)
            made += nodes.paragraph("", "", link, classes=["m-taught"])
        for module in group.modules:
            made += self.module(module)
        return made

    def module(self, module: str) -> nodes.section:
        file, python = reference.module_path(self.root, module), self.env.domains["py"]
        self.env.note_dependency(str(file))
        ids = [nodes.make_id(module), module]  # the first without dots: the search asks for it as a selector of CSS
        made = nodes.section("", nodes.title("", module.removeprefix("miniatures.")), ids=ids, names=[module])
        python.note_module(module, module, "", "", False)
        made += reference.blocks(ast.get_docstring(reference.tree(self.root, module)) or "")
        found = reference.entries(self.root, module)
        for entry in reference.every(found):
            python.note_object(entry.name, entry.kind, entry.name)
        if found:
            items = [reference.item(entry, entry.name.removeprefix("miniatures.")) for entry in found]
            made += nodes.definition_list("", *items, classes=["m-api"])
        return made


class Offline(BookDirective):
    """The control that keeps the book on the reader's device; its script is loaded when it is first used."""

    html = (
        '<div class="m-offline"><button type="button">Keep this book offline…</button>'
        "<noscript><p>Keeping the book needs the page's script, which is off.</p></noscript></div>"
    )

    def made(self):
        return [nodes.raw("", self.html, format="html")]


class Weights(BookDirective):
    """`{weights} 500`: what so many students load of the site, filled in when all of it lies there."""

    required_arguments = 1

    def made(self):
        if not self.arguments[0].isdecimal():
            raise ValueError(f"{{weights}} takes a number of students, not {self.arguments[0]!r}")
        return [weights.weights_node("", students=int(self.arguments[0]))]


DIRECTIVES = {"objectives": Objectives, "claims": Claims, "notation": Notation, "exercise": Exercise, "licences": Licences,
              "scoreboard": Scoreboard, "verdicts": Verdicts, "progress": Progress, "offline": Offline, "parts": Parts,
              "map": Map, "house": House, "paths": Paths, "symbols": Symbols, "sources": Sources, "reference": Reference,
              "weights": Weights}  # fmt: skip
