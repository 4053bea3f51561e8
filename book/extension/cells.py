"""Code cells as the page's Python needs them: their sources in a script element, a row of buttons at each."""

from pathlib import Path

from docutils import nodes
from miniatures_book import execution, needs


class python_node(nodes.General, nodes.Element):
    """What the page's Python must know, as the attribute `spec`."""


class cell_tools(nodes.General, nodes.Element):
    """The buttons of the code cell `number`."""


def add_cells(app, doctree):
    """Give each code cell its buttons, and the page the source of all of them, hidden ones too."""
    root = Path(app.srcdir)
    page = execution.read_page(root, f"{app.env.docname}.md")
    title = next(iter(doctree.findall(nodes.title)), None)
    if page is None or title is None:
        return
    places = [place for place, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
    for cell in list(doctree.findall(lambda node: _part(node, "cell_code"))):
        source = next(iter(cell.findall(lambda node: _part(node, "cell_code_source"))), cell)
        source += cell_tools("", number=places.index(cell["cell_index"]) + 1)
    sources = [{"number": number, "source": cell.source} for number, _, cell in page.code_cells()]
    spec = needs.needs(execution.sources_of(app), page) | {"cells": sources}
    title.parent.insert(title.parent.index(title) + 1, python_node("", spec=spec))


def _part(node, name: str) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == name


def tell_template(app, pagename, templatename, context, doctree):
    """`m_python` for the templates: the page has cells that can be run."""
    context["m_python"] = doctree is not None and next(iter(doctree.findall(python_node)), None) is not None
