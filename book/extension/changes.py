"""What changed on the site between two builds, in Markdown: the text of `make diff` and of the comment on a pull request.

The comment is written where a token may write, from a list that a stranger's build has made. So this
file needs nothing but Python itself, believes nothing of the list and lets no name through as it is:

    python3 book/extension/changes.py diff.json --pictures ADDRESS
"""

import argparse
import json
import re
from pathlib import Path
from urllib.parse import quote

MARK = "<!-- pages changed -->"  # by which the comment of an earlier push is found
KINDS = {  # what is said of one page, and of several
    "changed": ("looks different", "look different"),
    "added": ("is new", "are new"),
    "removed": ("is gone", "are gone"),
    "alike": ("differs in its source and looks the same", "differ in their source and look the same"),
}
STATES = {
    "compared": "{}",
    "base": "The book does not build at the commit to compare with, {}. No pages were compared.",
    "head": "The book does not build with this change. No pages were compared.",
}
MOST, LONGEST = 60, 160  # names of a kind, characters of a name


def markdown(found: dict, pictures: str = "") -> str:
    """The list as Markdown, with a link to the `pictures`. ValueError where it is none that `make diff` writes."""
    state, _, menu, _, kinds = checked(found)
    lines = [MARK, "### Pages changed", "", says(found), ""]
    for kind, names in kinds.items():
        lines += section(kind, names)
    if pictures and state == "compared" and (kinds["changed"] or kinds["added"] or menu):
        lines += [f"[Pictures before and after]({quote(pictures, safe=':/?=&#%')}): unpack and open `index.html`.", ""]
    return "\n".join(lines)


def says(found: dict) -> str:
    """The list in one sentence, with all counts."""
    state, base, menu, unchanged, kinds = checked(found)
    if state != "compared":
        return STATES[state].format(base[:12])
    parts = [f"{counted(len(names))} {KINDS[kind][len(names) != 1]}" for kind, names in kinds.items() if names]
    parts += ["the menu changed"] if menu else []
    return f"Since {base[:12]}: {', '.join(parts) or 'no page changed'}; {counted(unchanged)} unchanged."


def checked(found: dict) -> tuple[str, str, bool, int, dict[str, list[str]]]:
    """The parts of a list, each of the type that it must have."""
    if not isinstance(found, dict) or found.get("state") not in STATES:
        raise ValueError(f"state must be one of {', '.join(STATES)}")
    base, menu, unchanged = (found.get(name) for name in ("base", "menu", "unchanged"))
    if not isinstance(base, str) or not re.fullmatch(r"[0-9a-f]{40}([0-9a-f]{24})?", base):
        raise ValueError("base must be the digest of a commit")
    if not isinstance(menu, bool) or type(unchanged) is not int or unchanged < 0:
        raise ValueError("menu must be true or false, unchanged a count")
    kinds = {kind: found.get(kind) for kind in KINDS}
    for kind, names in kinds.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError(f"{kind} must be a list of pages")
    return found["state"], base, menu, unchanged, kinds


def counted(pages: int) -> str:
    return "1 page" if pages == 1 else f"{pages} pages"


def section(kind: str, names: list[str]) -> list[str]:
    """The pages of one kind, as a list below a line that says what they have in common."""
    if not names:
        return []
    more = [f"- and {len(names) - MOST} more"] if len(names) > MOST else []
    return [
        f"**{KINDS[kind][len(names) != 1].capitalize()}**",
        "",
        *(f"- `{plain(name)}`" for name in names[:MOST]),
        *more,
        "",
    ]


def plain(name: str) -> str:
    """A name of letters, digits and `_.-~/%` alone, which mean nothing in Markdown between backticks."""
    return quote(name, safe="/", errors="replace")[:LONGEST]


def main() -> None:
    """Print the comment for a list."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("list", type=Path)
    parser.add_argument("--pictures", default="")
    options = parser.parse_args()
    try:
        print(markdown(json.loads(options.list.read_text("utf8")), options.pictures))
    except (ValueError, RecursionError) as error:  # of JSON too
        raise SystemExit(f"{options.list} is no list of changed pages: {error}") from None


if __name__ == "__main__":
    main()
