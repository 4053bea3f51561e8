"""make diff: the pages that a change makes look different, with pictures before and after.

Both books are built and their pages compared by what they hold, then, where that differs, by what
Chromium shows of them. The menu, the same on every page, is compared once.
"""

import contextlib
import functools
import hashlib
import io
import json
import re
import shutil
import sys
import threading
from difflib import SequenceMatcher
from http.server import ThreadingHTTPServer
from itertools import zip_longest
from pathlib import Path
from urllib.parse import quote

import lxml.html
import numpy as np
from miniatures_book import changes, chromium, markup, server, worktree
from PIL import Image

WIDTH, PIECE, AROUND = 1280, 2000, 60  # pixels: of a page, of a picture's height, shown above and below what differs
TAKEN = 8000  # pixels at a time: Chromium's own pictures end at 16,384
HEAVY = ("_python", "lite")  # no picture shows anything of them
EVERYWHERE = ("_runtime", "_static")  # what pages share: with another style sheet each may look different
PAGE, MENU = ".bd-main", "bd-sidebar-primary"
# What follows from other pages (menu, neighbours, digests of scripts): it would name every page when one is new.
DERIVED = (f"//div[contains(@class, '{MENU}')]", "//*[contains(@class, 'prev-next-area')]", "//meta[@http-equiv]",
           "//link[@rel='next' or @rel='prev']")  # fmt: skip
STILL = """* { animation: none !important; transition: none !important; caret-color: transparent !important; }
.prev-next-area, #pst-back-to-top { visibility: hidden !important; }
.bd-header-article, .bd-sidebar-secondary, .bd-sidebar-primary { position: static !important; max-height: none !important; }"""
WITHOUT_MENU = f".{MENU} > * {{ display: none !important; }}"  # a longer one would make the page longer
DRAWN = "() => ![...document.querySelectorAll('.m-view .m-still')].some((still) => still.getClientRects().length)"
PLACE = """(name) => {
  const box = (document.querySelector(name) ?? document.body).getBoundingClientRect();
  return [Math.floor(box.left + scrollX), Math.ceil(box.width), name === ".bd-main" ? document.documentElement.scrollHeight : Math.ceil(box.bottom)];
}"""
PATIENCE = 20_000  # milliseconds for a page's figures


def write(root: Path, base: str) -> int:
    """Build here and at the commit where this one left `base`, compare, and write _build/diff/."""
    try:
        commit = worktree.fork(root, base)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    out = root / "_build" / "diff"
    for stale in ("pictures", "index.html", "diff.json", "diff.md"):
        shutil.rmtree(out / stale, ignore_errors=True) if stale == "pictures" else (out / stale).unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    after = root / "_build" / "html"
    if not worktree.build(root):
        return report(out, nothing("head", commit), [])
    before = built(root, commit, out / "base")
    if not before:
        return report(out, nothing("base", commit), [])
    return report(out, *compared(before, after, commit, out / "pictures"))


def nothing(state: str, commit: str) -> dict:
    """A list without pages."""
    return {"state": state, "base": commit, "menu": False, "unchanged": 0} | {kind: [] for kind in changes.KINDS}


def built(root: Path, commit: str, store: Path) -> Path | None:
    """The commit's site, kept for the next time without its heavy folders; None where it does not build."""
    site = store / commit
    if site.is_dir():
        return site
    shutil.rmtree(store, ignore_errors=True)
    with worktree.checked_out(root, commit) as tree:
        worktree.lend(root, tree)
        if not worktree.build(tree):
            return None
        for name in HEAVY:
            shutil.rmtree(tree / "_build" / "html" / name, ignore_errors=True)
        store.mkdir()
        shutil.move(tree / "_build" / "html", store / "part")
    (store / "part").rename(site)
    return site


# -- by what the pages hold -----------------------------------------------------------------------


def pages(site: Path) -> dict[str, str]:
    """Path -> what the page itself says, for each page of the book."""
    apart = {site / name for name in (*HEAVY, *EVERYWHERE)}
    found = sorted(file for file in site.rglob("*.html") if not apart & set(file.parents))
    return {file.relative_to(site).as_posix(): content(file) for file in found}


def content(file: Path) -> str:
    """The page without what only follows from others, and with the digests of the pictures that it names."""
    page = lxml.html.document_fromstring(file.read_bytes())
    for element in [one for path in DERIVED for one in page.xpath(path)]:
        element.drop_tree()
    named = [file.parent / source for source in page.xpath("//img/@src") if ":" not in source]
    digests = [hashlib.sha256(image.read_bytes()).hexdigest() for image in named if image.is_file()]
    text = re.sub(r"\?v=[0-9a-f]+", "", lxml.html.tostring(page, encoding="unicode"))
    return "\n".join([text, *digests])


def shared(site: Path) -> dict[str, bytes]:
    """The style sheets, scripts and fonts that any page may load."""
    files = [file for name in EVERYWHERE for file in (site / name).rglob("*") if file.is_file()]
    return {file.relative_to(site).as_posix(): hashlib.sha256(file.read_bytes()).digest() for file in files}


def menu(site: Path, path: str) -> str:
    """The menu of a page, without the mark of where the reader is."""
    found = lxml.html.document_fromstring((site / path).read_bytes()).xpath(DERIVED[0])
    return "".join(lxml.html.tostring(one, encoding="unicode") for one in found)


# -- by what Chromium shows -----------------------------------------------------------------------


def compared(before: Path, after: Path, commit: str, pictures: Path) -> tuple[dict, list[dict]]:
    """The list of pages by kind, and for each with pictures its name and pairs of files."""
    old, new = pages(before), pages(after)
    both = [path for path in new if path in old]
    other = shared(before) != shared(after)
    suspects = [path for path in both if other or old[path] != new[path]]
    found = nothing("compared", commit) | {
        "added": [path for path in new if path not in old],
        "removed": [path for path in old if path not in new],
    }
    found["menu"] = bool(both) and menu(before, both[0]) != menu(after, both[0])
    shown = []
    if suspects or found["added"] or found["menu"]:
        with Camera(before, after) as camera:
            shown = photographed(camera, found, both[:1] if found["menu"] else [], suspects, pictures)
    found["alike"] = [path for path in suspects if path not in found["changed"] and old[path] != new[path]]
    found["unchanged"] = len(both) - len(found["changed"]) - len(found["alike"])
    return found, shown


def photographed(camera, found: dict, menus: list[str], suspects: list[str], pictures: Path) -> list[dict]:
    """What has pictures: the menu, the suspects that look different, put into the list, and new pages."""
    shown = [entry(pictures / "menu", "The menu", *camera.both(path, f".{MENU}")) for path in menus]
    for number, path in enumerate(suspects):
        one = entry(pictures / f"{number:03}-{_slug(path)}", path, *camera.both(path))
        if one:
            found["changed"].append(path)
            shown.append(one)
    for path in found["added"]:
        shown.append(entry(pictures / f"new-{_slug(path)}", path, np.empty((0, 0, 3), np.uint8), camera.after(path)))
    return [one for one in shown if one]


def _slug(path: str) -> str:
    return re.sub(r"[^\w-]+", "-", path.removesuffix(".html"), flags=re.ASCII)[-60:].strip("-")


class Camera:
    """A Chromium that looks at two sites as they lie in their folders."""

    def __init__(self, before: Path, after: Path):
        self.sites = (before, after)

    def __enter__(self):
        from playwright.sync_api import sync_playwright

        with contextlib.ExitStack() as open_ones:
            playwright = open_ones.enter_context(sync_playwright())
            self.addresses = [open_ones.enter_context(served(site)) for site in self.sites]
            self.browser = open_ones.enter_context(contextlib.closing(chromium.launch(playwright)))
            self.open = open_ones.pop_all()
        return self

    def __exit__(self, *_):
        self.open.close()

    def both(self, path: str, part: str = PAGE) -> list[np.ndarray]:
        """The rows of pixels of a page, or of a part of it, before and after."""
        return [self._shot(address, path, part) for address in self.addresses]

    def after(self, path: str) -> np.ndarray:
        return self._shot(self.addresses[1], path, PAGE)

    def _shot(self, address: str, path: str, part: str) -> np.ndarray:
        page = self.browser.new_page(viewport={"width": WIDTH, "height": PIECE}, color_scheme="light", reduced_motion="reduce",
                                     service_workers="block", locale="en", timezone_id="UTC")  # fmt: skip
        try:
            page.goto(f"{address}/{quote(path)}")
            page.add_style_tag(content=STILL + ("" if MENU in part else WITHOUT_MENU))
            page.evaluate("() => document.fonts.ready.then(() => {})")
            page.set_viewport_size(
                {"width": WIDTH, "height": page.evaluate("() => document.documentElement.scrollHeight")}
            )
            for _ in range(
                PATIENCE // 50
            ):  # every figure is near the screen now; what is not drawn then is shown as it is
                if page.evaluate(DRAWN):
                    break
                page.wait_for_timeout(50)
            return rows(page, part)
        finally:
            page.context.close()


@contextlib.contextmanager
def served(site: Path):
    """The address of a server for the folder."""
    handler = functools.partial(server.Handler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def rows(page, part: str) -> np.ndarray:
    """All rows of a page's part, (height, width, 3), taken in pieces."""
    left, width, height = page.evaluate(PLACE, part)
    page.set_viewport_size({"width": WIDTH, "height": PIECE})
    taken = [
        page.screenshot(full_page=True, clip={"x": left, "y": top, "width": width, "height": min(TAKEN, height - top)})
        for top in range(0, height, TAKEN)
    ]
    return np.concatenate([np.asarray(Image.open(io.BytesIO(piece)).convert("RGB")) for piece in taken])


Span = tuple[int, int]  # the first row and the one after the last


def differing(before: np.ndarray, after: np.ndarray) -> list[tuple[Span, Span]]:
    """Where two pictures differ, as rows before and after; [] where they are equal.

    Lines of text and figures, which rows of one colour set apart, are matched as `diff` matches lines.
    """
    whole = [((0, len(before)), (0, len(after)))]
    if before.shape[1:] != after.shape[1:]:
        return whole
    if np.array_equal(before, after):
        return []
    old, new = blocks(before), blocks(after)
    matcher = SequenceMatcher(
        None,
        *([picture[slice(*one)].tobytes() for one in found] for picture, found in ((before, old), (after, new))),
        autojunk=False,
    )
    found = [(span(old, *at[1:3]), span(new, *at[3:5])) for at in matcher.get_opcodes() if at[0] != "equal"]
    return joined(found) or whole  # spaces alone differ


def blocks(picture: np.ndarray) -> list[Span]:
    """The rows between rows of a single colour."""
    filled = np.concatenate([[False], (picture != picture[:, :1]).any(axis=(1, 2)), [False]])
    edges = np.flatnonzero(filled[1:] != filled[:-1])
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def span(found: list[Span], first: int, end: int) -> Span:
    """The rows of the blocks from `first` to before `end`; none, at their place, where there are no such blocks."""
    if first < end:
        return found[first][0], found[end - 1][1]
    place = found[first][0] if first < len(found) else found[-1][1] if found else 0
    return place, place


def joined(found: list[tuple[Span, Span]]) -> list[tuple[Span, Span]]:
    """The same, with one entry for what would be shown overlapping."""
    kept: list[tuple[Span, Span]] = []
    for one in found:
        if kept and any(now[0] - last[1] < 2 * AROUND for last, now in zip(kept[-1], one, strict=True)):
            kept[-1] = tuple((last[0], now[1]) for last, now in zip(kept[-1], one, strict=True))
        else:
            kept.append(one)
    return kept


def entry(place: Path, name: str, before: np.ndarray, after: np.ndarray) -> dict | None:
    """What differs between two pictures, saved in pieces as `place`-before-1.png …; None where nothing does."""
    pairs: list[tuple] = []
    place.parent.mkdir(parents=True, exist_ok=True)
    for rows_before, rows_after in differing(before, after):
        sides = (("before", before, rows_before), ("after", after, rows_after))
        kept = [
            saved(place, kind, len(pairs), picture[max(0, first - AROUND) : end + AROUND])
            for kind, picture, (first, end) in sides
        ]
        pairs += zip_longest(*kept)
    return {"name": name, "new": not before.size, "pairs": pairs} if pairs else None


def saved(place: Path, kind: str, number: int, picture: np.ndarray) -> list[dict]:
    """The picture's pieces, of equal heights, as files numbered after `number`; what an <img> needs of each."""
    pieces = []
    for piece in np.array_split(picture, -(-len(picture) // PIECE)) if picture.size else ():
        file = place.with_name(f"{place.name}-{kind}-{number + len(pieces) + 1}.png")
        Image.fromarray(piece).save(file)
        pieces.append({"file": f"{place.parent.name}/{file.name}", "height": piece.shape[0], "width": piece.shape[1]})
    return pieces


# -- the report -----------------------------------------------------------------------------------


def report(out: Path, found: dict, shown: list[dict]) -> int:
    """Write diff.json, diff.md and index.html, and say where; 1 where the book does not build."""
    text = changes.markdown(found)
    (out / "diff.json").write_text(json.dumps(found, indent=1), "utf8")
    (out / "diff.md").write_text(text, "utf8")
    page = markup.TEMPLATES.get_template("diff.html").render(
        found=found, shown=shown, kinds=changes.KINDS, says=changes.says(found)
    )
    (out / "index.html").write_text(page, "utf8")
    print(f"diff      {changes.says(found)}")
    for kind in changes.KINDS:
        for name in found[kind]:
            print(f"{kind:<9} {name}")
    print("diff      pictures and list: _build/diff/index.html", flush=True)
    return int(found["state"] == "head")
