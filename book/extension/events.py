"""What Sphinx asks of the book on its events: execution, renderers, directives, assets, page clean-up."""

import re
from pathlib import Path

from docutils import nodes
from miniatures.wording import typeset
from miniatures_book import (
    assets,
    beside,
    cells,
    chapters,
    early,
    execution,
    lessons,
    mathematics,
    offline,
    outputs,
    reference,
    slides,
    ways,
    weights,
    words,
    writer,
)
from miniatures_book.directives import DIRECTIVES, byline_node, code_below
from miniatures_book.messages import line_of, told
from miniatures_book.render import view_node
from pybtex.plugin import find_plugin, register_plugin
from sphinx.errors import ExtensionError
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def keep_plugins():
    """pybtex looks for a plug-in among all installed packages, for each citation anew; what is registered is found at once."""
    for name in ("plaintext", "docutils"):
        register_plugin("pybtex.backends", name, find_plugin("pybtex.backends", name), force=True)


def execute_pages(app, env, docnames):
    """Before any page is read: every page with cells is executed or found in the store."""
    root = Path(app.srcdir)
    pages = [page for name in sorted(env.found_docs) if (page := execution.read_page(root, f"{name}.md"))]
    beside.take_in(name.rpartition("/")[2] for name in docnames if Path(name).parent.name in chapters.PARTS)
    executed = execution.executed(root, pages, execution.sources_of(app))
    recorded = [
        record | {"page": path} for path, notebook in executed.items() for record in execution.records(notebook)
    ]
    said, found = chapters.claims(root), chapters.chapters(root)
    try:
        complain(root, said, recorded, {chapter.stem: f"{chapter.docname}.md" for chapter in found})
        ways.check(root, found)
    except ValueError as wrong:
        raise ExtensionError(str(wrong)) from None
    stems = [chapter.stem for chapter in found]
    order = {name: (stems.index(name.rpartition(".")[0]), place) for place, name in enumerate(said)}
    env.m_records = sorted(recorded, key=lambda record: order[record["claim"]])
    outputs.hand_over(root, executed)
    print(f"pages     {len(docnames)} to read of {len(env.found_docs)}", flush=True)


def complain(root: Path, said: dict, recorded: list[dict], pages: dict[str, str]) -> None:
    """ValueError unless each claim of claims.yml is recorded once, in its own chapter, and no other.

    `recorded` are the records, each with its "page"; `pages` the page of each chapter's stem.
    """
    names = [record["claim"] for record in recorded]

    def listed(name):
        return chapters.CLAIMS, line_of((root / chapters.CLAIMS).read_text("utf8"), rf"^{re.escape(name)}:")

    def place(page, name):
        return page, line_of((root / page).read_text("utf8"), r"claims\.record\(", re.escape(name))

    wrong = [
        told(*listed(name), f"{name} has no {key!r}", f"Add a line '{key}: …' below it")
        for name, claim in said.items()
        for key in ("said", "figure", "source")
        if not (isinstance(claim, dict) and str(claim.get(key) or "").strip())
    ]
    for name in said:
        page = pages.get(name.rpartition(".")[0])
        if page is None:
            wrong.append(
                told(*listed(name), f"{name} is of no chapter in _toc.yml", "Name its chapter's stem before the dot")
            )
        elif name not in names:
            wrong.append(
                told(*listed(name), f"{page} does not record {name}", f"Add claims.record({name!r}, ...) there")
            )
    for record in recorded:
        name, page = record["claim"], record["page"]
        if name not in said:
            wrong.append(
                told(*place(page, name), f"{name} is recorded, but not listed", f"Add it to {chapters.CLAIMS}")
            )
        elif page != pages.get(name.rpartition(".")[0], page):
            wrong.append(
                told(*place(page, name), f"{name} is another chapter's", "Record it there, or take it out here")
            )
        elif names.count(name) > 1:
            wrong.append(told(*place(page, name), f"{name} is recorded {names.count(name)} times", "Record it once"))
    if wrong:
        raise ValueError("\n".join(dict.fromkeys(wrong)))


def outdated(app, env, added, changed, removed):
    """Pages to read again though their source is unchanged: what they execute has changed, or they gather from others."""
    root = Path(app.srcdir)
    sources = execution.sources_of(app)
    pages = {name: page for name in sorted(env.found_docs) if (page := execution.read_page(root, f"{name}.md"))}
    keys = {name: sources.key(page) for name, page in pages.items()}
    before = getattr(env, "m_keys", {})
    env.m_keys = keys
    stale = {name for name, key in keys.items() if before.get(name) != key} | early.came(app)
    if stale or added or changed or removed:
        stale |= {name for name, matter in env.metadata.items() if "m-gathers" in matter}
    return sorted(stale & env.found_docs)


def add_byline(app, doctree):
    """Below a chapter's title: part, minutes, prerequisites."""
    matter = chapters.front_matter(Path(app.env.doc2path(app.env.docname)).read_text("utf8"), f"{app.env.docname}.md")
    if "stem" not in matter:
        return
    missing = [key for key in ("part", "minutes", "prerequisites") if key not in matter]
    if missing or matter["part"] not in chapters.PARTS:
        LOGGER.warning(
            "the front matter lacks %s. Add it between the page's first two lines of dashes.",
            ", ".join(missing) or f"a known part, {matter['part']!r} is none of {', '.join(chapters.PARTS)}",
            location=(app.env.docname, 1),
        )
        return
    title = next(iter(doctree.findall(nodes.title)), None)
    if title is not None:
        title.parent.insert(title.parent.index(title) + 1, byline_node("", matter=matter))


def typeset_numbers(app, doctree):
    """Numbers of the run that the prose quotes have a minus sign and powers of ten, not Python's hyphen and e."""
    for number in doctree.findall(nodes.inline):
        if "pasted-text" in number["classes"]:
            number[:] = [nodes.Text(typeset(number.astext()))]


def fold_code(app, doctree):
    """A figure that one can touch comes before its code; cells that only glue numbers for the prose are folded."""
    for cell in list(
        doctree.findall(lambda node: isinstance(node, nodes.container) and node.get("nb_element") == "cell_code")
    ):
        source = next((child for child in cell.children if child.get("nb_element") == "cell_code_source"), None)
        if source is None:
            continue  # the page hides it
        views = list(cell.findall(view_node))
        if any(view["spec"]["controls"] for view in views):
            summary = "Code of this figure"
        elif "glue(" in source.astext() and not _shown(cell):
            summary = "Code of these numbers"
        else:
            continue
        cell.remove(source)
        cell.append(code_below("", source, summary=summary))


def _shown(cell) -> list:
    """The outputs of a cell that a reader sees; what it glues is kept in containers of their own."""
    bundles = cell.findall(lambda node: isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle")
    streams = cell.findall(
        lambda node: isinstance(node, nodes.literal_block) and "stream" in " ".join(node.get("classes", ()))
    )
    return [bundle for bundle in bundles if bundle.children] + list(streams)


def name_views(app, doctree):
    """Each view of a page has an anchor of its own: two with one name would share their controls."""
    seen = set()
    for view in doctree.findall(view_node):
        name = view["spec"]["name"]
        if name in seen:
            LOGGER.warning(
                "the page shows two views named %r. Name one: explore(view, 'another-name', …).",
                name,
                location=view,
                type="view",
            )
        seen.add(name)


def setup(app):
    keep_plugins()
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute_pages)
    app.connect("doctree-read", add_byline)
    app.connect("doctree-read", typeset_numbers)
    app.connect("doctree-read", fold_code)
    app.connect("doctree-read", name_views)
    app.connect("doctree-read", cells.add_cells)
    app.connect("html-page-context", cells.tell_template, priority=100)  # before the theme leaves out what is empty
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    writer.add_nodes(app)
    assets.setup(app)
    beside.setup(app)
    early.setup(app)
    offline.setup(app)
    lessons.setup(app)
    mathematics.setup(app)
    reference.setup(app)
    slides.setup(app)
    words.setup(app)
    weights.setup(app)
    return {"version": "0.1.0", "parallel_read_safe": True, "parallel_write_safe": True}
