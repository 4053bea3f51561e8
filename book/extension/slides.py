"""Slides of each chapter, made from its page as the page is written: slides/<stem>.html, beside the book.

Always a slide are the title with the opening sentence, the objectives, the claims and their verdicts, each explorable
view with what leads to it, and the headings of what the story leaves out. A line `% slide` before a block makes that
block a slide too; marked blocks that follow one another share one, exercises never. Nothing is written twice: a slide
holds copies of the page's own nodes.
"""

import posixpath
import re
from pathlib import Path

from docutils import nodes
from miniatures_book import chapters, markup, scoreboard
from miniatures_book.cells import python_node
from miniatures_book.directives import exercise_node
from miniatures_book.reference import shown_node
from miniatures_book.render import view_node

FOLDER = "slides"
SIMPLE, HOLDS = "Where the story is too simple", "Does it hold?"
MOST = {"claims": 130, "verdicts": 150}  # words of claims on a slide
SHORT, FEW = 30, 8  # words of a paragraph that leads to a view whole, and of the sentences of a longer one
SENTENCE = re.compile(r"[.!?][\"”’)]*\s+")  # where a sentence ends within a text


class deck_node(nodes.General, nodes.Element):
    """The slides of a chapter."""


class slide_node(nodes.General, nodes.Element):
    """A slide, of the `kind` title, text, view, claims or verdicts."""


class heading_node(nodes.General, nodes.Element):
    """A slide's heading, of the `level` 1 or 2."""


def address(stem: str) -> str:
    """Where a chapter's slides lie, from the site's root."""
    return f"{FOLDER}/{stem}.html"


def is_mark(block) -> bool:
    return isinstance(block, nodes.comment) and f"% {block.astext().strip()}" == chapters.SLIDE


class Deck:
    """The `slides` of one chapter, gathered from its resolved doctree.

    `about` stands below the title; `rows` are the chapter's claims with their verdicts."""

    def __init__(self, doctree, about: str, rows: list[dict]):
        self.about, self.rows, self.slides = about, rows, []
        page = next(doctree.findall(nodes.section))
        self.opening(page)
        for section in page.children:
            if isinstance(section, nodes.section):
                self.section(section)

    def add(self, kind: str, title, *content) -> None:
        """A slide that shows copies of `content` below the words of the heading `title`."""
        heading = heading_node("", *[one.deepcopy() for one in title.children], level=1 if kind == "title" else 2)
        self.slides.append(slide_node("", heading, *[node.deepcopy() for node in content], kind=kind))

    def opening(self, page) -> None:
        """The title with the sentence below it, the first view, the objectives."""
        title = next(page.findall(nodes.title))
        for block in page.children:
            if isinstance(block, nodes.section):
                return
            if isinstance(block, nodes.paragraph):
                self.add("title", title, block, nodes.paragraph("", self.about, classes=["m-slide-part"]))
            elif "m-objectives" in block.get("classes", ()):
                self.add("text", title, block)
            else:
                self.views(block, title, None)

    def section(self, section) -> None:
        """The slides of a section and of those within it, in the order of the page."""
        title = next(section.findall(nodes.title))
        if title.astext() == SIMPLE:
            self.add("text", title, headings(section))
        before, marked, shared = None, False, False
        for block in section.children:
            if is_mark(block):
                marked = True
            elif isinstance(block, nodes.section):
                self.section(block)
            elif not isinstance(block, (nodes.title, nodes.target, nodes.comment, shown_node)):
                if marked:
                    self.marked(block, title, shared)
                self.views(block, title, before)
                if "m-claims" in block.get("classes", ()):
                    self.claims("claims", title)
                before = block if isinstance(block, nodes.paragraph) else before
                marked, shared = False, marked
        if title.astext() == HOLDS:
            self.claims("verdicts", title)

    def marked(self, block, title, shared: bool) -> None:
        """A block that the page marks: a slide, or more of the one before. Of a cell its outputs are shown."""
        if block.get("nb_element") == "cell_code":
            content = [one for one in block.children if one.get("nb_element") == "cell_code_output"]
            if any(view["spec"]["controls"] for view in block.findall(view_node)):
                return  # is a slide of its own
        else:
            content = [block]
        if shared and not isinstance(block, exercise_node):
            self.slides[-1] += [node.deepcopy() for node in content]
        else:
            self.add("view" if next(block.findall(view_node), None) else "text", title, *content)

    def views(self, block, title, before) -> None:
        """A slide for each view of the block that can be moved, with what leads to it in the paragraph before."""
        for view in block.findall(view_node):
            if view["spec"]["controls"]:
                self.add("view", title, *([] if before is None else lead_in(before)), view)

    def claims(self, kind: str, title) -> None:
        """The chapter's claims, or their verdicts, on as many slides as their words need, evenly."""
        words = [len(f"{row['said']} {row['measured'] if kind == 'verdicts' else ''}".split()) for row in self.rows]
        count = -(-sum(words) // MOST[kind])
        ends = [
            min(count - 1, count * (sum(words[:place]) + words[place] // 2) // sum(words))
            for place in range(len(words))
        ]
        for page in sorted(set(ends)):
            rows = [row for row, end in zip(self.rows, ends, strict=True) if end == page]
            html = markup.TEMPLATES.get_template("slide-claims.html").render(rows=rows, kind=kind)
            self.add(kind, title, nodes.raw("", html, format="html"))


def headings(section) -> nodes.bullet_list:
    """The headings within a section, those that run into a paragraph too, as a list."""
    listed = nodes.bullet_list("")
    for block in section.findall(lambda node: isinstance(node, (nodes.title, nodes.paragraph))):
        first = next((one for one in block.children if one.astext()), None)
        heading = block if isinstance(block, nodes.title) else first if isinstance(first, nodes.strong) else None
        if heading is not None and heading.parent is not section:
            listed += nodes.list_item("", nodes.paragraph("", "", *[one.deepcopy() for one in heading.children]))
    return listed


def lead_in(paragraph) -> list[nodes.paragraph]:
    """What of a paragraph introduces the view below it: all, or as many of its last sentences as make FEW words.

    Nothing where that is the end of a sentence that began with a formula."""
    taken, rest = [], list(paragraph.children)
    if len(paragraph.astext().split()) > SHORT:
        while rest and len("".join(one.astext() for one in taken).split()) < FEW:
            taken = last_sentence(rest) + taken
    words = "".join(one.astext() for one in taken or rest).lstrip()
    return [] if words[:1].islower() else [nodes.paragraph("", "", *[one.deepcopy() for one in taken or rest])]


def last_sentence(rest: list) -> list:
    """The nodes of the last sentence, taken from the nodes of a paragraph."""
    taken = []
    while rest:
        child = rest.pop()
        ends = list(SENTENCE.finditer(child)) if isinstance(child, nodes.Text) else []
        ends = [end for end in ends if taken or child[end.end() :].strip()]
        if ends:
            rest.append(nodes.Text(child[: ends[-1].end()]))
            return [nodes.Text(child[ends[-1].end() :]), *taken]
        taken.insert(0, child)
    return taken


def moved(tree, docname: str, deck: str) -> None:
    """Let the links of a page's nodes lead from `deck` to where they led from the page `docname`."""
    here, there = posixpath.dirname(docname), posixpath.dirname(deck)
    for link in tree.findall(nodes.reference):
        uri = f"#{link.attributes.pop('refid')}" if "refid" in link else link.get("refuri", "")
        if not uri or re.match(r"[a-z]+:", uri):
            continue
        path, hash, anchor = uri.partition("#")
        target = posixpath.normpath(posixpath.join(here, path)) if path else f"{docname}.html"
        link["refuri"] = posixpath.relpath(target, there) + hash + anchor


def write(app, pagename, templatename, context, doctree):
    """Write the slides of a chapter beside its page."""
    root = Path(app.srcdir)
    chapter = doctree and next((one for one in chapters.chapters(root) if one.docname == pagename), None)
    if (
        not chapter or app.builder.format != "html" or "minutes" not in chapter.matter
    ):  # what is missing, the byline says
        return
    part = chapters.PARTS[chapter.part][0]
    deck = Deck(doctree, f"{part}, {chapter.matter['minutes']} minutes", rows(app, chapter.stem))
    whole = deck_node("", *deck.slides)
    moved(whole, pagename, address(chapter.stem))
    builder, before = app.builder, (app.builder.current_docname, app.builder.add_permalinks)
    builder.current_docname, builder.add_permalinks = address(chapter.stem).removesuffix(".html"), False
    try:
        body = builder.render_partial(whole)["fragment"]
    finally:
        builder.current_docname, builder.add_permalinks = before
    python = next(doctree.findall(python_node), None)
    lesson = app.env.domains["std"].anonlabels.get(f"teaching-{chapter.stem}")
    html = builder.templates.render(
        "slides.html",
        context
        | {
            "body": body,
            "chapter": chapter,
            "lesson": lesson and f"../{lesson[0]}.html#{lesson[1]}",
            "page": posixpath.relpath(f"{pagename}.html", FOLDER),
            "python": python and markup.as_script({"root": "../"} | python["spec"] | {"cells": []}),
            "pathto": lambda name, resource=0: f"../{name}",
        },
    )
    file = Path(app.outdir) / address(chapter.stem)
    file.parent.mkdir(exist_ok=True)
    file.write_text(html, "utf8")


def rows(app, stem: str) -> list[dict]:
    """The chapter's claims as the run recorded them, with what was said."""
    said = chapters.claims(Path(app.srcdir))
    return [
        said[name] | record | {"number": chapters.number(name), "anchor": scoreboard.anchor(name)}
        for record in app.env.m_records
        if (name := record["claim"]).rpartition(".")[0] == stem
    ]


def bare(self, node):
    """The node writes its children, no more."""


def visit_slide(self, node):
    self.body.append(f'<section><div class="m-slide" data-kind="{node["kind"]}">\n')


def depart_slide(self, node):
    self.body.append("</div></section>\n")


def visit_heading(self, node):
    self.body.append(f"<h{node['level']}>")


def depart_heading(self, node):
    self.body.append(f"</h{node['level']}>\n")


def setup(app):
    app.connect("html-page-context", write, priority=995)  # after assets.py has said what its version is
    app.add_node(deck_node, html=(bare, bare))
    app.add_node(slide_node, html=(visit_slide, depart_slide))
    app.add_node(heading_node, html=(visit_heading, depart_heading))
