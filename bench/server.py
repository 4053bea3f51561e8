"""A static server for the measurements: keeps connections open, serves .br where asked, limits its rate.

It runs as a process of its own: `python -m bench.server ROOT [--rate BITS] [--delay SECONDS] [--isolated]` prints
its port. The rate and the delay are limits of the server, for a browser's own do not reach its workers.
"""

import argparse
import functools
import http.server
import os
import threading
import time
from pathlib import Path

import brotli
from miniatures_book.server import Server

PIECE = 16_384
TEXT = {".html", ".js", ".css", ".json", ".svg"}  # what a host compresses itself


@functools.cache
def squeezed(file: Path) -> bytes:
    """A text in brotli, compressed when it is first asked for."""
    return brotli.compress(file.read_bytes(), quality=5)


class Line:
    """A line of so many bits a second, shared by all connections; a delay before each answer."""

    def __init__(self, rate: float, delay: float):
        self.rate, self.delay, self.free, self.lock = rate, delay, 0.0, threading.Lock()
        self.sent = self.requests = 0

    def wait(self, size: int) -> None:
        """Return when `size` more bytes have gone over the line."""
        with self.lock:
            self.sent += size
            if not self.rate:
                return
            self.free = max(self.free, time.monotonic()) + 8 * size / self.rate
            until = self.free
        time.sleep(max(0.0, until - time.monotonic()))


class Handler(http.server.SimpleHTTPRequestHandler):
    """The files of a folder, kept by the browser for an hour."""

    protocol_version = "HTTP/1.1"
    line: Line
    headers_sent: dict[str, str] = {}
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".bin": "application/octet-stream",
        ".woff2": "font/woff2",
    }

    def log_message(self, *_):
        """One line a request would be work that is measured."""

    def do_GET(self):
        """Send the file, its .br where the browser takes it; /_sent tells how much was sent since it was last asked."""
        if self.path == "/_sent":
            body = f"{self.line.sent} {self.line.requests}".encode()
            self.line.sent = self.line.requests = 0
            return self._send(200, "text/plain", body, {"Cache-Control": "no-store"})
        self.line.requests += 1
        time.sleep(self.line.delay)
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            return self._send(404, "text/plain", b"not here", {})
        tag = f'"{file.stat().st_mtime_ns:x}-{file.stat().st_size:x}"'
        if self.headers.get("If-None-Match") == tag:
            return self._send(304, "text/plain", b"", {"ETag": tag})
        body, headers = self._body(file)
        return self._send(200, self.guess_type(file), body, headers | {"ETag": tag})

    def _body(self, file: Path) -> tuple[bytes, dict]:
        kept = {"Cache-Control": "max-age=3600"} | self.headers_sent
        packed = file.with_name(file.name + ".br")
        if "br" not in self.headers.get("Accept-Encoding", ""):
            return file.read_bytes(), kept
        coded = kept | {"Content-Encoding": "br", "Vary": "Accept-Encoding"}
        if packed.is_file():
            return packed.read_bytes(), coded
        return (squeezed(file), coded) if file.suffix in TEXT else (file.read_bytes(), kept)

    def _send(self, status, kind, body, headers):
        self.send_response(status)
        for name, value in ({"Content-Type": kind, "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        measured = self.path != "/_sent"
        for start in range(0, len(body), PIECE):
            piece = body[start : start + PIECE]
            if measured:
                self.line.wait(len(piece))
            self.wfile.write(piece)


def main() -> None:
    """Serve until the process that started this one ends it."""
    options = argparse.ArgumentParser()
    options.add_argument("root")
    options.add_argument("--rate", type=float, default=0)
    options.add_argument("--delay", type=float, default=0)
    options.add_argument("--isolated", action="store_true")
    asked = options.parse_args()
    Handler.line = Line(asked.rate, asked.delay)
    if asked.isolated:
        Handler.headers_sent = {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
        }
    server = Server(("127.0.0.1", 0), functools.partial(Handler, directory=os.path.abspath(asked.root)))
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
