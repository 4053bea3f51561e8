"""How the book's nodes are written to HTML, and to text where a builder knows no HTML."""

from pathlib import Path

from docutils import nodes
from miniatures.claims import VERDICTS
from miniatures.exercises import exercises
from miniatures_book import chapters, house, launch, markup, scoreboard, slides, ways
from miniatures_book.cells import cell_tools, python_node
from miniatures_book.directives import (
    byline_node,
    code_below,
    exercise_node,
    exercise_part,
    house_node,
    map_node,
    parts_node,
    paths_node,
    progress_node,
    scoreboard_node,
    verdicts_node,
)
from miniatures_book.layout import LINE
from miniatures_book.render import claim_node, view_node
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def relative(self, docname):
    return self.builder.get_relative_uri(self.builder.current_docname, docname)


def up(self, name):
    """The address of a file at the site's root, from the current page."""
    return "../" * self.builder.current_docname.count("/") + name


def visit_view(self, node):
    folder = Path(self.builder.outdir) / "_views"
    self.body.append(markup.view(node["spec"], folder, up(self, "_views/")))
    raise nodes.SkipNode


def visit_claim(self, node):
    record = node["record"]
    said = chapters.claims(Path(self.builder.srcdir))[record["claim"]]["said"]
    html = markup.TEMPLATES.get_template("claim.html")
    self.body.append(
        html.render(
            record=record,
            number=chapters.number(record["claim"]),
            anchor=scoreboard.anchor(record["claim"]),
            said=said,
            scoreboard=relative(self, "chapters/scoreboard"),
        )
    )
    raise nodes.SkipNode


def visit_exercise(self, node):
    id, kind = node["exercise"].id, node["exercise"].kind
    number = id.rpartition("-")[2]
    self.body.append(
        f'<div role="region" class="m-exercise" id="exercise-{id}" data-exercise="{id}" data-kind="{kind}" aria-labelledby="title-{id}">\n'
    )
    self.body.append(f'<p class="m-exercise-title" id="title-{id}">Exercise {number}</p>\n')


def depart_exercise(self, node):
    self.body.append("</div>\n")


def visit_part(self, node):
    node["start"] = len(self.body)
    opening = {
        "question": '<div class="m-question">',
        "hint": '<details class="m-hint"><summary>Hint</summary>',
        "solution": "",
    }
    self.body.append(opening[node["part"]])


def depart_part(self, node):
    exercise = node["exercise"]
    if node["part"] == "question":
        options = getattr(exercise, "options", ())
        form = markup.TEMPLATES.get_template("exercise.html")
        self.body.append(
            "</div>\n" + form.render(exercise=exercise, options=options, number=exercise.id.rpartition("-")[2])
        )
    elif node["part"] == "hint":
        self.body.append("</details>\n")
    else:
        solution = "".join(self.body[node["start"] :])
        del self.body[node["start"] :]
        check = markup.as_script(markup.exercise_check(exercise, solution))
        self.body.append('<details class="m-solution" hidden><summary>Solution</summary></details>\n')
        self.body.append(f'<script type="application/json" class="m-spec">{check}</script>\n')


def visit_scoreboard(self, node):
    """The table of all claims; the same as CSV beside the page."""
    docname = self.builder.current_docname
    rows = scoreboard.rows(Path(self.builder.srcdir), self.builder.env.m_records, docname)
    file = Path(self.builder.outdir) / f"{docname}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(scoreboard.as_csv(rows), "utf8", newline="")
    numbered = [row | {"number": chapters.number(row["claim"])} for row in rows]
    html = markup.TEMPLATES.get_template("scoreboard.html")
    self.body.append(html.render(rows=numbered, csv=file.name, heads=scoreboard.HEADS, verdicts=VERDICTS))
    raise nodes.SkipNode


def visit_verdicts(self, node):
    rows = scoreboard.rows(Path(self.builder.srcdir), self.builder.env.m_records, self.builder.current_docname)
    html = markup.TEMPLATES.get_template("verdicts.html")
    self.body.append(
        html.render(sentences=scoreboard.summary(rows), table=scoreboard.tally(rows), verdicts=list(VERDICTS))
    )
    raise nodes.SkipNode


def visit_progress(self, node):
    listed = []
    for chapter in chapters.chapters(Path(self.builder.srcdir)):
        try:
            asked = [exercise.id for exercise in exercises(chapter.stem)]
        except ValueError as wrong:
            LOGGER.warning("%s", wrong, location=chapter.docname)
            continue
        url = relative(self, chapter.docname)
        listed.append({"stem": chapter.stem, "title": chapter.title, "url": url, "exercises": asked})
    html = markup.TEMPLATES.get_template("progress.html")
    self.body.append(html.render(chapters=listed))
    raise nodes.SkipNode


def visit_parts(self, node):
    found = chapters.chapters(Path(self.builder.srcdir))
    parts = []
    for name, (title, blurb) in chapters.PARTS.items():
        members = [chapter for chapter in found if chapter.part == name]
        taught = [goals[0] for chapter in _spread(members, 2) if (goals := chapter.matter.get("objectives"))]
        listed = [(chapter.title, relative(self, chapter.docname)) for chapter in members]
        parts.append({"name": name, "title": title, "blurb": blurb, "taught": taught, "chapters": listed})
    self.body.append(markup.TEMPLATES.get_template("parts.html").render(parts=parts))
    raise nodes.SkipNode


def _spread(items: list, most: int) -> list:
    """At most so many of the items, the first and the last among them."""
    count = min(most, len(items))
    return [items[round(place * (len(items) - 1) / max(count - 1, 1))] for place in range(count)]


def visit_map(self, node):
    found = chapters.chapters(Path(self.builder.srcdir))
    graph, urls = ways.needs(found), {chapter.stem: relative(self, chapter.docname) for chapter in found}
    titles = {chapter.stem: chapter.title for chapter in found}
    rows = [
        {
            "title": titles[stem],
            "url": urls[stem],
            "needs": [(titles[before], urls[before], why) for before, why in graph[stem].items()],
            "leads": [(titles[after], urls[after]) for after in graph if stem in graph[after]],
        }
        for stem in graph
    ]
    html = markup.TEMPLATES.get_template("map.html")
    self.body.append(html.render(map=ways.layout(found), rows=rows, urls=urls, line=LINE))
    raise nodes.SkipNode


def visit_house(self, node):
    found = house.House(Path(self.builder.srcdir))
    made, rooms = found.drawn(), found.described()
    urls = {key: f"#{room['anchor']}" for key, room in rooms.items()}
    self.body.append(markup.TEMPLATES.get_template("house.html").render(map=made, rooms=rooms, urls=urls, line=LINE))
    raise nodes.SkipNode


def visit_paths(self, node):
    root = Path(self.builder.srcdir)
    found = chapters.chapters(root)
    urls = {chapter.stem: relative(self, chapter.docname) for chapter in found}
    titles = {chapter.stem: chapter.title for chapter in found}
    html = markup.TEMPLATES.get_template("paths.html")
    self.body.append(html.render(paths=ways.paths(root), urls=urls, titles=titles, hours=ways.hours))
    raise nodes.SkipNode


def visit_byline(self, node):
    titles = {chapter.stem: chapter for chapter in chapters.chapters(Path(self.builder.srcdir))}
    known = [stem for stem in node["matter"]["prerequisites"] or () if stem in titles]
    for stem in sorted(set(node["matter"]["prerequisites"] or ()) - set(known)):
        words = "prerequisite %r is not a chapter. Write a chapter's stem there, or take it out."
        LOGGER.warning(words, stem, location=(self.builder.current_docname, 1))
    before = [(titles[stem].title, relative(self, titles[stem].docname)) for stem in known]
    html = markup.TEMPLATES.get_template("byline.html")
    part = chapters.PARTS[node["matter"]["part"]][0]
    stem = node["matter"]["stem"]
    section = self.builder.env.domains["std"].anonlabels.get(f"teaching-{stem}")
    about = {
        "teach": section and f"{relative(self, section[0])}#{section[1]}",
        "launch": launched(self, titles[stem]),
        "slides": up(self, slides.address(stem)),
    }
    self.body.append(html.render(matter=node["matter"], part=part, before=before, **about))
    raise nodes.SkipNode


def launched(self, chapter):
    """The menu that opens a chapter as a notebook."""
    published = launch.source(Path(self.builder.srcdir))
    return markup.launch(
        lite=up(self, f"lite/notebooks/index.html?path={chapter.stem}.ipynb"),
        file=up(self, f"lite/files/{chapter.stem}.ipynb"),
        binder=published and launch.binder(published, chapter.stem),
        hub=published and launch.hub(published, chapter),
    )


def visit_code(self, node):
    self.body.append(f'<details class="m-code"><summary>{node["summary"]}</summary>\n')


def depart_code(self, node):
    self.body.append("</details>\n")


def visit_python(self, node):
    spec = {"root": up(self, "")} | node["spec"]
    self.body.append(markup.TEMPLATES.get_template("python.html").render(spec=spec))
    raise nodes.SkipNode


def visit_tools(self, node):
    self.body.append(markup.TEMPLATES.get_template("cell-tools.html").render(number=node["number"]))
    raise nodes.SkipNode


def visit_words(self, node):
    """For builders without HTML: what the node says in words."""
    if isinstance(node, view_node):
        self.add_text(node["spec"]["description"])
    raise nodes.SkipNode


def ignore(self, node):
    """The node has no closing part."""


def add_nodes(app):
    for node, visit, depart in (
        (view_node, visit_view, ignore),
        (claim_node, visit_claim, ignore),
        (exercise_node, visit_exercise, depart_exercise),
        (exercise_part, visit_part, depart_part),
        (scoreboard_node, visit_scoreboard, ignore),
        (verdicts_node, visit_verdicts, ignore),
        (progress_node, visit_progress, ignore),
        (parts_node, visit_parts, ignore),
        (map_node, visit_map, ignore),
        (house_node, visit_house, ignore),
        (paths_node, visit_paths, ignore),
        (byline_node, visit_byline, ignore),
        (code_below, visit_code, depart_code),
        (python_node, visit_python, ignore),
        (cell_tools, visit_tools, ignore),
    ):
        app.add_node(node, html=(visit, depart), text=(visit_words, None))
