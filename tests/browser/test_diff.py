"""make diff tells pages that look different from those that only have other bytes: two small sites in Chromium."""

import json

import numpy as np
import pytest
from miniatures_book import chromium, diff
from PIL import Image
from waiting import apart

pytestmark = pytest.mark.browser

PAGE = """<!DOCTYPE html><html><head><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'sha256-{digest}'">
<link rel="stylesheet" href="_runtime/book.css?v={version}"><link rel="next" href="{next}"></head>
<body><div class="bd-sidebar-primary"><ul>{menu}</ul></div>
<div class="bd-main"><h1>{title}</h1>{text}<div class="prev-next-area">{next}</div></div></body></html>"""
STYLE = "body {{ margin: 0; font-family: sans-serif; display: grid; grid-template-columns: 200px 1fr; }} .warn {{ color: {colour}; }} p {{ height: 1500px; }}"
TEXTS = {
    "same": "<p>This page stays as it is.</p>",
    "sentence": "<p>One.</p><p>A words that with a slip.</p><p>Three.</p>",
    "colour": '<p class="warn">A warning.</p>',
    "quiet": '<p data-note="old">Other bytes, one look.</p>',
    "gone": "<p>Soon gone.</p>",
}


def site(folder, texts, colour, version):
    """A site with a page for each text, as the theme lays one out."""
    (folder / "_runtime").mkdir(parents=True)
    (folder / "_runtime" / "book.css").write_text(STYLE.format(colour=colour))
    menu = "".join(f"<li>{title}</li>" for title in sorted(texts) if "<" not in title)
    for title, text in texts.items():
        page = PAGE.format(
            title=title.replace("<", "&lt;"),
            text=text,
            menu=menu,
            version=version,
            digest=version,
            next=sorted(texts)[0],
        )
        (folder / f"{title}.html").write_text(page)
    return folder


def pixels(file):
    """A picture's rows of pixels."""
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """What `make diff` writes for a mended sentence, a changed colour, a page more and a page less."""
    place = tmp_path_factory.mktemp("diff")
    before = site(place / "before", TEXTS, "#a00000", "aaa111")
    texts = TEXTS | {
        "sentence": TEXTS["sentence"].replace("words that", "sentence"),
        "quiet": TEXTS["quiet"].replace("old", "new"),
        "a<script>&`@all": "<p>New.</p>",
    }
    del texts["gone"]
    after = site(place / "after", texts, "#0000a0", "bbb222")
    found, shown = apart(diff.compared, before, after, "0" * 40, place / "pictures")
    assert diff.report(place, found, shown) == 0
    return place, found, {one["name"]: one["pairs"] for one in shown}


def test_pages_are_told_apart_by_what_one_sees(changed):
    _, found, _ = changed
    assert found["changed"] == ["colour.html", "sentence.html"]
    assert found["alike"] == ["quiet.html"]
    assert found["added"] == ["a<script>&`@all.html"]
    assert found["removed"] == ["gone.html"]
    assert (found["menu"], found["unchanged"]) == (True, 1)


def test_pictures_show_what_differs_and_little_more(changed):
    place, _, pairs = changed
    ((before, after),) = pairs["sentence.html"]  # one piece of a page of 4,500 pixels
    assert before["height"] == after["height"] < 200
    one, other = (pixels(place / piece["file"]) for piece in (before, after))
    assert one.shape == other.shape == (before["height"], before["width"], 3)
    assert (one != other).any()
    red, blue = (pixels(place / piece["file"]).astype(int) for piece in pairs["colour.html"][0])
    assert (red[..., 0] - red[..., 2]).max() > 100 > (blue[..., 0] - blue[..., 2]).max()
    assert all(piece is None for piece, _ in pairs["a<script>&`@all.html"])
    assert all(piece["height"] <= diff.PIECE for _, piece in pairs["a<script>&`@all.html"])


def test_what_was_mended_twice_is_shown_twice():
    """Rows of text on white: the second line grows, the fifth goes, and a line is added at the end."""
    line = np.random.default_rng(0).integers(0, 255, (9, 20, 40, 3), dtype=np.uint8)
    space = np.full((200, 40, 3), 255, np.uint8)

    def page(*lines):
        return np.concatenate([space, *(part for one in lines for part in (one, space))])

    before = page(*line[:6])
    grown = np.concatenate([line[1], line[7]])
    after = page(line[0], grown, line[2], line[3], line[5], line[8])
    tops = [200 + 220 * number for number in range(6)]
    assert diff.differing(before, after) == [
        ((tops[1], tops[1] + 20), (tops[1], tops[1] + 40)),
        ((tops[4], tops[4] + 20), (tops[4] + 20, tops[4] + 20)),
        ((tops[5] + 20, tops[5] + 20), (tops[5] + 20, tops[5] + 40)),
    ]
    assert diff.differing(before, before) == []
    assert diff.differing(before, before[10:]) == [((0, len(before)), (0, len(before) - 10))]


def test_the_menu_is_one_change_and_not_every_page(changed):
    _, found, pairs = changed
    assert "The menu" in pairs
    assert "same.html" not in found["changed"]


def test_reports_escape_names(changed):
    place, found, _ = changed
    page, text = (place / "index.html").read_text(), (place / "diff.md").read_text()
    assert "a&lt;script&gt;" in page
    assert "<script" not in page
    assert "`a%3Cscript%3E%26%60%40all.html`" in text
    assert json.loads((place / "diff.json").read_text()) == found


def test_equal_sites_ask_for_no_browser(tmp_path, monkeypatch):
    monkeypatch.setattr(chromium, "launch", None)
    before, after = (
        site(tmp_path / name, TEXTS, "#a00000", version) for name, version in (("one", "aa11"), ("two", "bb22"))
    )
    found, shown = apart(diff.compared, before, after, "0" * 40, tmp_path / "pictures")
    assert (found["unchanged"], shown) == (len(TEXTS), [])
    assert diff.changes.says(found) == "Since 000000000000: no page changed; 5 pages unchanged."


def test_a_long_page_is_seen_to_its_end(tmp_path):
    """Chromium's own pictures of a whole page end, or repeat, at 16,384 pixels."""
    long = "".join(f"<p>{number}</p>" for number in range(13))
    before = site(tmp_path / "before", {"long": long}, "#000", "aa")
    after = site(tmp_path / "after", {"long": long.replace("<p>12</p>", "<p>twelve</p>")}, "#000", "aa")
    _, shown = apart(diff.compared, before, after, "0" * 40, tmp_path / "pictures")
    ((one, other),) = shown[0]["pairs"]
    assert one["height"] == other["height"] < 200
    assert pixels(tmp_path / other["file"]).min() < 100  # there are letters
