"""The Chromium that prints the book and that the browser tests drive: one way to find it, one set of arguments."""

import os
import shutil

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-features=AutofillServerCommunication"]  # fmt: skip
PROGRAMS = ("chromium", "google-chrome", "chromium-headless-shell")
CURE = "No Chromium or Chrome was found: install one (Debian: apt install chromium), or name it in CHROME_PATH."


def found() -> str | None:
    """The Chromium to drive: CHROME_PATH, else the first of PROGRAMS on PATH; None means Playwright's own."""
    named = os.environ.get("CHROME_PATH")
    if named and not os.access(named, os.X_OK):
        raise FileNotFoundError(f"CHROME_PATH={named!r} is not a program")
    return named or next(filter(None, map(shutil.which, PROGRAMS)), None)


def launch(playwright):
    """A headless Chromium; FileNotFoundError says what to do where there is none."""
    program = found()
    if program is None and not os.path.exists(playwright.chromium.executable_path):
        raise FileNotFoundError(CURE)
    return playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
