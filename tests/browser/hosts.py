"""Hosts for the browser tests: a plain one, a slow one, one that isolates its pages, one that fails on purpose, one that can vanish."""

import functools
import gzip
import re
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class Quiet(SimpleHTTPRequestHandler):
    """The files of a folder as any static host sends them: not compressed on the way."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript", ".woff2": "font/woff2"}

    def log_message(self, *_):
        """Say nothing: a test that fails says what it asked for."""


class Slow(Quiet):
    """The same over a slow line: a page comes in pieces, and the browser draws what it has."""

    pieces, seconds = 10, 0.05

    def copyfile(self, source, outputfile):
        """Send the file; a page piece by piece."""
        content = source.read()
        size = len(content) // self.pieces + 1
        for start in range(0, len(content), size):
            outputfile.write(content[start : start + size])
            outputfile.flush()
            time.sleep(self.seconds if self.path.endswith(".html") else 0)


class Isolated(Quiet):
    """The same with the two headers that let a page share memory with its worker."""

    def end_headers(self):
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()


class Faulty(Quiet):
    """The built files; what `faults` names (a pattern for the path -> "missing", "cut", "damaged") fails so."""

    faults: dict[str, str] = {}

    def do_GET(self):
        """Send the file as it is, nothing of it, half of it, or all of it with one wrong byte."""
        path = urlsplit(self.path).path
        fault = next((fault for pattern, fault in self.faults.items() if re.search(pattern, path)), None)
        if fault is None:
            return super().do_GET()
        if fault == "missing":
            return self.send_error(404)
        body = Path(self.translate_path(path)).read_bytes()
        sent = damaged(body, path) if fault == "damaged" else body[: len(body) // 2]
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(sent if fault == "damaged" else body)))
        self.end_headers()
        self.wfile.write(sent)


def damaged(body: bytes, path: str) -> bytes:
    """The same length of content with one byte changed; what is compressed is whole as an archive."""
    content = bytearray(gzip.decompress(body) if path.endswith(".gz") else body)
    content[len(content) // 2] ^= 0x40
    return gzip.compress(bytes(content), 1) if path.endswith(".gz") else bytes(content)


class Host:
    """A static host that can vanish and come back at the same address; `folder` is where the book lies on it."""

    def __init__(self, root: Path, folder: str = ""):
        self.root, self.folder, self.port, self.server = root, folder, 0, None
        self.start()

    def start(self):
        """Serve; `asked` holds what is asked for from now on."""
        self.asked = asked = []

        class Counting(Quiet):
            def do_GET(self):
                asked.append(self.path)
                super().do_GET()

        handler = functools.partial(Counting, directory=str(self.root))
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        """Be gone, if not gone already."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()
            self.server = None

    @property
    def address(self) -> str:
        """Where the book is."""
        return f"http://127.0.0.1:{self.port}{self.folder}"
