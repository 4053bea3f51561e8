"""What the book knows of its chapters: table of contents, front matter, claims, legends."""

import ast
import re
import unicodedata
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml
from miniatures_book.messages import line_of, told

PARTS = {
    "numbers": ("Numbers", "Series, kernels, epidemics, rankings: what a number says, and what it is made to say."),
    "learning": (
        "Learning from little",
        "Few labels, short recordings, known physics: how far a model gets with what there is.",
    ),
    "architectures": (
        "Shapes of networks",
        "Wider, deeper, attending, adversarial: what the shape of a network buys, and at what cost.",
    ),
    "inside": (
        "Looking inside",
        "Curve detectors, atlases, cloaks: what a trained network holds, and how we would know.",
    ),
    "video": ("Cameras and video", "Mattes, layers, depth, faces: what the geometry of a camera gives for nothing."),
    "recognition": ("Datasets and recognition", "Masks, traces, landmarks, photo albums: what a benchmark measures."),
}
SLIDE = "% slide"  # the line before a block that is a slide: see slides.py
LEGEND = re.compile(r"(?!>>>|\.\.\. )(\S+(?: \S+)*) {2,}(\S.*)$")
CLAIMS = "chapters/claims.yml"
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.S)


@dataclass(frozen=True)
class Chapter:
    """A chapter: the path of its page without ending, below the book's root, and its front matter."""

    docname: str
    matter: dict

    @property
    def stem(self) -> str:
        return self.matter.get("stem", self.docname.rpartition("/")[2])

    @property
    def part(self) -> str:
        """The folder, which the front matter repeats."""
        return Path(self.docname).parent.name

    @property
    def title(self) -> str:
        return self.matter.get("title", self.stem)


@lru_cache(maxsize=256)
def _parsed(text: str):
    return yaml.load(text, yaml.CSafeLoader)


def mapping(text: str, file: str, above: int = 0) -> dict:
    """What a text of YAML says, a copy of its own: a build asks a thousand times for the same few texts.

    ValueError names the `file`, and the line in it, of a text that is no YAML or no mapping; `above` lines
    of the file stand before the text.
    """
    try:
        found = _parsed(text)
    except yaml.YAMLError as error:
        line = above + error.problem_mark.line + 1
        cure = "Put quotes around a value that holds ': ' or begins with a sign, and look at the lines' indents"
        raise ValueError(told(file, line, f"this is no YAML: {error.problem}", cure)) from None
    if found is not None and not isinstance(found, dict):
        cure = "Write a name, a colon and a value on each line"
        raise ValueError(told(file, above + 1, f"'name: value' lines must stand here, not {found!r}", cure))
    return deepcopy(found) or {}


def read_mapping(root: Path, file: str) -> dict:
    """The mapping that a YAML file of the book holds."""
    return mapping((root / file).read_text("utf8"), file)


def front_matter(text: str, page: str) -> dict:
    """The front matter of a page's source; {} where there is none. ValueError names `page` and line where it is wrong."""
    found = FRONT_MATTER.match(text)
    return mapping(found[1], page, above=1) if found else {}


def captioned(root: Path) -> list[tuple[str, list[str]]]:
    """(caption, pages) of each part of _toc.yml, in its order, the pages as paths without ending; the first part is the root page."""
    toc = read_mapping(root, "_toc.yml")

    def files(node):
        if isinstance(node, list):
            return [name for item in node for name in files(item)]
        own = [node["file"]] if "file" in node else []
        return own + [name for key in ("parts", "chapters", "sections") for name in files(node.get(key, []))]

    parts = [(part.get("caption", ""), files(part)) for part in toc.get("parts", [])]
    return [("", [toc["root"], *files({key: toc[key] for key in toc if key != "parts"})]), *parts]


def contents(root: Path) -> list[str]:
    """The pages of the book in the order of _toc.yml, as paths without ending."""
    return [name for _, names in captioned(root) for name in names]


def chapters(root: Path) -> list[Chapter]:
    """The chapters, in the order of _toc.yml: the pages that lie in a part's folder. ValueError for a missing one."""
    names = [name for name in contents(root) if Path(name).parent.name in PARTS]
    for name in names:
        if not (root / f"{name}.md").is_file():
            line = line_of((root / "_toc.yml").read_text("utf8"), rf"file: {re.escape(name)}\s*$")
            cure = f"Write {name}.md, or take the line out"
            raise ValueError(told("_toc.yml", line, f"{name} is listed, but there is no such page", cure))
    return [Chapter(name, front_matter((root / f"{name}.md").read_text("utf8"), f"{name}.md")) for name in names]


def claims(root: Path) -> dict[str, dict]:
    """chapters/claims.yml: claim id -> said, figure, source. ValueError for an id that stands twice."""
    text = (root / CLAIMS).read_text("utf8")
    names = re.findall(r"^(\S+):", text, re.M)
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice:
        line = line_of(text, *[f"^{re.escape(twice)}:"] * 2)
        wrong = f"{twice} is listed twice, and YAML would keep the last one alone"
        raise ValueError(told(CLAIMS, line, wrong, "Give this one the next number, or take it out"))
    return mapping(text, CLAIMS)


def module(root: Path, stem: str) -> Path:
    """The file of a module of the miniatures."""
    return root / "code" / "miniatures" / f"{stem}.py"


@cache
def parsed(source: str) -> ast.Module:
    """A source's tree, for reading: each source is parsed once a build."""
    return ast.parse(source)


def legend(root: Path, stem: str) -> list[tuple[str, str]]:
    """(symbol, meaning) of each line of the legend in the module's docstring."""
    lines = (ast.get_docstring(parsed(module(root, stem).read_text("utf8"))) or "").splitlines()
    rows: list[tuple[str, str]] = []
    while lines:
        rows += take_legend(lines)
        del lines[:1]
    return rows


def take_legend(lines: list[str]) -> list[tuple[str, str]]:
    """The legend at the head of a docstring's `lines`, taken from them; [] where none stands there.

    A legend line sets the symbol apart from its meaning by two spaces or more; an indented line
    continues the meaning before it.
    """
    rows = []
    while lines and (found := LEGEND.match(lines[0])):
        meaning = [found[2]]
        del lines[0]
        while lines and re.match(r" {4,}\S", lines[0]):
            meaning.append(lines.pop(0).strip())
        rows.append((found[1], " ".join(meaning)))
    return rows


GREEK = {  # Unicode spells λ "lamda"
    unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda"): letter
    for letter in "αβγδεζηθικλμνξοπρστυφχψω"
}


def _place(symbol: str) -> tuple:
    """Where a symbol stands in a list: Latin before Greek, `sigma` as σ; of a letter the small one, the capital, then words."""
    head = re.split(r"[,\s]", symbol)[0]
    base, rest = re.match(r"([^\W\d_]*)(.*)", head.strip("|"), re.S).groups()
    letter = GREEK.get(base, base) + rest
    return (letter[:1].lower(), len(GREEK.get(base, base)) > 1, letter[:1].isupper(), letter.lower(), symbol)


def symbols(root: Path, found: list[Chapter]) -> list[tuple[str, str, list[Chapter]]]:
    """(symbol, meaning, chapters) of all legends, sorted so that a symbol's meanings stand together; a missing module has none."""
    users: dict[tuple[str, str], list[Chapter]] = {}
    for chapter in found:
        for line in legend(root, chapter.stem) if module(root, chapter.stem).is_file() else ():
            users.setdefault(line, []).append(chapter)
    ordered = sorted(users, key=lambda line: _place(line[0]))  # stable: meanings in the order of the book
    return [(symbol, meaning, users[symbol, meaning]) for symbol, meaning in ordered]


def number(claim: str) -> str:
    """ "C2" of "fixmatch.C2"."""
    return claim.rpartition(".")[2]


def readme_table(root: Path) -> str:
    """README's table of chapters, as Markdown."""
    rows = [
        f"| [{chapter.title}]({chapter.docname}.md) | {PARTS[chapter.part][0]} | {chapter.matter.get('minutes', '')} |"
        for chapter in chapters(root)
    ]
    return "\n".join(["| chapter | part | minutes |", "|---|---|---|", *rows])


def readme_parts(root: Path) -> list[str]:
    """README before its table of chapters, the mark, the table, the mark, the rest. ValueError without the marks."""
    text = (root / "README.md").read_text("utf8")
    parts = re.split(r"(<!-- /?chapters -->)", text)
    if parts[1::2] != ["<!-- chapters -->", "<!-- /chapters -->"]:
        wrong = "the table of chapters needs a line <!-- chapters --> before it and <!-- /chapters --> after it"
        raise ValueError(told("README.md", line_of(text, "^## Chapters"), wrong, "Put them back, once each"))
    return parts


def update_readme(root: Path) -> None:
    """Write `readme_table` between README's marks."""
    parts = readme_parts(root)
    parts[2] = f"\n{readme_table(root)}\n"
    (root / "README.md").write_text("".join(parts), "utf8")
