"""The built pages as they stand on paper: what PDF and ePub share.

Each page of the table of contents is read from the built site and stripped of all that needs a screen.
Controls become a line that says which setting is shown, what was folded lies open, an exercise gets room
to write in and loses its solution. Links between pages are kept as `page:<docname>#<id>`, to be resolved
by who writes the book.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import yaml
from lxml import html
from miniatures_book import chapters, markup

ADDRESS = "MINIATURES_ADDRESS"
INDEX = "genindex"
SCREEN = ("script, noscript, style, button, a.headerlink, .m-cell-tools, .m-feedback, .m-solution, .m-claim-link, .m-save, "
          ".m-offline, .genindex-jumpbox")  # fmt: skip
SCREEN_ATTRIBUTES = (
    "tabindex",
    "aria-live",
    "loading",
    "data-view",
    "data-cell",
    "data-exercise",
    "data-name",
    "data-order",
    "target",
    "border",
)
SHORT = 18  # lines of code that stay on one page
LINES = {"number": 2, "choice": 0, "order": 0, "code": 8}  # to write on, for each kind of exercise


@dataclass(frozen=True)
class Leaf:
    """A page of the book, fit for paper: `caption` names the part of the table of contents that it stands in."""

    docname: str
    caption: str
    title: str
    body: html.HtmlElement

    @property
    def slug(self) -> str:
        return slug(self.docname)


def slug(docname: str) -> str:
    """A page's name without slashes: numbers-gaussian_window."""
    return docname.removeprefix("chapters/").replace("/", "-")


def made_of(root: Path, site: Path, only: tuple[str, ...], target: Path, make) -> str | None:
    """What `make(leaves, target)` tells of the file that it has made of the pages; None, and the reason on stderr, where it cannot."""
    if not (site / "index.html").is_file():
        print("there is no book in _build/html yet: make book SERVE=0", file=sys.stderr)
        return None
    try:
        return make(leaves(root, site, only), target)
    except (ValueError, FileNotFoundError) as wrong:
        print(f"{target.name} was not made: {wrong}", file=sys.stderr)
        return None


def short(docname: str) -> str:
    """A page's name as a reader of paper sees it: numbers/gaussian_window."""
    return docname.removeprefix("chapters/")


def address(root: Path) -> str | None:
    """Where the book is published, with a slash at the end: the environment's MINIATURES_ADDRESS, else `html: baseurl` of _config.yml."""
    config = yaml.safe_load((root / "_config.yml").read_text("utf8"))
    given = os.environ.get(ADDRESS) or (config.get("html") or {}).get("baseurl")
    if not given:
        return None
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{ADDRESS}={given!r} must be the book's address: https://…")
    return given.rstrip("/") + "/"


def facts(root: Path) -> dict:
    """The book's title, author, language and the rest of its imprint, from _config.yml and pyproject.toml."""
    config = yaml.safe_load((root / "_config.yml").read_text("utf8"))
    project = dict(re.findall(r'^(version|description) = "(.*)"$', (root / "pyproject.toml").read_text("utf8"), re.M))
    settings = config["sphinx"]["config"]
    return {"title": config["title"], "author": config["author"], "language": settings["language"],
            "rights": settings["html_theme_options"]["extra_footer"], **project}  # fmt: skip


def printed(root: Path) -> list[tuple[str, str]]:
    """(docname, caption) of each page that is printed: all of _toc.yml but those whose front matter says `paper: false`."""
    return [
        (name, caption)
        for caption, names in chapters.captioned(root)
        for name in names
        if chapters.front_matter((root / f"{name}.md").read_text("utf8"), f"{name}.md").get("paper", True)
    ]


def leaves(root: Path, site: Path, only: tuple[str, ...] = ()) -> list[Leaf]:
    """The pages, in order, and last the index; or, where `only` names some, these chapters and what they cite.

    ValueError names a stem that is no chapter, and a figure that has no still picture.
    """
    stems = {chapter.docname: chapter.stem for chapter in chapters.chapters(root)}
    if unknown := set(only) - set(stems.values()):
        raise ValueError(f"{', '.join(sorted(unknown))}: no chapter of this book")
    names = printed(root)
    if only:
        names = [(name, caption) for name, caption in names if stems.get(name) in only or cites(root, name)]
    else:
        names.append((INDEX, names[-1][1]))
    found = [leaf(root, site, name, caption) for name, caption in names]
    linked(found, address(root))
    if only:
        shorten(found)
    return found


def cites(root: Path, docname: str) -> bool:
    """Whether a page is the list of what the book cites."""
    return "```{bibliography}" in (root / f"{docname}.md").read_text("utf8")


def shorten(found: list[Leaf]) -> None:
    """Of the references those that the pages cite."""
    cited = {link.get("href").partition("#")[2] for leaf in found for link in links(leaf.body)}
    for leaf in found:
        for reference in leaf.body.cssselect(".citation"):
            if reference.get("id") not in cited:
                reference.drop_tree()


def leaf(root: Path, site: Path, docname: str, caption: str) -> Leaf:
    """One page, its links still those of the site."""
    tree = html.fromstring((site / f"{docname}.html").read_text("utf8"))
    body = tree.cssselect("article.bd-article")[0]
    body.tag, body.tail = "section", None
    body.set("class", "leaf")
    live = address(root)
    for change in (figures, exercises):
        change(body, docname, live)
    for element in body.cssselect(SCREEN):
        element.drop_tree()
    byline(body, docname, live)
    opened(body)
    for name in SCREEN_ATTRIBUTES:
        for element in body.xpath(f".//*[@{name}]"):
            del element.attrib[name]
    for code in body.iter("pre"):
        if code.text_content().count("\n") <= SHORT:
            code.classes.add("m-short")
    title = body.cssselect("h1")[0].text_content().strip()
    return Leaf(docname, caption, title, body)


def made(tag: str, text: str = "", **attributes: str) -> html.HtmlElement:
    """An element of HTML; `class_` is its class."""
    element = html.Element(tag, {name.rstrip("_"): value for name, value in attributes.items()})
    element.text = text
    return element


def live_link(docname: str, anchor: str, live: str | None) -> html.HtmlElement:
    """The short name of a page, or of a figure in it, which leads to the published one where there is one."""
    name = short(docname) + (f"#{anchor.partition('-')[2] or anchor}" if anchor else "")
    if not live:
        return made("span", name, class_="live")
    return made("a", name, class_="live", href=f"{live}{docname}.html" + (f"#{anchor}" if anchor else ""))


def setting(control: dict) -> str:
    """What a control is set to, in words."""
    if "last" not in control:
        return f"{control['label']}: {markup.shown(control, control['value'])}"
    count = control["value"].count("-") + bool(control["value"])
    return f"{control['label']}: {count or 'none'} placed"


def figures(body, docname: str, live: str | None) -> None:
    """Each view shows its still picture, its sentence, and the setting that its controls would show."""
    for figure in body.cssselect("figure.m-view"):
        spec = json.loads(figure.cssselect("script.m-spec")[0].text)
        stills = figure.cssselect("img.m-still")
        if not stills:
            raise ValueError(f"{docname}: the figure {spec['name']!r} has no still picture, so paper cannot show it")
        stills[0].set("alt", spec["description"])
        plot = figure.cssselect(".m-plot")[0]
        del plot.attrib["style"]
        for controls in figure.cssselect("form.m-controls"):
            controls.drop_tree()
        if spec["controls"]:
            words = "; ".join(setting(control) for control in spec["controls"])
            line = made("p", f"Shown with {words}. Live at ", class_="m-setting")
            line.append(live_link(docname, spec["name"], live))
            plot.addnext(line)


def exercises(body, docname: str, live: str | None) -> None:
    """Each exercise has room for an answer; its hint comes after that, its solution not at all."""
    for exercise in body.cssselect(".m-exercise"):
        kind, form = exercise.get("data-kind"), exercise.cssselect("form.m-answer")[0]
        room = made("div", class_="m-room")
        if kind == "number":
            unit = "".join(part.text_content() for part in form.cssselect(".m-unit"))
            room.append(made("p", f"Answer: {'_' * 16} {unit}".rstrip(), class_="m-blank"))
        elif kind == "code":
            room.append(made("pre", form.cssselect("textarea")[0].text, class_="m-starter"))
        else:
            box = "☐ " if kind == "choice" else "___ "
            found = form.cssselect("fieldset label > span" if kind == "choice" else "li > span")
            listed = made("ul", class_="m-options")
            listed.extend(made("li", box + option.text_content()) for option in found)
            room.append(listed)
        room.extend(made("div", class_="m-line") for _ in range(LINES[kind]))
        form.addprevious(room)
        form.drop_tree()
        for name in ("role", "aria-labelledby"):  # without its controls it is no place of its own
            exercise.attrib.pop(name, None)


def opened(body) -> None:
    """What a reader would fold open lies open."""
    for details in list(body.iter("details")):
        details.tag = "div"
        details.attrib.pop("hidden", None)
        for summary in details.findall("summary"):
            summary.tag = "p"
            summary.set("class", "m-summary")


def byline(body, docname: str, live: str | None) -> None:
    """Below a chapter's title: where it is live, instead of the ways to start it."""
    for line in body.cssselect(".m-byline"):
        for way in [child for child in line if child.tag != "span"]:
            way.drop_tree()
        whole = made("span", "live: ")
        whole.append(live_link(docname, "", live))
        if live:
            whole[0].text = re.sub(r"^https?://", "", whole[0].get("href"))
        line.append(whole)


def links(body) -> Iterator[html.HtmlElement]:
    return (link for link in body.iter("a") if link.get("href"))


def linked(found: list[Leaf], live: str | None) -> None:
    """Links lead to a page of the printed book, to the published one, or nowhere."""
    ids = {leaf.docname: {element.get("id") for element in leaf.body.iter() if element.get("id")} for leaf in found}
    for leaf in found:
        for link in list(links(leaf.body)):
            parts = urlsplit(link.get("href"))
            if parts.scheme or link.get("class") == "live":
                continue
            file = _target(leaf.docname, unquote(parts.path))
            docname, anchor = file.removesuffix(".html"), unquote(parts.fragment)
            if docname in ids:
                link.set("href", f"page:{docname}" + (f"#{anchor}" if anchor in ids[docname] else ""))
            elif live:
                link.set(
                    "href",
                    f"{live}{file}" + (f"?{parts.query}" if parts.query else "") + (f"#{anchor}" if anchor else ""),
                )
            else:
                unlinked(link)


def _target(docname: str, path: str) -> str:
    """The file of the site that `path` names, from a page."""
    if not path:
        return f"{docname}.html"
    return PurePosixPath(os.path.normpath(PurePosixPath(docname).parent / path)).as_posix()


def unlinked(link) -> None:
    """The words of a link that leads nowhere on paper."""
    link.tag = "span"
    for name in ("href", "title"):
        link.attrib.pop(name, None)


def pictures(found: list[Leaf], site: Path) -> dict[str, Path]:
    """Address as the pages have it -> file, of every picture; ValueError for one that is not there."""
    files = {}
    for leaf in found:
        for picture in leaf.body.iter("img"):
            source = picture.get("src")
            if source.startswith("data:"):
                continue
            name = _target(leaf.docname, unquote(source)) if not source.startswith("site:") else source[5:]
            if not (site / name).is_file():
                raise ValueError(f"{leaf.docname} shows {name}, which the site does not have")
            picture.set("src", f"site:{name}")
            files[name] = site / name
    return files


def colours(site: Path) -> str:
    """The style sheet of highlighted code, its light half."""
    light = 'html[data-theme="light"] '
    rules = (site / "_static" / "pygments.css").read_text("utf8").splitlines()
    return "\n".join(rule.replace(light, "") for rule in rules if rule.startswith(light) and "linenos" not in rule)
