"""A class of 200 opens a chapter in the same second: the documented server, every file of a first load, every byte counted.

A reader is six connections, as a browser opens to a host, which ask for the page and then for what it loads, compressed
as a browser asks for it. Seconds depend on the machine, so what is held to a budget is
their ratio to one reader alone, times as many readers: above one, readers disturb each other.
"""

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from miniatures_book import weights

from bench.browse import ROOT

READERS, CONNECTIONS, ALONE = 200, 6, 9
PATIENCE = 120  # s for all of them; who has not been answered by then counts as failed
CHAPTER = "chapters/numbers/gaussian_window.html"
HEAD = "GET /{} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\n\r\n"


def rows(html: Path) -> list[tuple]:
    """Rows with their budgets: failures, the median and the 95th percentile of the readers, whether the server ended."""
    files = first_load(html)
    sizes = {name: sent(html, name) for name in files}
    with served() as (port, server):
        alone = median(asyncio.run(readers(port, sizes, 1))[0] for _ in range(ALONE))
        times = asyncio.run(readers(port, sizes, READERS))
        ended = end(server)
    done = [one for one in times if one is not None]
    middle, late = (median(done), quantiles(done, n=20)[-1]) if len(done) > 1 else (float("inf"),) * 2
    print(
        f"bench     {READERS} readers of {len(files)} files, {sum(sizes.values()) / 1e6:.2f} MB each: one alone {1000 * alone:.0f} ms, "
        f"median {middle:.2f} s, p95 {late:.2f} s, {READERS / max(done, default=float('inf')):.0f} readers a second",
        flush=True,
    )
    return [
        (f"load: readers of {READERS} who did not get every byte", READERS - len(done), "<=", 0),
        (f"load: median reader / one alone x {READERS}", middle / (READERS * alone), "<=", 1.25),
        (f"load: p95 reader / one alone x {READERS}", late / (READERS * alone), "<=", 1.25),
        ("load: the server has not ended ten seconds after Ctrl-C", int(not ended), "<=", 0),
    ]


def first_load(html: Path) -> list[str]:
    """The page, then the files that its HTML names, its letters, and Plotly with the states of its figures."""
    page = html / CHAPTER
    found = weights.named(page) - {page.resolve()}
    states = {
        html / "_views" / name
        for name in (file.name for file in (html / "_views").iterdir())
        if name in page.read_text("utf8")
    }
    found |= states | {html / "_runtime/plot.js", *(html / "_runtime/fonts").glob("*.woff2")}
    return [CHAPTER, *sorted(file.resolve().relative_to(html.resolve()).as_posix() for file in found)]


def sent(html: Path, name: str) -> int:
    """Bytes of a file on the way: of its copy compressed beforehand, where there is one."""
    return next(
        (html / f"{name}{end}").stat().st_size for end in (".br", ".gz", "") if (html / f"{name}{end}").is_file()
    )


async def readers(port: int, sizes: dict[str, int], count: int) -> list[float | None]:
    """Seconds of each reader, all begun at once; None where an answer was wrong, short or late."""
    begun = time.monotonic()

    async def one() -> float | None:
        whole = True
        try:
            async with asyncio.timeout(PATIENCE):
                await reader(port, sizes)
        except* (OSError, EOFError, TimeoutError, ValueError):
            whole = False
        return time.monotonic() - begun if whole else None

    return await asyncio.gather(*(one() for _ in range(count)))


async def reader(port: int, sizes: dict[str, int]) -> None:
    """The page first; then its files over as many connections as a browser opens."""
    page, *rest = sizes
    first = await asyncio.open_connection("127.0.0.1", port)
    await ask(*first, page, sizes[page])
    more = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS - 1)]
    waiting = iter(rest)

    async def work(read, write) -> None:
        for name in waiting:
            await ask(read, write, name, sizes[name])
        write.close()

    async with asyncio.TaskGroup() as group:
        for connection in (first, *more):
            group.create_task(work(*connection))


async def ask(read: asyncio.StreamReader, write: asyncio.StreamWriter, name: str, size: int) -> None:
    """One file, of which every byte must come; ValueError where the answer is another."""
    write.write(HEAD.format(name).encode())
    head = (await read.readuntil(b"\r\n\r\n")).decode().lower()
    if not head.startswith("http/1.1 200") or f"content-length: {size}\r\n" not in head:
        raise ValueError(f"{name}: {head.partition(chr(13))[0]}")
    while size:
        piece = await read.read(min(size, 1 << 20))
        if not piece:
            raise EOFError(name)
        size -= len(piece)


@contextlib.contextmanager
def served() -> Iterator[tuple[int, subprocess.Popen]]:
    """The documented server, a process of its own: its port and the process, which does not outlive this."""
    command = [sys.executable, "-m", "miniatures_book", "serve", "--port", "18800"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline().partition("localhost:")[2].partition("/")[0]), server
    finally:
        server.kill()
        server.wait()


def end(server: subprocess.Popen) -> bool:
    """Whether Ctrl-C ends it."""
    server.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        return server.wait(10) == 0
    return False
