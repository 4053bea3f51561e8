"""What a page loads: one style sheet and one script of the theme, the book's own, and nothing from elsewhere."""

import base64
import hashlib
import logging
import re
import shutil
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from sphinx.errors import ExtensionError

HERE = Path(__file__).resolve().parent
DIST = HERE.parent / "runtime" / "dist"
# The theme's files in the order of their use; everything else in _static stays unasked for.
STYLES = (
    "pygments.css",
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "sphinx-design.min.css",
)
SCRIPTS = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "clipboard.min.js",
    "copybutton.js",
    "scripts/bootstrap.js",
    "scripts/pydata-sphinx-theme.js",
)
SEARCH = ("language_data.js", "searchtools.js")
HIDING = "javascript:SphinxHighlight.hideSearchWords()"  # the policy forbids it: see theme/highlight.js
UNUSED = ("scripts/fontawesome.js*", "scripts/*.map", "vendor/fontawesome/webfonts/*.ttf", "sphinx-thebe.*", "togglebutton.*",
          "design-tabs.js", "play-solid.svg", "locales", "images/logo_*", "*webpack-macros.html", "katex-math.css", "katex_autorenderer.js")  # fmt: skip
ICONS = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
INLINE = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.S)
# What each page may load, and from where; {scripts} are the site's own files and the page's inline scripts by digest.
POLICY = ("default-src 'none'; object-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
          "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'")  # fmt: skip
PYTHON = re.compile(r'\sdata-python\b|class="m-view\b')  # what may start Python, which is WebAssembly


POLICY_TAG = '<meta http-equiv="Content-Security-Policy"'


def setup(app):
    app.config.templates_path.append(str(HERE / "theme" / "templates"))
    app.connect("config-inited", uncounted_templates)
    app.connect("builder-inited", check)
    app.connect("html-page-context", choose, priority=990)
    app.connect("build-finished", finish, priority=900)


def uncounted_templates(app, config):
    """Leave the folders of templates out of the build's digest of its settings: it must not know where the book lies."""
    option = config._options["templates_path"]
    config._options["templates_path"] = type(option)(option.default, "", option.valid_types)


def check(app):
    if app.builder.format == "html" and not (DIST / "page.js").is_file():
        raise ExtensionError("book/runtime/dist is missing: run `make runtime` (it needs Node 20 or later and npm)")


def choose(app, pagename, templatename, context, doctree):
    """Drop the scripts and styles that extensions ask for: the templates name what the book loads."""
    context["script_files"][:] = []
    context["css_files"][:] = []
    context["m_version"] = version()
    context["m_contents"] = (context.get("toc") or "").count("<li>") > 1  # the theme lists them at the right


def version() -> str:
    """Changes when the runtime or the book's styles change, to renew caches."""
    parts = [
        file.read_bytes()
        for folder in (DIST, HERE / "theme")
        for kind in ("js", "css")
        for file in sorted(folder.glob(f"*.{kind}"))
    ]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:10]


def finish(app, failure):
    """Put the runtime and the joined theme files in place, drop what nobody asks for, secure each page."""
    if failure or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static, runtime = out / "_static", out / "_runtime"
    shutil.copytree(DIST, runtime, dirs_exist_ok=True)
    shutil.copy(HERE / "theme" / "book.css", runtime)
    (runtime / "service-worker.js").unlink(missing_ok=True)  # its place is the site's root: see offline.py
    apart = {static, out / "lite", out / "_python"}
    pages = {page: page.read_text("utf8") for page in sorted(out.rglob("*.html")) if not apart & set(page.parents)}
    styles = joined(static, STYLES).replace("../vendor/", "../_static/vendor/")
    used = set(re.findall(r"\bfa-([a-z0-9-]+)", "".join(pages.values())))
    rules = r"((?:\.fa-[\w-]+:before,?)+)\{content:\"\\[0-9a-f]+\"\}"
    styles = re.sub(rules, lambda rule: rule[0] if used & set(re.findall(r"fa-([\w-]+)", rule[1])) else "", styles)
    styles = re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"/\*.*?\*/", "", styles, flags=re.S))  # a page's weight counts
    (runtime / "theme.css").write_text(
        re.sub(r"url\((['\"]?)(?=[\w-]+\.(?:svg|png))", r"url(\1../_static/", styles), "utf8"
    )
    theme = own("storage.js") + patient(joined(static, SCRIPTS, ";\n")) + own("highlight.js")
    (runtime / "theme.js").write_text(theme.replace(HIDING, "#"), "utf8")
    (runtime / "search.js").write_text(patient(joined(static, SEARCH, ";\n")) + own("search.js"), "utf8")
    trim_icons(static / ICONS, styles, "".join(pages.values()))
    for pattern in UNUSED:
        for file in static.glob(pattern):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    front = out / "index.html"
    if front in pages and "<head>" not in pages[front]:
        target = re.search(r"url=([^\"]+)", pages[front])[1]
        pages[front] = (
            '<!DOCTYPE html>\n<html lang="en"><head>\n<meta charset="utf-8">\n<title>Miniatures</title>\n'
            f'<link rel="icon" href="data:,">\n<meta http-equiv="refresh" content="0; url={target}">\n</head>\n'
            f'<body><main><h1>Miniatures</h1><p><a href="{target}">To the book</a></p></main></body></html>\n'
        )
    for page, text in pages.items():
        close(page, text)


def close(page: Path, text: str | None = None) -> None:
    """The last touch to a page that was written: its roles and its policy."""
    text = page.read_text("utf8") if text is None else text
    if POLICY_TAG not in text:  # the page's own; its words may speak of one
        page.write_text(secured(mended(text)), "utf8")


def mended(page: str) -> str:
    """The page as a screen reader should meet it: no letters of the icon font, no empty landmark, no heading without words."""
    page = re.sub(r"(<(i|span) class=\"fa-solid [\w -]+\")(></\2>)", r'\1 aria-hidden="true"\3', page)
    page = re.sub(r"(<(header|footer)\b[^>]*)(>\s*</\2>)", r'\1 role="presentation"\3', page)
    page = page.replace("<th></th>", "<td></td>")  # the corner of pandas' tables
    page = page.replace('<div role="list" class="citation-list">', '<div class="citation-list">')
    return page.replace(' role="doc-biblioentry"', "")


def own(name: str) -> str:
    """A script of the book's that stands beside the theme's."""
    return (HERE / "theme" / name).read_text("utf8")


def patient(script: str) -> str:
    """The theme's script with the storages of storage.js: the browser's own throw where they are forbidden or full."""
    return re.sub(r"(?<!\.)\b(local|session)Storage\b", r"themeKept.\g<0>", script)


def joined(static: Path, patterns, between="\n") -> str:
    """The files' text, one after another; each pattern must match."""
    files = []
    for pattern in patterns:
        found = sorted(static.glob(pattern))
        if not found:
            raise ExtensionError(f"the theme no longer ships _static/{pattern}: see assets.py")
        files += found
    return between.join(file.read_text("utf8").removeprefix("\ufeff") for file in files)


def trim_icons(font: Path, styles: str, pages: str) -> None:
    """Write to `font` the theme's icon font with only the glyphs that the pages use (156 kB of which the book uses a dozen)."""
    used = set(re.findall(r"\bfa-([a-z0-9-]+)", pages))
    rules = re.findall(r"((?:\.fa-[\w-]+:before,?)+)\{content:\"\\([0-9a-f]+)\"\}", styles)
    points = {int(code, 16) for names, code in rules if used & set(re.findall(r"fa-([\w-]+)", names))}
    points |= {ord(glyph) for glyph in re.findall(r"--pst-icon-[\w-]+:\s?\"(.)\"", styles)}
    if not points:
        raise ExtensionError("no icon of the theme was found in its style sheet: see assets.py")
    options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=False)
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    loaded = subset.load_font(str(theme / ICONS), options)
    loaded.recalcTimestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(loaded)
    subset.save_font(loaded, str(font), options)
    loaded.close()


def secured(page: str, policy: str = POLICY) -> str:
    """The page with its Content-Security-Policy: inline scripts are named by digest, all else is the site's own."""
    digests = set()
    for script in INLINE.finditer(page):
        if "src=" not in script["attributes"] and "application/json" not in script["attributes"]:
            digests.add(base64.b64encode(hashlib.sha256(script["body"].encode()).digest()).decode())
    scripts = ["'self'", *(["'wasm-unsafe-eval'"] if PYTHON.search(page) else [])]
    scripts += [f"'sha256-{digest}'" for digest in sorted(digests)]
    tag = f'{POLICY_TAG} content="{policy.format(scripts=" ".join(scripts))}">'
    return re.sub(r"<meta charset=\"utf-8\" ?/?>|<head>", lambda found: found[0] + "\n" + tag, page, count=1)
