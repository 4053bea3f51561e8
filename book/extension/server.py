"""Serve the built book on this machine; with `watch`, rebuild and reload at every change."""

import contextlib
import functools
import http.server
import json
import os
import queue
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

RELOAD = b"""new EventSource("/_reload").onmessage = () => location.reload();"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """The built files, quietly."""

    protocol_version = "HTTP/1.1"
    timeout = 60  # a connection that asks nothing for so long gives its thread back
    disable_nagle_algorithm = True  # headers and file are two writes; the second would wait for the first one's receipt
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".bin": "application/octet-stream",
        ".whl": "application/octet-stream",
        ".gz": "application/octet-stream",  # unpacked by the page, not on the way
    }
    coding = None

    def send_head(self):
        """A file compressed beforehand is sent so to a browser that takes it."""
        path, accepted = self.path, self.headers.get("Accept-Encoding", "")
        file = self.translate_path(path)
        for coding, end in (("br", ".br"), ("gzip", ".gz")):
            if coding in accepted and os.path.isfile(file + end) and os.path.isfile(file):
                self.coding, self.kind = coding, self.guess_type(file)
                self.path = urlsplit(path).path + end
                break
        try:
            return super().send_head()
        finally:
            self.path, self.coding = path, None

    def send_header(self, name, value):
        if self.coding and name == "Content-type":
            super().send_header("Content-Encoding", self.coding)
            super().send_header("Vary", "Accept-Encoding")
            value = self.kind
        super().send_header(name, value)

    def end_headers(self):
        address = urlsplit(getattr(self, "path", ""))
        lasting = "/_python/" in address.path and address.query  # the query is the content's digest
        self.send_header("Cache-Control", "max-age=31536000, immutable" if lasting else "no-cache")
        super().end_headers()

    def log_message(self, *_):
        """One line a request would hide the build's own."""


class WatchHandler(Handler):
    """The same, with a script in each page that reloads it after a build."""

    built = threading.Condition()

    def do_GET(self):
        if self.path == "/_reload":
            return self._announce()
        if self.path == "/_reload.js":
            return self._send(RELOAD, "text/javascript")
        file = self.translate_path(self.path)
        if file.endswith(".html") and os.path.isfile(file):
            with open(file, "rb") as page:
                return self._send(
                    page.read().replace(b"</body>", b'<script src="/_reload.js"></script></body>'),
                    "text/html; charset=utf-8",
                )
        return super().do_GET()

    def _send(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _announce(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with self.built:
            self.built.wait()
        try:
            self.wfile.write(b"data: built\n\n")
        except BrokenPipeError:
            return


class Server(http.server.ThreadingHTTPServer):
    """A class of readers who come in the same second: each connection is taken and has a thread of its own."""

    daemon_threads = True
    request_queue_size = 1024  # of five, the library's own, the sixth to come waits a second or more

    def handle_error(self, request, client_address):
        """A page that is closed ends its downloads: no fault of the server. All else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _server(folder, port, handler):
    for candidate in range(port, port + 20):
        try:
            return Server(("127.0.0.1", candidate), functools.partial(handler, directory=str(folder)))
        except OSError:
            continue
    raise SystemExit(f"no free port from {port} to {port + 19}: make book PORT=…")


def serve(folder, port) -> int:
    """Serve until Ctrl-C."""
    if not (folder / "index.html").is_file():
        raise SystemExit("there is no book in _build/html yet: make book")
    server = _server(folder, port, Handler)
    print(f"book      http://localhost:{server.server_port}/   (Ctrl-C ends)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0


def watch(root, folder, port, build) -> int:
    """Build at every change of a source, in a child that has set everything up and waits for it."""
    import jupyter_book.sphinx  # noqa: F401  (loaded once, here; each build is a fork of this process)
    import matplotlib.backends.backend_svg  # noqa: F401
    import myst_nb.sphinx_ext  # noqa: F401
    import scipy.integrate  # noqa: F401
    import sphinx_book_theme  # noqa: F401
    import sphinxcontrib.bibtex  # noqa: F401
    from watchfiles import watch as changes

    folder.mkdir(parents=True, exist_ok=True)
    server = _server(folder, port, WatchHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"book      http://localhost:{server.server_port}/   rebuilt at every change (Ctrl-C ends)", flush=True)
    watched = [
        root / name
        for name in ("chapters", "code", "data", "book/extension", "book/runtime/dist", "_config.yml", "_toc.yml")
    ]
    saved = queue.SimpleQueue()

    def listen():
        for found in changes(*watched, debounce=200):
            saved.put({Path(file) for _, file in found})

    # before the first build, so that nothing saved meanwhile is lost
    threading.Thread(target=listen, daemon=True).start()
    files = set()
    try:
        while True:
            waiting = Waiting(build)
            if files is None:  # a build stands: the next one waits for a save
                files = _taken(saved)
                if not all(root / "chapters" in file.parents and file.suffix in (".md", ".yml") for file in files):
                    # it may have imported what was saved
                    waiting.end()
                    waiting = Waiting(build)
            if waiting.go(files, _announce):
                _announce()
            files = None
    except KeyboardInterrupt:
        print()
    return 0


class Waiting:
    """A build in a child, set up and waiting for a save. Nothing of the book is imported here, so that it has all as it is now."""

    def __init__(self, build):
        heard, self.asks = os.pipe()
        self.hears, says = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            os.close(self.asks)
            os.close(self.hears)
            _build(build, heard, says)
        os.close(heard)
        os.close(says)

    def go(self, saved, early) -> bool:
        """Build, for these saved files; call `early()` when a page is there before the rest. True where the build succeeded."""
        with open(self.hears, "rb") as told:
            with contextlib.suppress(BrokenPipeError), os.fdopen(self.asks, "wb") as line:
                line.write(json.dumps(sorted(map(str, saved))).encode())
            for _ in told:  # ends with the build
                early()
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1]) == 0

    def end(self):
        """Without a build."""
        os.close(self.asks)
        os.close(self.hears)
        os.waitpid(self.child, 0)


def _build(build, heard, says):
    """The child: it must end here, whatever goes wrong."""
    try:
        from miniatures_book import early

        early.listen(heard, says)
        os._exit(build(clean=False, waits=True))
    except BaseException as error:
        print(error, flush=True)
        os._exit(1)


def _taken(saved) -> set:
    """All that was saved since, at least one file."""
    files = saved.get()
    with contextlib.suppress(queue.Empty):
        while True:
            files |= saved.get_nowait()
    return files


def _announce():
    with WatchHandler.built:
        WatchHandler.built.notify_all()
