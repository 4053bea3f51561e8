"""Views of TITLE."""

from miniatures import draw
from miniatures.checks import whole
from miniatures.explore import View
from miniatures.STEM import share


def shares(successes: int) -> View:
    """The share of `successes` among 20 trials."""
    found = share(whole("successes", successes, 0, 20), 20)
    return View(
        draw.figure(draw.bars(["successes", "failures"], [found, 1 - found]), y=draw.axis("share", range=[0, 1])),
        f"{successes} successes in 20 trials are a share of {found:.2f}.",
    )


def growing(trials: int) -> View:
    """The share of successes when every fourth trial is one, up to `trials`."""
    counts = [4 * n for n in range(1, whole("trials", trials, 4, 400) // 4 + 1)]
    found = [share(count // 4, count) for count in counts]
    return View(
        draw.figure(
            draw.line(counts, found),
            x=draw.axis("trials", range=[0, 44]),
            y=draw.axis("share", range=[0, 1]),
        ),
        f"Up to {counts[-1]} trials, every fourth a success: the share stays at {found[-1]:.2f}.",
    )
