"""The reference of the miniatures: each public function and class with its docstring, linked to the section that teaches it and back.

Sources are read as text, never imported. A chapter's page leaves in its metadata what it shows and calls; the links
between the two are written when the pages are.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from miniatures import reach
from miniatures_book import chapters, execution
from sphinx.directives.code import LiteralInclude

FOLDER = "chapters/reference"
SHARED = f"{FOLDER}/shared"
SOURCES = "_code"  # the modules as text, in the site
QUOTES = "\"'"  # around a class that is not there yet
FEW = 3  # calls that an entry names


class plain_block(nodes.literal_block):
    """An example as it stands, without colours."""


class signature(nodes.literal):
    """A name and its arguments."""


class taught_node(nodes.General, nodes.Element):
    """Where the object `name` is taught, and its source."""


class shown_node(nodes.General, nodes.Element):
    """From a source shown in a chapter to the entry `name`."""


@dataclass(frozen=True)
class Entry:
    """A public object: its whole `name`, "function", "class", "method" or "property", arguments, docstring and line."""

    name: str
    kind: str
    arguments: str
    doc: str
    line: int
    members: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Group:
    """The modules of one heading: those of the chapter `docname`, or shared ones, whose heading is `title`."""

    title: str
    docname: str
    modules: tuple[str, ...]


# ---- what the modules hold


def module_names(root: Path) -> list[str]:
    """The modules of the reference; views and exercises are the chapters' own matter."""
    return [f"miniatures.{file.stem}" for file in sorted((root / "code" / "miniatures").glob("[!_]*.py"))]


def module_path(root: Path, name: str) -> Path:
    return chapters.module(root, name.rpartition(".")[2])


def tree(root: Path, name: str) -> ast.Module:
    return chapters.parsed(module_path(root, name).read_text("utf8"))


def entries(root: Path, module: str) -> list[Entry]:
    """The public functions and classes that a module defines, in its order."""
    return [_entry(node, module) for node in tree(root, module).body if _public(node)]


def _public(node) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")


def _entry(node, owner: str, within: bool = False) -> Entry:
    name, doc = f"{owner}.{node.name}", ast.get_docstring(node) or ""
    if isinstance(node, ast.ClassDef):
        members = tuple(_entry(one, name, True) for one in node.body if _public(one))
        return Entry(name, "class", f"({_fields(node)})", doc, node.lineno, members)
    marks = {ast.unparse(mark) for mark in node.decorator_list}
    returned = f" -> {ast.unparse(node.returns).strip(QUOTES)}" if node.returns else ""
    if within and marks & {"property", "cached_property"}:
        return Entry(name, "property", returned, doc, node.lineno)
    bound = within and "staticmethod" not in marks
    return Entry(
        name, "method" if within else "function", f"({_arguments(node.args, bound)}){returned}", doc, node.lineno
    )


def _arguments(given: ast.arguments, bound: bool) -> str:
    text = ast.unparse(given)
    return re.sub(r"^(self|cls)(, |$)", "", text) if bound else text


def _fields(node: ast.ClassDef) -> str:
    """What makes an instance: the arguments of __init__, else the fields of a dataclass or a named tuple."""
    for one in node.body:
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            return _arguments(one.args, True)
    record = any("dataclass" in ast.unparse(mark) for mark in node.decorator_list)
    record |= any(ast.unparse(base).endswith("NamedTuple") for base in node.bases)
    return ", ".join(ast.unparse(one) for one in node.body if isinstance(one, ast.AnnAssign)) if record else ""


def every(found) -> list[Entry]:
    """The entries with their members."""
    return [one for entry in found for one in (entry, *entry.members)]


def known(root: Path) -> dict[str, str]:
    """Whole name -> module, of each public object."""
    return {one.name: name for name in module_names(root) for one in every(entries(root, name))}


# ---- which page a module is on


def groups(root: Path) -> dict[str, list[Group]]:
    """Page -> its groups: a page for each part of the book, and one for what chapters of several parts share."""
    found = chapters.chapters(root)
    stems = {f"miniatures.{chapter.stem}": chapter for chapter in found}
    sources, reached = execution.Sources(root), {}
    for chapter in found:
        page = execution.read_page(root, f"{chapter.docname}.md")
        cells = [reach.JUPYTER.sub("", cell.source) for _, _, cell in page.code_cells()] if page else []
        script = root / "code" / "precompute" / f"{chapter.stem}.py"
        seeds = [*cells, f"import miniatures.exercises.{chapter.stem}, miniatures.{chapter.stem}"]
        seeds += [script.read_text("utf8")] if script.is_file() else []
        reached[chapter.docname] = set().union(*(sources.reach(seed)[0] for seed in seeds))
    own: dict[str, list[str]] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for name in module_names(root):
        users = [chapter for chapter in found if name in reached[chapter.docname]]
        parts = {chapter.part for chapter in users}
        if name in stems or len(users) == 1:
            own.setdefault((stems[name] if name in stems else users[0]).docname, []).append(name)
        elif len(parts) == 1:
            title = f"Shared by chapters of {chapters.PARTS[users[0].part][0]}"
            shared.setdefault((f"{FOLDER}/{users[0].part}", title), []).append(name)
        else:
            title = "Used by several chapters" if 0 < len(users) < len(found) else "Under every page"
            shared.setdefault((SHARED, title), []).append(name)
    pages: dict[str, list[Group]] = {f"{FOLDER}/{part}": [] for part in chapters.PARTS} | {SHARED: []}
    for chapter in found:
        if chapter.docname in own:
            first = sorted(own[chapter.docname], key=lambda name: name not in stems)
            pages[f"{FOLDER}/{chapter.part}"].append(Group(chapter.title, chapter.docname, tuple(first)))
    for (page, title), names in sorted(shared.items(), key=lambda item: (item[0][0], item[0][1] == "Under every page")):
        pages[page].append(Group(title, "", tuple(names)))
    return pages


def page_of(env, name: str) -> str | None:
    """The page that holds an object's entry, where the book has that page."""
    page = env.m_reference_names.get(name)
    return page if page in env.found_docs else None


def look_around(app, env, added, changed, removed):
    """Before pages are read: which page each module is on. Pages whose groups have changed are read again."""
    root = Path(app.srcdir)
    before = getattr(env, "m_reference", {})
    env.m_reference = groups(root)
    pages = {name: page for page, held in env.m_reference.items() for group in held for name in group.modules}
    env.m_reference_names = {name: pages[module] for name, module in known(root).items()}
    env.m_titles = {chapter.docname: chapter.title for chapter in chapters.chapters(root)}
    held = (group for groups_of in env.m_reference.values() for group in groups_of)
    env.m_owners = {module: group.docname for group in held if group.docname for module in group.modules}
    return sorted({page for page, held in env.m_reference.items() if before.get(page) != held} & env.found_docs)


# ---- what the chapters show and call


def resolved(root: Path, name: str, objects) -> str:
    """The one of the `objects` behind a name, which a module may only import from another."""
    module, _, last = name.rpartition(".")
    if name not in objects and module.startswith("miniatures.") and module_path(root, module).is_file():
        for node in tree(root, module).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("miniatures"):
                for alias in node.names:
                    if (alias.asname or alias.name) == last:
                        return resolved(root, f"{node.module}.{alias.name}", objects)
    return name


def calls(sources: list[str]) -> list[list[str]]:
    """For each cell of a page, in order, the whole names of what it uses of the miniatures, once each."""
    names: dict[str, str] = {}
    used = []
    for source in sources:
        parsed, found = chapters.parsed(reach.JUPYTER.sub("", source)), []
        for node in ast.walk(parsed):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("miniatures"):
                names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        for node in ast.walk(parsed):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
                found.append(names[node.id])
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
                found.append(f"{names[node.value.id]}.{node.attr}")
        used.append(list(dict.fromkeys(found)))
    return used


class Include(LiteralInclude):
    """`literalinclude`: where it shows an object of the reference, a link to its entry follows."""

    def run(self):
        made = super().run()
        file = Path(self.env.relfn2path(self.arguments[0])[1])
        shown = self.options.get("pyobject", "").partition("._")[0]  # a private method has its class's entry
        if shown and file.parent == Path(self.env.srcdir) / "code" / "miniatures":
            made.append(shown_node("", name=f"miniatures.{file.stem}.{shown}"))
        return made


def note_teaching(app, doctree):
    """What a page shows and calls, and in which of its sections, kept in its metadata."""
    root, docname = Path(app.srcdir), app.env.docname
    page = execution.read_page(root, f"{docname}.md")
    if not any(chapter.docname == docname for chapter in chapters.chapters(root)):
        return
    objects, found = app.env.m_reference_names, []
    cells = (
        [(place, cell.source) for place, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
        if page
        else []
    )
    used = dict(zip((place for place, _ in cells), calls([source for _, source in cells]), strict=True))
    for node in doctree.findall():
        if isinstance(node, shown_node):
            found.append((node["name"], "shows", *_section(node)))
        elif isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
            names = [resolved(root, name, objects) for name in used[node["cell_index"]]]
            found += [(name, "calls", *_section(node)) for name in names if name in objects]
    app.env.metadata[docname]["m-teaches"] = list(dict.fromkeys(found))


def _section(node) -> tuple[str, str]:
    """(anchor, title) of the section around a node."""
    while not isinstance(node, nodes.section):
        node = node.parent
    return node["ids"][0], node[0].astext()


def teaching(env) -> dict[str, list[tuple[str, str, str, str]]]:
    """Name -> (page, "shows" or "calls", anchor, title) of each place, in the book's order, what shows it first."""
    table: dict[str, list] = {}
    for chapter in chapters.chapters(Path(env.srcdir)):
        for name, how, anchor, title in env.metadata[chapter.docname].get("m-teaches", ()):
            table.setdefault(name, []).append((chapter.docname, how, anchor, title))
    return {name: sorted(places, key=lambda place: place[1] != "shows") for name, places in table.items()}


def retell(app, env):
    """After pages are read: those to write again, for what the others say of them has changed."""
    now = teaching(env), env.m_reference_names
    before = getattr(env, "m_taught", None)
    env.m_taught = now
    if before == now or before is None:
        return []
    moved = before[1] != now[1]
    return sorted(
        name for name in env.found_docs if name in env.m_reference or (moved and "m-teaches" in env.metadata[name])
    )


# ---- the pages


def blocks(doc: str) -> list[nodes.Node]:
    """A docstring as nodes: paragraphs, legends, examples; `names` in backticks are literals."""
    made: list[nodes.Node] = []
    for block in re.split(r"\n\s*\n", doc.strip()):
        lines = block.splitlines()
        while lines:
            if lines[0].startswith(">>>"):
                made.append(plain_block("", nodes.Text("\n".join(lines))))
                lines = []
            elif legend := chapters.take_legend(lines):
                made.append(_legend(legend))
            else:
                words = [lines.pop(0)]
                while lines and not lines[0].startswith(">>>") and not chapters.LEGEND.match(lines[0]):
                    words.append(lines.pop(0))
                made.append(nodes.paragraph("", "", *inline(" ".join(line.strip() for line in words))))
    return made


def _legend(rows: list[tuple[str, str]]) -> nodes.Node:
    listed = nodes.definition_list(classes=["m-legend"])
    for symbol, meaning in rows:
        term = nodes.term("", "", nodes.Text(symbol))
        listed += nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", "", *inline(meaning))))
    return listed


def inline(text: str) -> list[nodes.Node]:
    parts = re.split(r"`+([^`]+)`+", text)
    return [nodes.literal("", part) if place % 2 else nodes.Text(part) for place, part in enumerate(parts) if part]


def item(entry: Entry, short: str) -> nodes.Node:
    """An entry as an item of a definition list; a class holds those of its methods."""
    sign = signature("", "", nodes.strong("", short), nodes.Text(entry.arguments))
    sign["kind"] = entry.kind
    term = nodes.term("", "", sign, ids=[entry.name])
    body = nodes.definition("", *blocks(entry.doc), taught_node("", name=entry.name, line=entry.line))
    if entry.members:
        body += nodes.definition_list(
            "", *(item(one, one.name.rpartition(".")[2]) for one in entry.members), classes=["m-api"]
        )
    return nodes.definition_list_item("", term, body)


# ---- HTML


def place(self, docname: str, anchor: str = "") -> str:
    address = self.builder.get_relative_uri(self.builder.current_docname, docname)
    return address + (f"#{anchor}" if anchor else "")


def source_address(self, name: str, line: int = 0) -> str:
    """The module's text in the site; a browser that knows text fragments goes to the definition."""
    parts = name.split(".")
    up = "../" * self.builder.current_docname.count("/")
    word = "def" if parts[-1][0].islower() else "class"
    return f"{up}{SOURCES}/{parts[1]}.txt" + (f"#:~:text={quote(f'{word} {parts[-1]}')}" if line else "")


def visit_taught(self, node):
    env, name = self.builder.env, node["name"]
    titles, places = env.m_titles, env.m_taught[0].get(name, [])
    shows = [one for one in places if one[1] == "shows"]
    other, seen = [], {one[0] for one in shows}
    for one in places:
        if one[1] == "calls" and one[0] not in seen:
            seen.add(one[0])
            other.append(one)
    links = [(place(self, doc, anchor), f"{titles[doc]}, {title}") for doc, _, anchor, title in [*shows, *other[:FEW]]]
    more = len(other) - FEW
    owner = env.m_owners.get(name.rpartition(".")[0])  # none of a method, which stands below its class
    if not links and owner:
        links = [(place(self, owner), titles[owner])]
    said = " · ".join(f'<a href="{self.attval(url)}">{self.encode(words)}</a>' for url, words in links)
    word = "Taught in " if shows else "Used in " if places else "Chapter: " if links else ""
    rest = f" and in {more} more chapter{'s' * (more > 1)}" if more > 0 else ""
    gap = " · " if links else ""
    source = f'<a href="{self.attval(source_address(self, name, node["line"]))}">source, line {node["line"]}</a>'
    self.body.append(f'<p class="m-taught">{word}{said}{rest}{gap}{source}</p>\n')
    raise nodes.SkipNode


def visit_shown(self, node):
    page = page_of(self.builder.env, node["name"])
    if page:
        words = self.encode(node["name"].removeprefix("miniatures."))
        address = self.attval(place(self, page, node["name"]))
        self.body.append(f'<p class="m-shown">In the reference: <a href="{address}">{words}</a></p>\n')
    raise nodes.SkipNode


def visit_plain(self, node):
    self.body.append(f'<pre class="m-example">{self.encode(node.astext())}</pre>\n')
    raise nodes.SkipNode


def visit_signature(self, node):
    name, rest = node.children
    kind = f"{node['kind']} " if node["kind"] in ("class", "property") else ""
    whole = f"{kind}<strong>{self.encode(name.astext())}</strong>{self.encode(rest.astext())}"
    self.body.append(f"<code>{whole}</code>")
    anchor = node.parent["ids"][0]
    self.body.append(f'<a class="headerlink" href="#{anchor}" title="Link to this entry">#</a>')
    raise nodes.SkipNode


def silent(self, node):
    raise nodes.SkipNode


def write_sources(app, failure):
    """The modules as text, for whoever follows a link to a source."""
    if failure or app.builder.format != "html":
        return
    root, folder = Path(app.srcdir), Path(app.outdir) / SOURCES
    folder.mkdir(exist_ok=True)
    for name in module_names(root):
        text = module_path(root, name).read_text("utf8")
        (folder / f"{module_path(root, name).stem}.txt").write_text(text, "utf8")


def setup(app):
    app.connect("env-get-outdated", look_around)
    app.connect("doctree-read", note_teaching)
    app.connect("env-updated", retell)
    app.connect("build-finished", write_sources, priority=800)
    app.add_directive("literalinclude", Include, override=True)
    for node, visit, words in (
        (plain_block, visit_plain, None),
        (signature, visit_signature, None),
        (taught_node, visit_taught, silent),
        (shown_node, visit_shown, silent),
    ):
        app.add_node(node, html=(visit, None), **({"text": (words, None)} if words else {}))
