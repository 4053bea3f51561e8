"""Mathematics rendered at build by KaTeX: HTML for the eye, MathML for screen readers, no script in the page.

sphinxcontrib-katex runs the renderer; its Sphinx part is not used, because it adds its own style
sheet and turns a formula that KaTeX refuses into red text instead of a warning.
"""

import atexit
import socket
import subprocess
import time
from functools import lru_cache

from docutils import nodes
from lxml import etree
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinxcontrib import katex

LOGGER = logging.getLogger(__name__)
katex.RENDER_TIMEOUT = katex.STARTUP_TIMEOUT = 60.0  # seconds; the stock 5 s are too few on a busy machine


def start_server_process(cls, rundir, timeout):
    """KaTeX's process and a socket to it; asked again while it does not listen yet, ended where it never does.

    The stock function connects as soon as the socket's file is there, which on a busy machine is too early.
    """
    path = str(rundir / "katex.sock")
    process = subprocess.Popen(
        cls.build_command(socket=path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=rundir
    )
    end = time.monotonic() + timeout
    while time.monotonic() < end and process.poll() is None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(path)
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.01)
    process.kill()
    process.communicate()
    raise cls.timeout_error(timeout)


katex.KaTeXServer.start_server_process = classmethod(start_server_process)


@lru_cache(maxsize=4096)
def rendered(latex: str, display: bool) -> str:
    """The HTML of a formula; katex.KaTeXError for one that KaTeX refuses."""
    return applied(katex.render_latex(latex, {"displayMode": display, "throwOnError": True}))


def applied(html: str) -> str:
    """KaTeX's HTML without the signs of an applied function that it makes an argument of their own: the `max` of d_max takes two places then."""
    if "\u2061" not in html:
        return html
    start, end = html.index("<math"), html.index("</math>") + len("</math>")
    tree = etree.fromstring(html[start:end])
    stray = tree.xpath(
        "//*[self::m:msub or self::m:msup or self::m:msubsup or self::m:munder or self::m:mover or self::m:munderover]/m:mo[. = '\u2061']",
        namespaces={"m": "http://www.w3.org/1998/Math/MathML"},
    )
    for sign in stray:
        sign.getparent().remove(sign)
    return html[:start] + etree.tostring(tree, encoding="unicode") + html[end:] if stray else html


def _html(self, node, display):
    try:
        return rendered(node.astext(), display)
    except katex.KaTeXError as error:
        LOGGER.warning("KaTeX refuses %r: %s", node.astext(), error, location=node, type="katex")
        return self.encode(node.astext())


def visit_inline(self, node):
    self.body.append(f'<span class="math">{_html(self, node, False)}</span>')
    raise nodes.SkipNode


def visit_block(self, node):
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Permalink to this equation")
        self.body.append("</span>")
    self.body.append(_html(self, node, True) + "</div>\n")
    raise nodes.SkipNode


def stop(app, failure):
    """End KaTeX's process with the build that used it."""
    running, katex.KaTeXServer.katex_server = katex.KaTeXServer.katex_server, None
    if running is not None:
        atexit.unregister(katex.KaTeXServer.terminate)
        running.terminate()
        running.process.communicate()  # waits for its end, closes its pipes


def setup(app):
    app.add_html_math_renderer("katex", inline_renderers=(visit_inline, None), block_renderers=(visit_block, None))
    app.connect("build-finished", stop)
