"""make mutants: do the tests notice when one thing in a module is changed?

mutmut changes one thing of a function at a time, in a copy in _build/mutants, and runs the tests that reach it. What it
reports as alive or late is judged once more, by all tests of the module in a process of its own: mutmut pairs tests
with a function by who calls it, and a function whose result is cached, or that a test module calls as it is imported,
is called once for many tests. Ends with 1 where fewer than SHARE of a module's mutants are killed.
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINS = ROOT / "bench" / "mutants.txt"
BUILD = ROOT / "_build" / "mutants"
# random.Random(9).sample(sorted(stems), 5), of the 129 stems of code/miniatures/*.py that had a tests/test_<stem>.py
MODULES = ("structural_similarity", "photobooth_runs", "mouths", "fashion_gan_runs", "grasshopper")
SHARE = 0.85
FAILED = 1  # pytest's exit code for a test that failed
SECONDS = 120  # of CPU for all tests of a module: a mutant that takes longer is killed, one on a busy machine is not
PATIENCE = 1800  # s, should it wait for ever
BESIDE = ("_config.yml", "_toc.yml", "book", "chapters", "code", "data")  # what tests read
# no examples of the copies that mutmut makes of a function, and the same cases each time; PRELOAD comes before pytest rewrites
OPTIONS = ["-k", "not __mutmut_", "--hypothesis-seed=0", "-Wignore::pytest.PytestAssertRewriteWarning"]
SETTINGS = """
[tool.mutmut]
source_paths = ["miniatures"]
only_mutate = ["miniatures/{stem}.py"]
pytest_add_cli_args = {options}
pytest_add_cli_args_test_selection = {tests}
# each mutant in a process that has not imported the book: no result of another one is cached in it
process_isolation = "forkserver"
forkserver_warmup = "import"
preload_modules_file = "preload.txt"
timeout_constant = 4.0
timeout_multiplier = 5.0
"""
NAMES = """
import sys
from pathlib import Path
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name
file = Path(sys.argv[1])
print(*(get_mutant_name(file, one) for one in mutate_file_contents(str(file), file.read_text("utf8")).mutant_names))
"""
PRELOAD = "hypothesis.extra.numpy\nnumpy\npytest\nscipy.linalg\nscipy.ndimage\nscipy.optimize\nscipy.stats\nsklearn.linear_model\n"


def main() -> int:
    """Measure the modules that are named, print the table and what survived; 1 where a share is too small."""
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int, help="of each module no more mutants than these, drawn by chance")
    asked = parser.parse_args()
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed()),
        "MINIATURES_DATA": str(ROOT / "data"),
    }
    rows = [measured(stem, asked.workers, asked.sample, environment) for stem in asked.modules]
    print(f"\n{'module':24} {'mutants':>7} {'run':>7} {'killed':>7} {'share':>7}")
    for stem, total, tried, dead in rows:
        print(f"{stem:24} {total:7} {tried:7} {dead:7} {dead / tried:7.1%}")
    short = [stem for stem, _, tried, dead in rows if dead < SHARE * tried]
    if short:
        print(
            f"mutants   fewer than {SHARE:.0%} of the mutants of {', '.join(short)} are killed: write the test that does"
        )
    return int(bool(short))


def installed() -> Path:
    """The folder with mutmut, made where its pins have changed: beside the environment, whose packages are the lock's."""
    folder = ROOT / ".venv" / f"mutmut-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]}"
    if not folder.is_dir():
        print("mutants   installing mutmut, once", flush=True)
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
        subprocess.run([*pip, "--require-hashes", "--target", part, "-r", PINS], check=True)
        part.rename(folder)
    return folder


def tests_of(stem: str) -> list[str]:
    """The test files that name the module, and the module itself for its doctests."""
    files = [file for file in sorted((ROOT / "tests").glob("test_*.py")) if file.name != "test_arguments.py"]
    naming = [f"tests/{file.name}" for file in files if re.search(rf"\b{stem}\b", file.read_text("utf8"))]
    return [f"miniatures/{stem}.py", *naming]


def staged(stem: str, tests: list[str]) -> Path:
    """A fresh folder in which mutmut finds the package, the tests and its settings where it looks for them."""
    place = BUILD / stem
    shutil.rmtree(place, ignore_errors=True)
    (place / "mutants").mkdir(parents=True)
    (place / "miniatures").symlink_to(ROOT / "code" / "miniatures")
    (place / "tests").symlink_to(ROOT / "tests")
    for name in BESIDE:
        (place / "mutants" / name).symlink_to(ROOT / name)
    settings = SETTINGS.format(stem=stem, tests=json.dumps(tests), options=json.dumps(OPTIONS))
    (place / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf8") + settings, "utf8")
    (place / "preload.txt").write_text(PRELOAD, "utf8")
    return place


def measured(stem: str, workers: int, sample: int | None, environment: dict) -> tuple[str, int, int, int]:
    """Stem, how many mutants it has, how many were run, and how many of these the tests killed."""
    started, tests = time.perf_counter(), tests_of(stem)
    place = staged(stem, tests)
    named = run([sys.executable, "-c", NAMES, f"miniatures/{stem}.py"], place, environment).split()
    drawn = random.Random(9).sample(named, min(sample or len(named), len(named)))
    run([sys.executable, "-m", "mutmut", "run", "--max-children", str(workers), *drawn], place, environment)
    codes = json.loads((place / "mutants" / "miniatures" / f"{stem}.py.meta").read_text("utf8"))["exit_code_by_key"]
    doubtful = [name for name in drawn if codes[name] != FAILED]
    if killed("", place, tests, environment):
        raise SystemExit(f"the tests of {stem} fail in {place} with nothing changed")
    with ThreadPoolExecutor(workers) as pool:
        again = list(pool.map(lambda name: killed(name, place, tests, environment), doubtful))
    survivors = sorted(name for name, dead in zip(doubtful, again, strict=True) if not dead)
    print(f"mutants   {stem}: {len(drawn)} in {time.perf_counter() - started:.0f} s", flush=True)
    for name in survivors:
        print(difference(name, place, environment), flush=True)
    return stem, len(named), len(drawn), len(drawn) - len(survivors)


def run(command: list[str], place: Path, environment: dict) -> str:
    """What a command prints; SystemExit with the end of it where it fails."""
    done = subprocess.run(command, cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout.decode("utf8", "replace")
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:5])} ended with {done.returncode} in {place}:\n{said[-3000:]}")
    return said


def killed(name: str, place: Path, tests: list[str], environment: dict) -> bool:
    """Whether any of all tests of its module fails with one mutant in force, or takes too long; of "" whether any fails as it is."""
    folder = place / "mutants"
    path = f"{folder}{os.pathsep}{environment['PYTHONPATH']}"
    limited = ["sh", "-c", f'ulimit -t {SECONDS} && exec "$@"', "sh"]
    command = [*limited, sys.executable, "-m", "pytest", "-x", "-q", "--rootdir=.", *OPTIONS, *tests]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "PYTHONPATH": path, "MUTANT_UNDER_TEST": name},
            capture_output=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def difference(name: str, place: Path, environment: dict) -> str:
    """The name of a mutant and the lines that it changes."""
    shown = run([sys.executable, "-m", "mutmut", "show", name], place, environment)
    lines = [line for line in shown.splitlines() if re.match(r"[-+](?![-+]{2})", line)]
    return "\n".join([f"  {name}", *(f"    {line}" for line in lines)])


if __name__ == "__main__":
    sys.exit(main())
