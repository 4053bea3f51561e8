"""A fresh Chromium for each cold sample, a second page of it for the warm one; wall, CPU seconds, bytes sent."""

import contextlib
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Page, Playwright

ROOT = Path(__file__).resolve().parents[1]
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"  # nothing outside is found
PATIENCE = 180_000  # ms


@dataclass(frozen=True)
class Sample:
    """One start: what was started, over which line, with which cache; seconds, CPU seconds, bytes and requests."""

    kind: str
    line: str
    cache: str
    wall: float
    cpu: float
    sent: int
    requests: int


@contextlib.contextmanager
def serve(site: Path, *options: str) -> Iterator[str]:
    """The address of a server for `site`, which is a process of its own."""
    command = [sys.executable, "-m", "bench.server", str(site), *options]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def chromium(playwright: Playwright, program: str | None, arguments: list[str], script: str = ""):
    """(context, cpu): a Chromium with an empty profile, and a function for the CPU seconds that it has used."""
    with tempfile.TemporaryDirectory(prefix="bench") as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=program, args=[*arguments, NOWHERE], viewport={"width": 1280, "height": 900}
        )
        context.add_init_script(script)
        browser = next(
            p for p in psutil.process_iter(["cmdline"]) if f"--user-data-dir={profile}" in (p.info["cmdline"] or [])
        )
        try:
            yield context, lambda: _seconds(browser)
        finally:
            context.close()


def _seconds(browser: psutil.Process) -> float:
    total = 0.0
    for process in [browser, *browser.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def sent(address: str) -> tuple[int, int]:
    """Bytes and requests since this was last asked."""
    with urllib.request.urlopen(f"{address}/_sent") as answer:
        return tuple(int(number) for number in answer.read().split())


def starts(browser, address: str, kind: str, line: str, path: str, click, caches=("cold", "warm")) -> list[Sample]:
    """The samples of one Chromium: a start with nothing in the cache, and once more with all of it."""
    context, cpu = browser
    samples = []
    for cache in caches:
        page = context.new_page()
        page.goto(f"{address}/{path}", wait_until="load")
        page.wait_for_timeout(500)
        sent(address)
        before = cpu()
        wall = click(page) / 1000
        samples.append(Sample(kind, line, cache, wall, cpu() - before, *sent(address)))
        page.close()
    return samples


def press_start(page: Page) -> float:
    """Press Start and give the milliseconds to the answer, as the page measures them."""
    page.click("#start")
    return page.wait_for_function("window.took", timeout=PATIENCE).json_value()
