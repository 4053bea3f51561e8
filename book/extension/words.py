"""The book's words: each use of a glossary term is an entry of the index, and the glossary says which pages use it."""

import re
from functools import cache
from pathlib import Path

from docutils import nodes
from miniatures_book.chapters import contents
from miniatures_book.directives import exercise_node
from sphinx import addnodes
from sphinx.search.en import SearchEnglish
from sphinx.transforms import SphinxTransform

GLOSSARY = "chapters/glossary"
ANCHOR = "index-"


def glossary(root: Path) -> list[str]:
    """The terms of chapters/glossary.md, as they stand there; [] where there is none."""
    file = root / f"{GLOSSARY}.md"
    text = file.read_text("utf8") if file.is_file() else ""
    blocks = re.findall(r"^```\{glossary\}\n(.*?)^```", text, re.M | re.S)
    return [line.strip() for block in blocks for line in block.splitlines() if re.match(r"[^\s:]", line)]


class IndexTerms(SphinxTransform):
    """The first use of each glossary term on a page becomes an entry of the index, "term; title of the page"."""

    default_priority = 700  # before the domains collect what the index is made of

    def apply(self):
        if any(self.document.findall(addnodes.glossary)):
            self.env.metadata[self.env.docname]["m-gathers"] = True
            return
        known = {term.lower(): term for term in glossary(Path(self.env.srcdir))}
        title = next(iter(self.document.findall(nodes.title)), None)
        seen = set()
        for used in list(self.document.findall(addnodes.pending_xref)):
            term = known.get(" ".join(used["reftarget"].lower().split())) if used.get("reftype") == "term" else None
            if term is None or term in seen or title is None or _inside(used, exercise_node, nodes.title):
                continue
            seen.add(term)
            anchor = ANCHOR + nodes.make_id(term)
            if anchor in self.document.ids:
                continue
            target = nodes.inline("", "", ids=[anchor])  # about the word itself: the search shows what an anchor holds
            self.document.note_explicit_target(target)
            entry = addnodes.index(entries=[("single", f"{term}; {title.astext()}", anchor, "", None)], inline=True)
            used.replace_self([entry, target])
            target += used


class IndexInMenu(SphinxTransform):
    """The index, which is no page of _toc.yml, closes the part of the menu that lists the glossary."""

    default_priority = 200  # after _toc.yml became toctrees, before they are collected

    def apply(self):
        for tree in self.document.findall(addnodes.toctree):
            if GLOSSARY in tree["includefiles"]:
                tree["entries"].append(("Index", "genindex"))


def _inside(node, *kinds) -> bool:
    """Whether a node lies in one of these: what is folded away or repeated elsewhere has no place to point at."""
    while node is not None:
        if isinstance(node, kinds):
            return True
        node = node.parent
    return False


def uses(env) -> dict[str, list[tuple[str, str, str]]]:
    """term -> (page, anchor, title) of each page that uses it, in the order of the book."""
    entries = env.get_domain("index").entries
    found: dict[str, list[tuple[str, str, str]]] = {}
    places = {name: place for place, name in enumerate(contents(Path(env.srcdir)))}
    for docname in sorted(entries, key=lambda name: (places.get(name, len(places)), name)):
        for _, value, anchor, *_ in entries[docname]:
            term, _, title = value.partition("; ")
            if anchor.startswith(ANCHOR) and title:
                found.setdefault(term, []).append((docname, anchor, title))
    return found


def say_uses(app, doctree, docname):
    """Below each entry of the glossary: the pages that use the term."""
    used = None
    for item in doctree.findall(nodes.definition_list_item):
        if not isinstance(item.parent.parent, addnodes.glossary):
            continue
        used = uses(app.env) if used is None else used
        terms = [node.astext().replace("’", "'") for node in item.findall(nodes.term)]  # as the source has them
        places = [place for term in terms for place in used.get(term, ())]
        if not places:
            continue
        line = nodes.paragraph("", "Used in: ", classes=["m-used"])
        for number, (page, anchor, title) in enumerate(places):
            address = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
            line += [nodes.Text(", ")] * bool(number)
            line += nodes.reference("", title, internal=True, refuri=address)
        next(iter(item.findall(nodes.definition))).append(line)


class KeptStems(SearchEnglish):
    """English of the search index; a word's stem is worked out once, not at each of its sixty thousand places."""

    def init(self, options):
        super().init(options)
        self.stem = cache(super().stem)


def setup(app):
    app.add_transform(IndexInMenu)
    app.add_transform(IndexTerms)
    app.add_search_language(KeptStems)
    app.connect("doctree-resolved", say_uses)
