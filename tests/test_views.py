"""Every view of every chapter: its description, its figure, its controls, its stored states."""

import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
from miniatures import draw, states, still
from miniatures.explore import Explorer, View
from miniatures_book import chapters, contract

ROOT = Path(__file__).parents[1]
NOT_A_SENTENCE = (
    r"\bnan\b|\binf\b|None|[-−]0 |[^\w-]-\d|\b1 (cases|configurations|ones|pixels|powers|questions|terms|towns)\b|[^.]$"
)
FIGURES = "miniatures.figures."
AXES_MOVE = {FIGURES + "gaussian_window:kernel_difference": {"yaxis"}}  # its bars span seven powers of ten
FRAMED_BY = {  # other things are drawn, or a part of them larger: the controls that choose which
    FIGURES + "compound_scaling:imagenet": {"near"},
    FIGURES + "epidemic_curve:curve": {"logarithmic"},
    FIGURES + "epidemic_curve:outbreak": {"name"},
    FIGURES + "epidemic_curve:seen_on": {"name"},
    FIGURES + "epidemic_curve:sir_fits": {"name"},
    FIGURES + "face_mesh:ladder": {"measure"},
    FIGURES + "fine_grained:flowers": {"measured"},
    FIGURES + "landmark_retrieval:studies": {"study"},
    FIGURES + "localized_narratives:timing": {"dwell"},
    FIGURES + "parallel_coordinates:hump": {"parameter", "top"},
    FIGURES + "parallel_coordinates:ordered": {"table"},
    FIGURES + "perceiver:glue_scores": {"axis"},
    FIGURES + "ranking_votes:volume": {"metric"},
    FIGURES + "science_news:odds": {"topic"},
}
CHAPTERS = {chapter.stem: chapter.docname for chapter in chapters.chapters(ROOT)}


@pytest.fixture(scope="module", params=CHAPTERS)
def shown(request):
    """What a chapter's cells show, run in order."""
    return contract.shown_by(contract.Page.of(ROOT, CHAPTERS[request.param]))


def test_views_describe_what_they_show(shown):
    views = [value for value in shown if isinstance(value, View)] + [
        e.view(**e.defaults) for e in shown if isinstance(e, Explorer)
    ]
    for view in views:
        assert any(character.isdigit() for character in view.description), view.description
        assert not view.description.lower().startswith(("plot of", "figure of", "a plot")), view.description
        short = f"a view's description, {view.description!r}, has fewer than six words. Say in a sentence, with its numbers, what this setting shows."
        assert len(view.description.split()) >= 6, short
        assert view.description.endswith("."), view.description
        said = words(view.description)
        told = said - {word for text in labels(draw.plain(view.figure)) for word in words(text)}
        assert len(told) >= 6, (
            f"the figure's own labels say it already: {view.description} Say what a reader sees, not what is written there."
        )
        assert len(told) > 0.3 * len(said), f"the figure's own labels say most of it: {view.description}"


def words(text) -> set[str]:
    """The words and numbers of a text, without markup."""
    return set(re.findall(r"[\w.%°]+", re.sub(r"<[^>]*>", " ", text).lower()))


def labels(figure):
    """What is written in a figure: titles, axes, annotations, legend."""
    yield from (trace["name"] for trace in figure["data"] if isinstance(trace.get("name"), str))
    open_parts = [figure["layout"]]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, dict):
            yield from (part[key] for key in ("text", "title") if isinstance(part.get(key), str))
            open_parts += part.values()
        elif isinstance(part, list | tuple):
            open_parts += part


def test_figures_follow_plotlys_schema_and_can_be_printed(shown):
    for explorer in (value for value in shown if isinstance(value, Explorer)):
        for setting in (explorer.defaults, explorer.settings()[0], explorer.settings()[-1]):
            figure = explorer.view(**setting).figure
            go.Figure(draw.plain(figure))
            assert still.svg(figure).rstrip().endswith("</svg>")


def test_each_control_changes_picture_and_description(shown):
    for explorer in (value for value in shown if isinstance(value, Explorer)):
        default = explorer.view(**explorer.defaults)
        for name, control in explorer.controls.items():
            others = [explorer.view(**explorer.defaults | {name: value}) for value in control.values]
            assert any(draw.plain(other.figure) != draw.plain(default.figure) for other in others), (
                f"{explorer.reference}: {name} moves nothing"
            )
            assert any(other.description != default.description for other in others), (
                f"{explorer.reference}: {name} changes no word"
            )
            for other in (others[0], others[len(others) // 2], others[-1]):
                same = draw.plain(other.figure) == draw.plain(default.figure)
                assert same or other.description != default.description, (
                    f"{explorer.reference}: {name} moves the picture, and the sentence stays: {other.description}"
                )


def test_states_fit_the_page_and_come_back_as_sentences_on_axes_that_stay_put(shown):
    for explorer in (value for value in shown if isinstance(value, Explorer)):
        decoded = states.decode(explorer.stored())  # raises BudgetError beyond the page's budget
        settings = explorer.settings()
        assert len(decoded) == len(settings)
        spans = {}
        for setting, (figure, words) in zip(settings, decoded, strict=True):
            assert not figure["data"] or re.search(NOT_A_SENTENCE, words) is None, words  # a refusal has no data
            if figure["data"]:
                framed = [setting[name] for name in sorted(FRAMED_BY.get(explorer.reference, ()))]
                axes = {key: axis for key, axis in figure["layout"].items() if key[1:5] == "axis"}
                still_axes = axes.keys() - AXES_MOVE.get(explorer.reference, set())
                ends = {key: axes[key]["range"] for key in still_axes if axes[key].get("type") != "category"}
                spans.setdefault(str(framed), set()).add(str(sorted(ends.items())))
        assert [frame for frame, found in spans.items() if len(found) > 1] == [], explorer.reference
        for index in (0, len(settings) // 2, len(settings) - 1):
            figure, description = decoded[index]
            assert description == explorer.view(**settings[index]).description
            go.Figure(figure)
