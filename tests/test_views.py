"""Every view of every chapter: its description, its figure, its controls, its stored states."""

import re
from pathlib import Path

import plotly.graph_objects as go
import pytest
from miniatures import draw, states, still
from miniatures.controls import Slider
from miniatures.explore import Explorer, View
from miniatures_book import chapters, contract

ROOT = Path(__file__).parents[1]
NOT_A_SENTENCE = r"\bnan\b|\binf\b|None|-0 |[^.]$"
AXES_MOVE = {"miniatures.figures.gaussian_window:kernel_difference"}  # its bars span seven powers of ten
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
        assert len(view.description.split()) >= 6, view.description


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


def test_states_fit_the_page_and_come_back_as_sentences_on_axes_that_stay_put_while_a_slider_moves(shown):
    for explorer in (value for value in shown if isinstance(value, Explorer)):
        decoded = states.decode(explorer.stored())  # raises BudgetError beyond the page's budget
        settings = explorer.settings()
        assert len(decoded) == len(settings)
        spans = {}
        for setting, (figure, words) in zip(settings, decoded, strict=True):
            assert not figure["data"] or re.search(NOT_A_SENTENCE, words) is None, words  # a refusal has no data
            if figure["data"] and explorer.reference not in AXES_MOVE:
                still_controls = [v for k, v in setting.items() if not isinstance(explorer.controls[k], Slider)]
                axes = {key: axis for key, axis in figure["layout"].items() if key[1:5] == "axis"}
                layout = {key: axis["range"] for key, axis in axes.items() if axis.get("type") != "category"}
                spans.setdefault(str(still_controls), set()).add(str(sorted(layout.items())))
        assert [choice for choice, found in spans.items() if len(found) > 1] == [], explorer.reference
        for index in (0, len(settings) // 2, len(settings) - 1):
            figure, description = decoded[index]
            assert description == explorer.view(**settings[index]).description
            go.Figure(figure)
