"""make watch from outside: a server that is started and ended, and the seconds until a saved sentence is served."""

import contextlib
import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

PATIENCE = 300  # seconds for a build
TOLD = "_build/watched.txt"  # what the watcher says


def hear_ctrl_c():
    """In the child: what is started from a job in the background would be deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def watched(root: Path, **environment: str):
    """`make watch` of a book that is built, which waits for a save: the address that it serves; ended with the block."""
    command = [root / ".venv" / "bin" / "python", "-m", "miniatures_book", "watch", "--port", "18700"]
    told = root / TOLD
    with open(told, "w") as said:
        given = os.environ | {"PYTHONUNBUFFERED": "1"} | environment
        running = subprocess.Popen(
            command, cwd=root, env=given, stdout=said, stderr=subprocess.STDOUT, preexec_fn=hear_ctrl_c
        )
        try:
            text = waited(told.read_text, lambda text: "watch     ready" in text)
            yield re.search(r"http://localhost:\d+/", text)[0]
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(PATIENCE)


def waited(ask, good):
    """What `ask` answers once it is good; fails with the last answer where it is not in time."""
    end = time.monotonic() + PATIENCE
    while not good(answer := ask()):
        assert time.monotonic() < end, answer
        time.sleep(0.05)
    return answer


def served(address: str, docname: str) -> str:
    """The page as the server has it now."""
    with urllib.request.urlopen(f"{address}{docname}.html", timeout=PATIENCE) as answer:
        return answer.read().decode()


def arrival(root: Path, address: str, docname: str, old: str, new: str) -> float:
    """Seconds from saving a page with one text for another until the new one is served with its reload; undone after."""
    file = root / f"{docname}.md"
    text = file.read_text("utf8")
    assert old in text, f"{old!r} is not in {file}"

    assert new not in served(address, docname)
    start = time.monotonic()
    try:
        file.write_text(text.replace(old, new, 1), "utf8")
        page = waited(lambda: served(address, docname), lambda page: new in page)
    finally:
        file.write_text(text, "utf8")
    assert "/_reload.js" in page
    return time.monotonic() - start
