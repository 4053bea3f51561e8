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


def differing(before: np.ndarray, after: np.ndarray) -> tuple[int, int, int] | None:
    """(first row, end before, end after) of what differs; the rows above and below are equal. None where all are.

    >>> page = np.arange(5)[:, None, None] * np.ones((1, 4, 3))
    >>> differing(page, page)
    >>> differing(page, np.insert(page, 2, 9, axis=0))
    (2, 2, 3)
    """
    if before.shape[1:] != after.shape[1:]:
        return 0, len(before), len(after)
    common = min(len(before), len(after))
    top = _equal(before[:common], after[:common])
    if top == len(before) == len(after):
        return None
    bottom = _equal(before[top:][::-1][: common - top], after[top:][::-1][: common - top])
    return top, len(before) - bottom, len(after) - bottom


def _equal(one: np.ndarray, other: np.ndarray) -> int:
    """How many rows are equal before the first that differs."""
    unequal = (one != other).any(axis=(1, 2))
    return int(unequal.argmax()) if unequal.any() else len(unequal)


def entry(place: Path, name: str, before: np.ndarray, after: np.ndarray) -> dict | None:
    """What differs between two pictures, cut into pieces and saved as `place`-before-1.png …; None where nothing does."""
    found = differing(before, after)
    if not found:
        return None
    top, *ends = found
    top = max(0, top - AROUND)
    place.parent.mkdir(parents=True, exist_ok=True)
    kept = [
        saved(place, kind, picture[top : end + AROUND])
        for kind, picture, end in zip(("before", "after"), (before, after), ends, strict=True)
    ]
    return {"name": name, "new": not before.size, "pairs": list(zip_longest(*kept))}


def saved(place: Path, kind: str, picture: np.ndarray) -> list[dict]:
    """The picture's pieces as files; what an <img> needs of each."""
    pieces = []
    for number, top in enumerate(range(0, len(picture), PIECE), 1):
        piece = picture[top : top + PIECE]
        file = place.with_name(f"{place.name}-{kind}-{number}.png")
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
