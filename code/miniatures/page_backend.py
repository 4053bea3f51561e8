"""matplotlib's backend in a page: pictures in the page's colours, shown below the cell by `show()` or at the cell's end."""

from matplotlib.backends.backend_agg import FigureCanvasAgg

from miniatures import shown
from miniatures.surface import publish


class FigureCanvas(FigureCanvasAgg):
    """A canvas that is a picture in the end."""


def show(*_, **__) -> None:
    """Show every open figure below the cell, and close it; without one nothing is shown.

    >>> show()
    """
    for data in shown.figures():
        publish(data)


shown.paint()
