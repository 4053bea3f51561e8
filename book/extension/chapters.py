"""What the book knows of its chapters: table of contents, front matter, claims, legends."""

import ast
import re
import unicodedata
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

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
    return yaml.safe_load(text)


def _yaml(text: str):
    """What a text of YAML says, a copy of its own: a build asks a thousand times for the same few texts."""
    return deepcopy(_parsed(text))


def front_matter(text: str, page: str = "a page") -> dict:
    """The front matter of a page's source; {} where there is none. ValueError names a `page` whose matter is no YAML."""
    found = FRONT_MATTER.match(text)
    try:
        matter = _yaml(found[1]) if found else None
    except yaml.YAMLError as error:
        raise ValueError(f"{page}: the front matter is no YAML: {error}") from None
    if matter is not None and not isinstance(matter, dict):
        raise ValueError(f"{page}: the front matter must hold 'name: value' lines, not {matter!r}")
    return matter or {}


def captioned(root: Path) -> list[tuple[str, list[str]]]:
    """(caption, pages) of each part of _toc.yml, in its order, the pages as paths without ending; the first part is the root page."""
    toc = _yaml((root / "_toc.yml").read_text("utf8"))

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
    missing = [name for name in names if not (root / f"{name}.md").is_file()]
    if missing:
        raise ValueError(f"_toc.yml lists {', '.join(missing)}, but there is no such page")
    return [Chapter(name, front_matter((root / f"{name}.md").read_text("utf8"), f"{name}.md")) for name in names]


def claims(root: Path) -> dict[str, dict]:
    """chapters/claims.yml: claim id -> said, figure, source. ValueError for an id that stands twice."""
    text = (root / "chapters" / "claims.yml").read_text("utf8")
    names = re.findall(r"^(\S+):", text, re.M)
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice:
        raise ValueError(f"chapters/claims.yml lists {twice} twice: YAML would keep the last one alone")
    return _yaml(text) or {}


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


def update_readme(root: Path) -> None:
    """Write `readme_table` between README's marks."""
    file = root / "README.md"
    parts = re.split(r"(<!-- /?chapters -->)", file.read_text("utf8"))
    parts[2] = f"\n{readme_table(root)}\n"
    file.write_text("".join(parts), "utf8")
