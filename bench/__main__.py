"""make bench: how the page's Python and the build compare, as ratios within one run, with the budgets of the design.

Seconds depend on the machine and on what else it does, so each figure is a ratio of medians of starts that were made
by turns; the load and the CPU seconds of the browser stand beside them. Ends with 1 when a budget is missed.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from miniatures_book import pyodide
from miniatures_book.chromium import ARGUMENTS, found
from playwright.sync_api import sync_playwright

from bench import bare, build, fetch, growth, load, stock, views, watch
from bench.browse import ROOT, Sample, chromium, press_start, sent, serve, starts

SLOW = ("--rate", "25e6", "--delay", "0.02")
PAGE = f"chapters/{views.CHAPTERS[1]}.html"
MB = 1_000_000


def main() -> int:
    """Measure, print, and say by the result whether each budget was kept."""
    asked = _arguments()
    html = ROOT / "_build" / "html"
    if not (html / "_python" / "manifest.json").is_file():
        raise SystemExit("bench: there is no book with Python in _build/html yet: make book SERVE=0")
    with tempfile.TemporaryDirectory(prefix="bench") as place, sync_playwright() as playwright:
        sites = {"ours": html, "bare": bare.lay_out(Path(place) / "bare"), "stock": _stock(Path(place))}
        print(f"bench     {asked.rounds} rounds, load {os.getloadavg()[0]:.1f} at the beginning", flush=True)
        samples = _starts(playwright, sites, asked.rounds)
        (moved, loaded), weights = _moves(playwright, html), _weights(playwright, html)
    built, watched, grown = build.ratio(), watch.seconds(), [*load.rows(html), *growth.ratios()]
    print(f"bench     load {os.getloadavg()[0]:.1f} at the end\n")
    _table(samples)
    return _verdict([*_ratios(samples), *_steps(moved), loaded, *weights, built, watched, *grown])


def _arguments():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--rounds", type=int, default=3, help="how often each start is made (at least 3 for a verdict)"
    )
    return options.parse_args()


def _stock(place: Path) -> Path:
    wheels = place / "wheels"
    wheels.mkdir()
    return stock.lay_out(fetch.fetch(), pyodide.wheel(ROOT, wheels), place / "stock")


def _starts(playwright, sites: dict[str, Path], rounds: int) -> list[Sample]:
    """Each kind of start in each round, by turns, over a line without limits and over a slow one."""
    plan = [
        ("ours", "local", PAGE, views.first_answer, ("cold", "warm"), ()),
        ("stock", "local", "#picture", press_start, ("cold", "warm"), ()),
        ("bare", "local", "", press_start, ("cold", "warm"), ()),
        ("ours", "slow", PAGE, views.first_answer, ("cold",), SLOW),
        ("stock", "slow", "#picture", press_start, ("cold",), SLOW),
    ]
    samples = []
    for turn in range(rounds):
        for kind, line, path, click, caches, options in plan:
            with serve(sites[kind], *options) as address, _browser(playwright, kind) as browser:
                got = starts(browser, address, kind, line, path, click, caches)
            samples += got
            words = ", ".join(f"{sample.cache} {sample.wall:.1f} s" for sample in got)
            print(f"bench     {turn + 1}/{rounds} {kind:5} {line:5} {words}", flush=True)
    return samples


def _browser(playwright, kind: str):
    return chromium(playwright, found(), ARGUMENTS, views.SCRIPT if kind == "ours" else "")


def _moves(playwright, html: Path) -> tuple[list[views.Steps], tuple]:
    with serve(html) as address, _browser(playwright, "ours") as (context, _):
        page = context.new_page()
        loaded = (
            "first load with views / with still pictures (main thread)",
            views.load_ratio(page, address),
            "<=",
            1.5,
        )
        return [step for chapter in views.CHAPTERS for step in views.steps(page, chapter, address)], loaded


def _weights(playwright, html: Path) -> list[tuple]:
    """Bytes in brotli: the page's scripts, the numpy tier, and the tier once more when all of it is cached."""
    scripts = [html / "_runtime" / name for name in ("page.js", "python.js", "editor.js", "math.js", "worker.js")]
    script = sum(len(stock.brotli.compress(file.read_bytes())) for file in scripts)
    with serve(html) as address, _browser(playwright, "ours") as (context, _):
        page = context.new_page()
        page.goto(f"{address}/{PAGE}", wait_until="load")
        asked = {"worker": f"{address}/_runtime/worker.js", "root": f"{address}/", "tier": "numpy"}
        weights = []
        for _ in range(2):
            sent(address)
            page.evaluate("(asked) => window.bench.start(asked)", asked)
            weights.append(sent(address)[0])
    return [
        ("page script in brotli, without Plotly, MB", script / MB, "<=", 0.6),
        ("numpy tier over the line, MB", weights[0] / MB, "<=", 12),
        ("numpy tier over the line when cached, MB", weights[1] / MB, "<=", 0),
    ]


def _table(samples: list[Sample]) -> None:
    print(f"{'start':24}{'wall s':>9}{'CPU s':>9}{'MB':>9}{'requests':>10}   (medians)")
    for key in dict.fromkeys((one.kind, one.line, one.cache) for one in samples):
        same = [one for one in samples if (one.kind, one.line, one.cache) == key]
        wall, cpu, size, asked = (
            median(getattr(one, name) for one in same) for name in ("wall", "cpu", "sent", "requests")
        )
        print(f"{' '.join(key):24}{wall:9.2f}{cpu:9.2f}{size / MB:9.2f}{asked:10.0f}")
    print()


def _ratios(samples: list[Sample]) -> list[tuple]:
    """Ratios of medians of wall time; that of CPU time stands beside each, for a machine that does other work too."""

    def ratio(words, other, line, cache, sign, budget):
        def middle(kind, name):
            return median(
                getattr(one, name) for one in samples if (one.kind, one.line, one.cache) == (kind, line, cache)
            )

        wall, cpu = (middle("ours", name) / middle(other, name) for name in ("wall", "cpu"))
        return f"{words}, {cache} (CPU {cpu:.2f})", wall, sign, budget

    rows = []
    for cache in ("cold", "warm"):
        rows.append(ratio("click to first answer / stock thebe-lite", "stock", "local", cache, "<=", 0.20))
        rows.append(ratio("click to first answer / bare Pyodide's boot", "bare", "local", cache, "<", 1))
    return [*rows, ratio("at 25 Mbit/s and 20 ms / stock thebe-lite", "stock", "slow", "cold", "<=", 0.40)]


def _steps(moved: list[views.Steps]) -> list[tuple]:
    print(f"{'view':38}{'stored ms':>10}{'own ms':>8}{'asked ms':>10}{'drawn ms':>10}   (medians of {views.MOVES - 1})")
    for one in moved:
        print(f"{one.view:38}{one.stored:10.0f}{one.own:8.1f}{one.asked:10.1f}{one.drawn:10.0f}")
    print()
    return [
        ("stored state drawn, ms, median of the views", median(one.stored for one in moved), "<=", 50),
        ("live step drawn, ms, median of the views", median(one.drawn for one in moved), "<=", 100),
        (
            "live step asked / the view's own time, median of the views",
            median(one.asked / one.own for one in moved),
            "<=",
            1.5,
        ),
    ]


def _verdict(rows: list[tuple]) -> int:
    missed = 0
    for words, value, sign, budget in rows:
        kept = value < budget if sign == "<" else value <= budget
        missed += not kept
        print(f"{words:64}{value:9.3f}  {sign:>2} {budget:<5} {'kept' if kept else 'MISSED'}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
