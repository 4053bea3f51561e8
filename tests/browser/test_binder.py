"""Binder: what repo2docker would do with the repository, done in a clean environment, and its JupyterLab used by a browser."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from miniatures_book import chapters, launch
from reader import HTML, PATIENCE
from whole_notebook import all_run

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("binder")]
SOURCE = launch.Source("https://github.com/owner/name", "main")
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+?)(?: ;.*)? \\$", re.M)
IDLE = """() => {
  const session = jupyterapp.shell.currentWidget?.context?.sessionContext, kernel = session?.session?.kernel;
  return session?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """What a clone of the repository would hold, and the build's runs of its pages."""
    place = tmp_path_factory.mktemp("binder") / "name"
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    files = listed.stdout.split("\0") if listed.returncode == 0 else unignored()
    for name in files:
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    (place / "_build").mkdir()
    (place / "_build" / "executed").symlink_to(ROOT / "_build" / "executed")
    return place


def unignored() -> list[str]:
    """The sources where they are no git repository."""
    unseen = {".venv", "_build", "node_modules", "dist", "__pycache__", ".git"}
    return [str(file.relative_to(ROOT)) for file in ROOT.rglob("*") if not unseen & set(file.relative_to(ROOT).parts)]


@pytest.fixture(scope="module")
def recipe(repository):
    """The Dockerfile that repo2docker would build."""
    asked = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(repository)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_repo2docker_installs_the_lock_and_runs_our_script(recipe):
    assert "Building conda environment for python=3.12" in recipe
    steps = [line.rpartition("}/bin/")[2] or line for line in recipe.splitlines() if line.startswith(("RUN", "CMD"))]
    installed = 'pip install --no-cache-dir -r ".binder/requirements.txt"'
    assert installed in steps
    assert steps.index(installed) < steps.index("RUN ./.binder/postBuild") < len(steps) - 1
    assert [step for step in steps if "pip install" in step] == [installed]
    assert json.loads(steps[-1].removeprefix("CMD "))[0] == "jupyter"


def test_its_lock_has_the_books_pins_each_with_digests():
    book, binder = (
        dict(PIN.findall((ROOT / folder / "requirements.txt").read_text("utf8"))) for folder in ("", ".binder")
    )
    assert {"numpy", "jupyterlab", "jupytext", "ipywidgets", "myst-nb", "notebook", "nbgitpuller"} <= set(binder)
    assert not {"playwright", "uv", "jupyterlite-core"} & set(binder)
    assert set(binder) - set(book) == {"nbgitpuller"}
    assert {name: pin for name, pin in binder.items() if book.get(name, pin) != pin} == {}
    blocks = re.split(r"^(?=[a-z])", (ROOT / ".binder" / "requirements.txt").read_text("utf8"), flags=re.M)[1:]
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.fixture(scope="module")
def started(repository, recipe, tmp_path_factory):
    """The address of the server that the recipe starts, in a clean environment in which its steps were run."""
    home = tmp_path_factory.mktemp("home")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MINIATURES", "PYTHON", "JUPYTER", "VIRTUAL"))}  # fmt: skip
    environment = clean | {"PATH": f"{home / 'venv' / 'bin'}:{os.environ['PATH']}", "UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}  # fmt: skip
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")

    def step(*words):
        done = subprocess.run(words, cwd=repository, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"

    python = str(home / "venv" / "bin" / "python")
    step(uv, "venv", "--quiet", "--seed", "--python", sys.executable, str(home / "venv"))
    step(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", ".binder/requirements.txt")
    environment |= {"HOME": str(home)}  # nobody's settings
    step("./.binder/postBuild")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = json.loads(re.search(r"^CMD (\[.*\])$", recipe, re.M)[1])
    options = [
        f"--port={port}",
        "--no-browser",
        "--allow-root",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
    ]
    with open(home / "log", "w") as log:
        server = subprocess.Popen([*command, *options], cwd=repository, env=environment, stdout=log, stderr=log)
    try:
        yield waited(f"http://127.0.0.1:{port}", server, home / "log")
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def waited(address, server, log):
    """The address, once it answers."""
    for _ in range(480):
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=5):
                return address
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"no answer from the server\n{log.read_text()}")


def opened(browser, address, query):
    """A page at the urlpath of a link's query, its notebook there and its kernel idle."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    (path,) = parse_qs(query)["urlpath"]
    page.goto(f"{address}/{path}?reset")  # without what another test has left open
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
    page.wait_for_function(IDLE, timeout=PATIENCE)
    return page


def whole(page):
    """Run the notebook whole: its cells without an error, widgets among what they gave."""
    cells = all_run(page, IDLE)
    assert len(cells) > 15
    assert "application/vnd.jupyter.widget-view+json" in {kind for cell in cells for kind in cell["kinds"]}


def moved(page):
    """Move the first slider, and wait until the sentence below its figure has changed."""
    box = page.locator(".jp-OutputArea-output:has(.widget-slider):has(.js-plotly-plot)").first
    page.keyboard.press("Escape")
    page.locator(".jp-Notebook").first.evaluate("(node) => { for (const one of [node, ...node.querySelectorAll('*')]) one.scrollTop = 0; }")  # fmt: skip
    box.wait_for(timeout=PATIENCE)
    words = box.locator(".widget-html").last
    before = words.inner_text()
    slider = box.locator(".noUi-handle").first
    slider.focus()
    for _ in range(6):
        slider.press("ArrowRight")
    page.wait_for_function("([node, before]) => node.innerText !== before", arg=[words.element_handle(), before], timeout=PATIENCE)  # fmt: skip


def test_binders_link_opens_a_chapter_that_runs_whole_and_its_widgets_move(browser, started):
    page = opened(browser, started, urlsplit(launch.binder(SOURCE, "gaussian_window")).query)
    whole(page)
    moved(page)
    page.context.close()


def test_a_hubs_link_to_the_sources_opens_them_as_a_notebook_that_runs_whole(browser, started, repository):
    """nbgitpuller has cloned into the folder `name` of the server's root; here that folder is the root itself."""
    (chapter,) = (one for one in chapters.chapters(ROOT) if one.stem == "gaussian_window")
    page = opened(browser, started, launch.hub(SOURCE, chapter).partition("?")[2].replace("%2Fname%2F", "%2F"))
    whole(page)
    page.context.close()


def test_its_notebooks_are_those_of_the_site(started, repository):
    for chapter in chapters.chapters(ROOT):
        name = f"{chapter.stem}.ipynb"
        made, built = repository / "notebooks" / name, HTML / "lite" / "files" / name
        assert made.read_text("utf8") == built.read_text("utf8"), name
