"""What a teacher needs of each chapter and its page does not say: chapters/teaching/<stem>.yml, read and checked.

Each complaint names file, line and cure; the contract and the build tell the same ones. lessons.py makes pages of it.
"""

import difflib
import re
from pathlib import Path

import yaml
from miniatures.exercises import exercises, number
from miniatures.wording import typeset
from miniatures_book import chapters
from miniatures_book.chapters import Chapter

FOLDER = "chapters/teaching"
FORM = {  # list -> how many items, keys that each must have, keys that it may have
    "plan": ((4, 7), ("minutes", "section", "do"), ()),
    "misconceptions": ((2, 4), ("belief", "exercise", "help"), ("answer",)),
    "discussion": ((3, 5), ("question", "listen_for"), ()),
}
TEXTS = ("do", "belief", "exercise", "help", "question", "listen_for")
LONGEST = 1.5  # a lesson, in times the chapter's minutes
HEADING = re.compile(r"^#{1,3} +(.+?) *$", re.M)
CODE = re.compile(r"^(`{3,}).*?^\1 *$", re.M | re.S)
SEE = "see chapters/contributing/chapter.md"


def file_of(stem: str) -> str:
    """The path of a chapter's teaching file, below the book's root."""
    return f"{FOLDER}/{stem}.yml"


def headings(text: str) -> list[str]:
    """The headings of a page of Markdown, its title first, as they are written."""
    return HEADING.findall(CODE.sub("", chapters.FRONT_MATTER.sub("", text)))


def problems(root: Path, docname: str, text: str):
    """What is wrong with the teaching file of the page `docname`, whose source is `text`: "file:line: what. Cure"."""
    stem = docname.rpartition("/")[2]
    file = root / file_of(stem)
    if not file.is_file():
        yield f"{file_of(stem)}:1: there is no such file. Copy the form of book/template/teaching.yml ({SEE})."
        return
    source = file.read_text("utf8")
    try:
        found, lines, twice = located(source)
    except yaml.YAMLError as error:
        line = error.problem_mark.line + 1 if getattr(error, "problem_mark", None) else 1
        yield f"{file_of(stem)}:{line}: this is no YAML ({getattr(error, 'problem', error)}). Quote a text that holds a colon or a #."
        return
    wrong = [(path, f"{path[-1]!r} stands twice, and YAML would keep the last alone. Join the two") for path in twice]
    wrong += ill_formed(found)
    if not wrong:
        wrong = [
            *mistimed(found, chapters.front_matter(text, f"{docname}.md")),
            *misplaced(found, headings(text)),
            *unrevealed(found, stem),
        ]
    for path, words in wrong:
        line = next(lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines)
        yield f"{file_of(stem)}:{line}: {words}."


def located(source: str) -> tuple[object, dict[tuple, int], list[tuple]]:
    """What YAML says; the line of each part by its path, such as ("plan", 0, "do"); the paths of keys that stand twice."""
    lines: dict[tuple, int] = {(): 1}
    twice = []

    def walk(node, path):
        lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = (*path, key.value)
                twice.extend([below] * (below in lines))
                lines[below] = key.start_mark.line + 1
                walk(value, below)
        elif isinstance(node, yaml.SequenceNode):
            for place, item in enumerate(node.value):
                walk(item, (*path, place))

    tree = yaml.compose(source, Loader=yaml.CSafeLoader)
    if tree is not None:
        walk(tree, ())
    return yaml.load(source, yaml.CSafeLoader), lines, twice


def ill_formed(found):
    """(path, words) of what does not have the form: lists, keys, texts."""
    yield from keys_of(found, (), tuple(FORM), ())
    for name, ((low, high), needed, allowed) in FORM.items():
        items = found.get(name) if isinstance(found, dict) else None
        if items is None:
            continue
        if not isinstance(items, list) or not low <= len(items) <= high:
            count = len(items) if isinstance(items, list) else "none"
            yield (name,), f"{name} must be a list of {low} to {high} items, and has {count}. Add, join or leave out"
            continue
        for place, item in enumerate(items):
            yield from keys_of(item, (name, place), needed, allowed)
            yield from texts_of(item, (name, place))


def keys_of(item, path, needed, allowed):
    """(path, words) where an item lacks a key or has one that nobody reads."""
    if not isinstance(item, dict):
        yield path, f"here stand {', '.join(needed)}, each as 'name: value', not {item!r}. {SEE.capitalize()}"
        return
    for key in needed:
        if key not in item:
            yield path, f"{key!r} is missing. Add it ({SEE})"
    for key in item:
        if key not in (*needed, *allowed):
            yield (*path, key), f"nothing reads {key!r}. Use one of {', '.join((*needed, *allowed))}, or leave it out"


def texts_of(item, path):
    """(path, words) where a text is empty, or is something else to YAML."""
    for key in TEXTS:
        value = item.get(key, "-") if isinstance(item, dict) else "-"
        if not isinstance(value, str):
            yield (
                (*path, key),
                f"{key} must be a text, not {value!r}. Write it, in quotes if YAML takes it for something else",
            )
        elif not value.strip():
            yield (*path, key), f"{key} is empty. Write it"


def mistimed(found, matter):
    """(path, words) where the plan's minutes are no numbers or do not fit the chapter's."""
    minutes = [step["minutes"] for step in found["plan"]]
    for place, one in enumerate(minutes):
        if type(one) is not int or one < 1:
            yield (
                ("plan", place, "minutes"),
                f"minutes must be a whole number from 1, not {one!r}. Write how long the step takes",
            )
            return
    low = matter.get("minutes")
    high = LONGEST * low if isinstance(low, int) else None  # else the front matter is wrong
    if high and not low <= sum(minutes) <= high:
        yield (
            ("plan",),
            (
                f"the plan takes {sum(minutes)} minutes, where the page says {low}. Make it {low} to {high:g}, "
                "or mend 'minutes' of the page's front matter"
            ),
        )


def misplaced(found, known):
    """(path, words) where a step names no heading of the page."""
    for place, step in enumerate(found["plan"]):
        if step["section"] is not None and step["section"] not in known:
            near = difflib.get_close_matches(str(step["section"]), known, 1, 0)
            yield (
                ("plan", place, "section"),
                (
                    f"{step['section']!r} is no heading of the page. Write one as it stands there, such as {near[0]!r}, or null"
                ),
            )


def unrevealed(found, stem):
    """(path, words) where an exercise is none of the chapter's, or an answer none of its typical mistakes."""
    known = {exercise.id: exercise for exercise in exercises(stem)}
    for name, items in found.items():
        for place, item in enumerate(items):
            for key, text in item.items():
                for id in sorted(set(re.findall(rf"\b{stem}-\d+\b", str(text))) - set(known)):
                    yield (name, place, key), f"{id} is no exercise. Write one of {', '.join(known)}"
    for place, item in enumerate(found["misconceptions"]):
        path, exercise = ("misconceptions", place), known.get(item["exercise"])
        if exercise is None:
            if not re.fullmatch(rf"{stem}-\d+", item["exercise"]):
                yield (
                    (*path, "exercise"),
                    f"{item['exercise']!r} is no exercise of the chapter. Write one of {', '.join(known)}",
                )
        elif "answer" in item and mistake(exercise, item["answer"]) is None:
            yield (*path, "answer"), (
                f"{item['answer']!r} is no typical mistake of {exercise.id}. "
                + ("Leave the answer out: it asks for a function" if exercise.kind == "code" else
                   f"Write one of {' | '.join(map(said, (one.answer for one in exercise.mistakes)))}, or leave it out")
            )  # fmt: skip


def mistake(exercise, given):
    """The typical mistake of an exercise that a text or a list stands for; None where it is none."""
    for one in exercise.mistakes:
        if exercise.kind == "number":
            try:
                same = abs(number(given) - one.answer) <= exercise.tolerance
            except ValueError:
                return None
        elif exercise.kind == "order":
            same = (isinstance(given, list) and tuple(map(str, given)) == one.answer) or given == said(one.answer)
        else:
            same = exercise.kind == "choice" and given == one.answer
        if same:
            return one
    return None


def said(answer) -> str:
    """An answer as one writes it: four digits of a number that has more, an order with commas."""
    if isinstance(answer, (tuple, list)):
        return ", ".join(map(str, answer))
    return typeset(f"{answer:.6g}") if isinstance(answer, (int, float)) else str(answer)


def lesson(root: Path, chapter: Chapter) -> dict:
    """A chapter's teaching file. ValueError says all that is wrong with it."""
    text = (root / f"{chapter.docname}.md").read_text("utf8")
    if wrong := list(problems(root, chapter.docname, text)):
        raise ValueError("\n".join(wrong))
    return yaml.safe_load((root / file_of(chapter.stem)).read_text("utf8"))
