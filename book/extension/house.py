"""The picture of the house: the book's own modules in groups, drawn from what they import.

GROUPS names the modules that give each group its sense. A module that stands in none joins the group of the first
module that imports it, and groups that import each other are drawn as one, so that the picture is true whatever comes.
Each band has its columns and arrows, without those that follow from others; its head names the bands that it uses.
The list below the picture has all that a group uses.
"""

import ast
import re
from functools import cached_property
from pathlib import Path

from miniatures import reach
from miniatures_book import chapters
from miniatures_book.layout import Circle, Item, Map, depths, lay_out

BOX, LETTERS = 148, 17  # narrower than the map's, so that four columns fit beside the contents
BANDS = {
    "house-code": "What chapters are made of: code/miniatures",
    "house-build": "What builds the book: book/extension",
    "house-page": "What runs in the page: book/runtime/src",
}
EXTENSION, RUNTIME, CODE = "book/extension", "book/runtime/src", "code/miniatures"
MANY = "miniatures"  # the group of all that belongs to chapters

# title -> the modules that make the group; a folder and a name each, without ending
GROUPS = {
    "house-code": {
        "Shared tools": ("checks", "wording", "plain", "claims", "data", "reach"),
        "Views": ("explore", "draw", "states", "still", "placed", "surface", "glue"),
        "Exercises, Python in the page": ("exercises", "judge", "reader", "live", "shown", "page_backend"),
    },
    "house-build": {
        "Sources and execution": ("messages", "chapters", "execution", "repository", "teaching"),
        "Python and JupyterLite": ("pyodide", "needs", "snapshot", "squeeze", "twin", "stamp", "lite", "notebooks", "portable", "beside"),
        "Markup, assets": ("markup", "assets", "offline", "weights", "supply", "terms"),
        "Directives": ("directives", "words", "reference", "ways", "layout", "house"),
        "Pages": ("__init__", "events", "writer", "render", "mathematics", "cells", "outputs", "scoreboard", "slides", "lessons", "launch"),
        "Serving, printing, comparing": ("server", "archive", "paper", "pdf", "epub", "chromium", "diff", "changes", "worktree", "newest"),
        "Contract and commands": ("__main__", "early", "contract", "hooks", "checking", "scaffold", "assignments"),
    },
    "house-page": {
        "Small tools": ("dom", "address", "answers", "store"),
        "Figures": ("view", "states", "size", "film", "look", "plot"),
        "Hands in figures": ("hands", "handles", "marks", "trace", "board", "panel"),
        "Reading": ("page", "intent", "exercises", "progress", "scoreboard", "cards", "scroll", "keep", "launch", "slides"),
        "Python, the page's side": ("python", "engine", "live", "cells", "outputs", "code", "writing", "editor", "math", "status"),
        "Python, the worker": ("worker", "boot", "files", "image", "snapshot"),
        "Offline": ("offline", "service-worker"),
    },
}  # fmt: skip
FOLDERS = dict(zip(BANDS, (CODE, EXTENSION, RUNTIME), strict=True))


def files(root: Path) -> list[Path]:
    """The modules of the book's own code, those of chapters among them."""
    code = (file for file in (root / CODE).rglob("*.py") if file != root / CODE / "__init__.py")
    return sorted([*code, *(root / EXTENSION).glob("*.py"), *(root / RUNTIME).glob("*.js")])


def name_of(root: Path, file: Path) -> str:
    """ "book/extension/ways" of that file; a package's name is its folder's."""
    path = file.relative_to(root).as_posix()
    return re.sub(rf"(?<=^{CODE}/)(\w+)/__init__$", r"\1", path.rpartition(".")[0])


def says(root: Path, file: Path) -> str:
    """What a module says of itself in its first line."""
    text = file.read_text("utf8")
    if file.suffix == ".py":
        return (ast.get_docstring(chapters.parsed(text)) or "").partition("\n")[0]
    return " ".join(re.match(r"(?://.*\n)+", text)[0].replace("// ", "").replace("//", "").split()) if text[:2] == "//" else ""  # fmt: skip


def imports(root: Path, file: Path, known: set[str]) -> tuple[set[str], set[str]]:
    """The known modules that a module imports, and those that it loads only when they are asked for."""
    text = file.read_text("utf8")
    if file.suffix == ".py":
        package = "miniatures_book" if EXTENSION in file.as_posix() else "miniatures"
        named = reach.imports(chapters.parsed(text), package)
        paths = {re.sub(r"^miniatures_book", EXTENSION, re.sub(r"^miniatures\b(?!_)", CODE, one)).replace(".", "/", 1 + one.count(".")) for one in named}  # fmt: skip
        return {_longest(path, known) for path in paths} - {None}, set()
    at_once = {f"{RUNTIME}/{one}" for one in re.findall(r"(?:from|import) \"\./([\w-]+)\.js\"", text)}
    code = re.sub(r"^\s*(//|\*).*$", "", text, flags=re.M)
    later = {f"{RUNTIME}/{one}" for one in re.findall(r"\"([\w-]+)\.js\"", code)}
    python = {f"{CODE}/{one}" for one in re.findall(r"\bminiatures\.(\w+)", code)}
    own = name_of(root, file)
    return (at_once | python) & known - {own}, later & known - {own}


def _longest(path: str, known: set[str]) -> str | None:
    """The module behind "folder/module/name", or "folder/module"."""
    while path and path not in known:
        path = path.rpartition("/")[0]
    return path or None


class House:
    """The modules of a book, their groups, and what uses what."""

    def __init__(self, root: Path):
        self.root = root
        self.files = {name_of(root, file): file for file in files(root)}
        known = set(self.files)
        self.uses, self.asks = {}, {}
        for name, file in self.files.items():
            self.uses[name], self.asks[name] = imports(root, file, known)

    @cached_property
    def groups(self) -> dict[str, str]:
        """Module -> its group, "band: title"; those of chapters are in one."""
        given = {
            f"{FOLDERS[band]}/{module}": f"{band}: {title}"
            for band, titles in GROUPS.items()
            for title, modules in titles.items()
            for module in modules
        }
        found = {name: group for name, group in given.items() if name in self.files}
        while joining := {
            used: group
            for name, group in sorted(found.items(), reverse=True)
            for used in self.uses[name] | self.asks[name]
            if used not in found and used.startswith(FOLDERS[group.partition(": ")[0]])
        }:
            found |= joining
        for name in self.files.keys() - found.keys():
            band = next(band for band, folder in FOLDERS.items() if name.startswith(f"{folder}/"))
            found[name] = f"{band}: {MANY if band == 'house-code' else next(reversed(GROUPS[band]))}"
        return found

    @cached_property
    def graph(self) -> dict[str, set[str]]:
        """Group -> the groups that it uses; where that runs in a circle, its groups have become one."""
        graph = self._between(self.uses)
        while True:
            try:
                depths(graph)
                break
            except Circle as circle:
                self._join(circle.stems[:-1])
                graph = self._between(self.uses)
        for group, asked in self._between(self.asks).items():
            for one in sorted(asked - graph[group]):
                graph[group].add(one)
                try:
                    depths(graph)
                except Circle:  # what is loaded later may well use what loads it: the list says so, no arrow does
                    graph[group].discard(one)
        return graph

    def _between(self, uses: dict[str, set[str]]) -> dict[str, set[str]]:
        order = [f"{band}: {title}" for band, titles in GROUPS.items() for title in (MANY, *titles)]
        present = sorted(set(self.groups.values()), key=lambda group: order.index(group.split(" + ")[0]))
        graph = {group: set() for group in present}
        for name, used in uses.items():
            graph[self.groups[name]] |= {self.groups[one] for one in used} - {self.groups[name]}
        return graph

    def _join(self, circle: list[str]) -> None:
        """Make one group of those that use each other; it is named after all of them."""
        first = circle[0].split(": ")[0]
        joined = f"{first}: " + " + ".join(group.split(": ", 1)[1] for group in circle)
        self.groups = {name: joined if group in circle else group for name, group in self.groups.items()}

    def members(self, group: str) -> list[str]:
        return [name for name in self.files if self.groups[name] == group]

    def drawn(self) -> Map:
        """The picture: without the arrows that follow from others."""
        items = []
        for group in self.graph:
            band, title = group.split(": ", 1)
            own = [name.rpartition("/")[2].strip("_") for name in self.members(group)]
            items.append(self._item(group, band, title, own))
        return lay_out(items, self.heads, reduced(self.within), BOX, LETTERS)

    @property
    def within(self) -> dict[str, set[str]]:
        """The graph without what leads from one band into another."""
        return {key: {one for one in used if _band(one) == _band(key)} for key, used in self.graph.items()}

    @property
    def heads(self) -> dict[str, str]:
        """Band -> its title, with the folders of the other bands that it uses."""
        found = {}
        for band, title in BANDS.items():
            used = {_band(one) for key in self.graph if _band(key) == band for one in self.graph[key]} - {band}
            found[band] = title + "".join(f", which uses {FOLDERS[one]}" for one in BANDS if one in used)
        return found

    def _item(self, group: str, band: str, title: str, own: list[str]) -> Item:
        if title == MANY:
            return Item(group, "Miniatures", band, f"{len(own)} modules of chapters: computing, views, exercises")
        return Item(group, title.replace(" + ", ", "), band, " ".join(own))

    def described(self) -> dict[str, dict]:
        """Group -> what the list below the picture says of it."""
        rooms, graph = {}, self.graph
        asked = self._between(self.asks)  # between the groups that the graph has made
        for group in graph:
            band, title = group.split(": ", 1)
            modules = [(_file(self.files[name]), says(self.root, self.files[name])) for name in self.members(group)]
            many = title == MANY
            rooms[group] = {
                "anchor": f"{band}-{re.sub(r'[^a-z]+', '-', title.lower())}",
                "title": "Miniatures" if many else title.replace(" + ", ", "),
                "uses": [one for one in graph if one in graph[group] | asked[group]],
                "modules": [] if many else modules,
                "more": f"{len(modules)} modules of the chapters, their views and their exercises; the reference says what is in them.",
            }
        return rooms


def _file(file: Path) -> str:
    """A module's file name; a package of the miniatures with its folder."""
    return (
        f"{file.parent.name}/{file.name}"
        if file.name == "__init__.py" and EXTENSION not in file.as_posix()
        else file.name
    )


def _band(group: str) -> str:
    return group.partition(": ")[0]


def reduced(graph: dict[str, set[str]]) -> dict[str, list[str]]:
    """The graph without what follows from the rest: a needs c is left out where a needs b and b needs c."""
    depth = depths(graph)

    def reached(key):
        return graph[key].union(*(reached(before) for before in graph[key]))

    return {
        key: sorted(needed - set().union(*(reached(one) for one in needed)), key=lambda one: (depth[one], list(graph).index(one)))
        for key, needed in graph.items()
    }  # fmt: skip
