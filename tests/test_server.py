"""The documented server: a class of two hundred who come at once, a reader who is slow, and its end."""

import asyncio
import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
import watching
from miniatures_book import server

READERS = 200
WAIT = 60  # s: no answer takes so long, whatever else the machine does


@pytest.fixture
def folder(tmp_path):
    """A page and what it loads; a film too large for the buffers between the two ends."""
    (tmp_path / "index.html").write_text("<title>A book</title>")
    for at in range(5):
        (tmp_path / f"{at}.bin").write_bytes(bytes([at]) * (1000 + 40_000 * at))
    (tmp_path / "film.bin").write_bytes(os.urandom(1 << 20) * 16)
    return tmp_path


@contextlib.contextmanager
def serving(folder):
    one = server._server(folder, 0, server.Handler)
    thread = threading.Thread(target=one.serve_forever, daemon=True)
    thread.start()
    try:
        yield one.server_port
    finally:
        one.shutdown()
        one.server_close()
        thread.join(WAIT)
        assert not thread.is_alive()


async def asked(port, names):
    """The bodies of the files, asked for on one connection, one after another."""
    read, write = await asyncio.open_connection("127.0.0.1", port)
    bodies = []
    for name in names:
        write.write(f"GET /{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = (await read.readuntil(b"\r\n\r\n")).decode()
        assert head.startswith("HTTP/1.1 200"), head
        length = next(
            int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")
        )
        bodies.append(await read.readexactly(length))
    write.close()
    return bodies


def within(waited):
    return asyncio.run(asyncio.wait_for(waited, WAIT))


def test_two_hundred_who_come_at_once_get_every_byte(folder):
    names = [f"{at}.bin" for at in range(5)]

    async def all_of_them(port):
        return await asyncio.gather(*(asked(port, names) for _ in range(READERS)))

    with serving(folder) as port:
        answers = within(all_of_them(port))
    wanted = [hashlib.sha256((folder / name).read_bytes()).digest() for name in names]
    assert len(answers) == READERS
    assert {tuple(hashlib.sha256(body).digest() for body in bodies) for bodies in answers} == {tuple(wanted)}


def test_two_hundred_may_knock_before_the_first_is_let_in(folder):
    """Where the queue is short, the rest are turned away and knock again a second later."""
    one = server._server(folder, 0, server.Handler)  # it listens, and takes nobody yet
    with contextlib.closing(one.socket), contextlib.ExitStack() as open_ones:
        for _ in range(READERS):
            knock = open_ones.enter_context(socket.socket())
            knock.settimeout(WAIT)
            knock.connect(("127.0.0.1", one.server_port))
        assert not refused(one.server_port), "one more could knock"
        short = server.http.server.ThreadingHTTPServer(("127.0.0.1", 0), server.Handler)
        with contextlib.closing(short.socket):
            for _ in range(20):
                waiting = open_ones.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.1", short.server_port))
            assert refused(short.server_port), "the library's own queue would do: Server is not needed"


def refused(port):
    with socket.socket() as knock:
        knock.settimeout(0.3)
        try:
            knock.connect(("127.0.0.1", port))
        except TimeoutError:
            return True
        return False


def test_a_slow_reader_holds_up_nobody(folder):
    with serving(folder) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(b"GET /film.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert slow.recv(100).startswith(b"HTTP/1.1 200")  # and reads no further
        assert within(asked(port, ["0.bin"])) == [(folder / "0.bin").read_bytes()]


def test_a_reader_who_leaves_is_no_error_and_a_fault_of_the_server_is_told(folder, capsys):
    with serving(folder) as port:
        with socket.create_connection(("127.0.0.1", port)) as leaving:
            leaving.sendall(b"GET /film.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            leaving.recv(100)
        assert within(asked(port, ["0.bin"]))
    one = server._server(folder, 0, server.Handler)
    with contextlib.closing(one.socket):
        for error in (BrokenPipeError("gone"), ConnectionResetError("gone")):
            told_of(one, error)
        assert capsys.readouterr().err == ""
        told_of(one, ZeroDivisionError("a fault of ours"))
        assert "a fault of ours" in capsys.readouterr().err


def told_of(one, error):
    try:
        raise error
    except type(error):
        one.handle_error(None, ("127.0.0.1", 1))


def test_the_server_ends_at_ctrl_c_though_a_page_is_open(folder):
    code = "import sys, pathlib; from miniatures_book import server; sys.exit(server.serve(pathlib.Path(sys.argv[1]), 18_700))"
    command = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=watching.hear_ctrl_c) as running:
        try:
            port = int(running.stdout.readline().split("localhost:")[1].split("/")[0])
            with socket.create_connection(("127.0.0.1", port)) as idle:
                idle.sendall(b"GET /0.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert idle.recv(10)
                running.send_signal(signal.SIGINT)
                assert running.wait(WAIT) == 0
        finally:
            running.kill()
