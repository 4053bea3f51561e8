"""The teaching pages: a section for each chapter, and in a build with the answer key (KEY=1) what only teachers need.

`{teaching} numbers` writes the sections of a part, `{teaching}` the overview of all. A public build never parses what
belongs to the key, so neither its pages nor its stored environment hold any of it; the key's build has folders of its own.
"""

import re
import textwrap
from pathlib import Path

from docutils import nodes
from miniatures.exercises import exercises
from miniatures_book import chapters, teaching
from miniatures_book.chapters import Chapter
from miniatures_book.directives import Gathering
from miniatures_book.teaching import FOLDER, said
from myst_parser.mdit_to_docutils.base import default_slugify

KEY = "m_key"  # Sphinx's setting: the build holds the answer key
MARK = "ANSWER-KEY-NOT-FOR-PUBLISHING.txt"
BANNER = "Answer key: this build holds what is meant for teachers alone. It is not for publishing."


def label(stem: str) -> str:
    """The name by which other pages link to a chapter's section."""
    return f"teaching-{stem}"


def linked(text: str, stem: str) -> str:
    """`text` with the ids of the chapter's exercises as links, with a capital where a sentence begins.

    >>> linked("Now demo-3. demo-4?", "demo")
    'Now {ref}`exercise\\xa03 <exercise-demo-3>`. {ref}`Exercise\\xa04 <exercise-demo-4>`?'
    """

    def link(found):
        word = "Exercise" if re.search(r"(?:^|[.?!])\s*$", found.string[: found.start()]) else "exercise"
        return f"{{ref}}`{word}\u00a0{found[2]} <exercise-{found[1]}>`"

    return re.sub(rf"`?\b({stem}-(\d+))\b`?", link, text.strip())


def anchor(heading: str) -> str:
    """The anchor that MyST gives to a heading."""
    return default_slugify(re.sub(r"\$[^$]*\$|[*`]", "", heading))


def minutes(found: dict) -> int:
    """How long a lesson takes."""
    return sum(step["minutes"] for step in found["plan"])


def opening(root: Path, chapter: Chapter, found: dict) -> str:
    """Where the chapter is, how long it takes, what comes before it, and what the class can do afterwards."""
    titles = {one.stem: one for one in chapters.chapters(root)}
    needed = chapter.matter.get("prerequisites") or {}
    before = [
        f"- [{titles[stem].title}](/{titles[stem].docname}.md)" + f": {needed[stem]}" * isinstance(needed, dict)
        for stem in needed
        if stem in titles
    ]
    return "\n\n".join(
        (
            f"[To the chapter](/{chapter.docname}.md). Reading takes {chapter.matter['minutes']} minutes, the lesson below {minutes(found)}; "
            f"it has {len(exercises(chapter.stem))} exercises.",
            "**Before it.** " + ("The class has met" if before else "It needs no other chapter."),
            "\n".join(before),
            "**Afterwards.** The class can",
            "\n".join(f"- {goal}" for goal in chapter.matter["objectives"]),
        )
    )


def plan(chapter: Chapter, found: dict) -> str:
    """The lesson as a list: from when to when, at which section, what is done."""
    clock, steps = 0, []
    for step in found["plan"]:
        end = clock + step["minutes"]
        where = f" [{step['section']}](/{chapter.docname}.md#{anchor(step['section'])})" if step["section"] else ""
        steps.append(f"- *{clock} to {end} min*{where}\n\n{textwrap.indent(linked(step['do'], chapter.stem), '  ')}")
        clock = end
    return "\n\n".join(steps)


def misconception(item: dict, stem: str) -> str:
    """A belief, the exercise that reveals it, and what helps."""
    number = item["exercise"].rpartition("-")[2]
    return (
        f"“{item['belief'].strip()}” {{ref}}`Exercise\u00a0{number} <exercise-{item['exercise']}>` reveals it.\n\n"
        f"{linked(item['help'], stem)}"
    )


class Teaching(Gathering):
    """`{teaching} <part>`: what a teacher needs of each chapter of a part; without a part, the overview."""

    optional_arguments = 1

    def made(self):
        found = chapters.chapters(self.root)
        self.env.note_dependency(str(Path(__file__)))
        if not self.arguments:
            return self.overview(found)
        part = self.arguments[0]
        if part not in chapters.PARTS:
            raise ValueError(f"{part!r} is no part: one of {', '.join(chapters.PARTS)}")
        members = [chapter for chapter in found if chapter.part == part]
        if not members:
            return [nodes.paragraph("", "No chapter of this part is in the book yet.")]
        return [self.chapter(chapter) for chapter in members]

    def overview(self, found: list[Chapter]) -> list[nodes.Node]:
        """A line for each chapter, with the minutes of reading and of the lesson; then the folder's other pages."""
        rows = ["| chapter | to read, min | in class, min | exercises |", "|---|---|---|---|"]
        for chapter in found:
            lesson, asked = teaching.lesson(self.root, chapter), len(exercises(chapter.stem))
            rows.append(
                f"| {{ref}}`{chapter.title} <{label(chapter.stem)}>` | {chapter.matter['minutes']} | {minutes(lesson)} | {asked} |"
            )
        own = {self.env.docname, *(f"{FOLDER}/{part}" for part in chapters.PARTS)}
        others = [name for name in chapters.contents(self.root) if name.startswith(f"{FOLDER}/") and name not in own]
        more = "\n".join(f"- {{doc}}`/{name}`" for name in others)
        return self.parsed("\n".join(rows) + (f"\n\nMore for teachers:\n\n{more}" if more else ""))

    def chapter(self, chapter: Chapter) -> nodes.section:
        """A chapter's section, under a name of its own, so that others can point at it."""
        for file in (
            teaching.file_of(chapter.stem),
            f"{chapter.docname}.md",
            f"code/miniatures/exercises/{chapter.stem}.py",
        ):
            self.env.note_dependency(str(self.root / file))
        found, stem = teaching.lesson(self.root, chapter), chapter.stem
        whole = self.section(chapter.title, stem, *self.parsed(opening(self.root, chapter, found)))
        place = self.env.docname, whole["ids"][0]
        names = self.env.domains["std"]
        names.labels[label(stem)], names.anonlabels[label(stem)] = (*place, chapter.title), place
        whole += self.section(
            "Lesson plan", f"{stem}-plan", nodes.container("", *self.parsed(plan(chapter, found)), classes=["m-plan"])
        )
        whole += self.section(
            "Misconceptions", f"{stem}-misconceptions", self.listed(found["misconceptions"], self.belief, stem)
        )
        whole += self.section("To discuss", f"{stem}-discussion", self.listed(found["discussion"], self.question, stem))
        if self.config[KEY]:
            answers = [self.answer(exercise) for exercise in exercises(stem)]
            whole += self.section("Answer key", f"{stem}-key", *answers)
        return whole

    @staticmethod
    def section(title: str, name: str, *children: nodes.Node) -> nodes.section:
        return nodes.section("", nodes.title("", title), *children, ids=[nodes.make_id(name)], names=[name])

    @staticmethod
    def listed(items, made, stem) -> nodes.bullet_list:
        return nodes.bullet_list("", *(nodes.list_item("", *made(item, stem)) for item in items))

    def belief(self, item: dict, stem: str) -> list[nodes.Node]:
        shown = list(self.parsed(misconception(item, stem)))
        if self.config[KEY] and "answer" in item:
            exercise = next(one for one in exercises(stem) if one.id == item["exercise"])
            one = teaching.mistake(exercise, item["answer"])
            shown.append(key_of(worded("Given away by", said(one.answer)), worded("The page then says", one.message)))
        return shown

    def question(self, item: dict, stem: str) -> list[nodes.Node]:
        shown = list(self.parsed(linked(item["question"], stem)))
        if self.config[KEY]:
            shown.append(key_of(*self.parsed(f"**Listen for.** {linked(item['listen_for'], stem)}")))
        return shown

    def answer(self, exercise) -> nodes.container:
        """An exercise with all that its author knows of it."""
        number = exercise.id.rpartition("-")[2]
        parts = list(self.parsed(f"{{ref}}`Exercise {number} <exercise-{exercise.id}>`. {exercise.question}"))
        if exercise.kind != "code":
            unit = f" {exercise.unit}" if getattr(exercise, "unit", "") else ""
            within = f", right within {said(exercise.tolerance)}{unit}" if exercise.kind == "number" else ""
            parts.append(worded("Answer", f"{said(exercise.answer)}{unit}{within}"))
        parts += self.parsed(f"**Solution.** {exercise.solution}")
        parts.append(nodes.paragraph("", "", nodes.strong("", "Typical mistakes.")))
        parts.append(nodes.bullet_list("", *(slip(one, exercise) for one in exercise.mistakes)))
        return key_of(*parts)


def key_of(*parts: nodes.Node) -> nodes.container:
    """What the public build leaves out."""
    return nodes.container("", *parts, classes=["m-key"])


def worded(head: str, text: str) -> nodes.paragraph:
    """A paragraph with a run-in heading, whose text is not Markdown."""
    return nodes.paragraph("", "", nodes.strong("", f"{head}. "), nodes.Text(text))


def slip(one, exercise) -> nodes.list_item:
    """A typical mistake, and what the page says of it; of a function the lines that its solution does not have."""
    if exercise.kind != "code":
        given = said(one.answer)
        stop = "" if given.endswith((".", "?", "!")) else "."
        return nodes.list_item("", nodes.paragraph("", f"“{given}”{stop} {one.message}"))
    code = nodes.literal_block(
        differing(one.answer, exercise.answer), differing(one.answer, exercise.answer), language="python"
    )
    return nodes.list_item("", nodes.paragraph("", one.message), code)


def differing(code: str, right: str) -> str:
    """The lines of a function that the right one does not have, without their common indent; all of it where none differs.

    >>> differing("def f(x):\\n    return x + 1\\n", "def f(x):\\n    return x\\n")
    'return x + 1'
    """
    other = [line for line in code.splitlines() if line.strip() and line not in right.splitlines()]
    return textwrap.dedent("\n".join(other)) or code


def warn(app, config):
    """Each page of a build with the key says so at its top."""
    if config[KEY]:
        config.html_theme_options = config.html_theme_options | {"announcement": BANNER}


def sign(app, failure):
    """A build with the key carries a file that says what it is, and is refused by none who looks into the folder."""
    if not failure and app.config[KEY] and app.builder.format == "html":
        (Path(app.outdir) / MARK).write_text(f"{BANNER}\n", "utf8")


def setup(app):
    app.add_config_value(KEY, False, "env")
    app.add_directive("teaching", Teaching)
    app.connect("config-inited", warn)
    app.connect("build-finished", sign)
