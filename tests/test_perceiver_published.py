"""The paper's table, and the two byte models counted."""

import pytest
from miniatures import perceiver_published as published
from miniatures.layer_counts import resnet50


def test_the_table_as_printed():
    rows = published.table()
    assert [row.glue for row in rows] == [81.0, 81.1, 81.2, 71.5, 81.0, 81.8]
    assert [row.parameters for row in rows] == [110, 110, 223, 20, 201, 425]
    assert [row.flops for row in rows] == [109, 109, 119, 130, 113, 241]
    assert [row.speed for row in rows] == [None, 7.3, 7.4, 2.9, 7.6, 4.2]
    assert [row.depth for row in rows] == [12, 12, 26, 6, 26, 40]
    assert [(row.vectors, row.inputs) for row in rows] == [
        (512, 512),
        (512, 512),
        (256, 512),
        (2048, 2048),
        (256, 2048),
        (256, 2048),
    ]
    assert [row.reads for row in rows] == ["tokens"] * 3 + ["bytes"] * 3
    with pytest.raises(ValueError, match="model='GPT'"):
        published.line("GPT")


def test_the_gap_at_matched_cost_and_the_sizes_behind_it():
    ours, bert = published.line("Perceiver IO"), published.line("BERT of matching FLOPs")
    assert ours.glue - bert.glue == pytest.approx(9.5)
    assert ours.parameters / bert.parameters == pytest.approx(10.05)
    assert ours.flops < bert.flops


def test_the_byte_models_counted_by_hand():
    bert = published.byte_bert()
    layer = 4 * (512 * 512 + 512) + 512 * 2048 + 2048 + 2048 * 512 + 512
    assert bert.parameters == pytest.approx(6 * layer + 2310 * 512, rel=1e-3)
    assert bert.flops == 2 * (6 * (2048 * (4 * 512**2 + 2 * 512 * 2048) + 2 * 2048**2 * 512) + 2048 * 512 * 262)
    assert round(bert.parameters / 1e6) == 20
    assert bert.flops / 1e9 == pytest.approx(130, rel=0.01)
    ours = published.byte_perceiver()
    assert round(ours.parameters / 1e6) == 201
    assert (
        published.byte_perceiver(1).flops / 1e9 < 113 < ours.flops / 1e9 < 122
    )  # the paper does not say how many queries it counts
    assert published.byte_perceiver(1).parameters == ours.parameters
    for bad in (0, 2049, 1.0, None):
        with pytest.raises(ValueError, match="queries"):
            published.byte_perceiver(bad)


def test_a_weight_is_used_once_for_each_vector():
    small, large = published.dense(256, 1280, 1280), published.dense(2048, 1280, 1280)
    assert small.parameters == large.parameters
    assert large.flops == 8 * small.flops


def test_resnet50_is_printed_in_multiply_adds():
    """The paper says that it counts products and sums; its line of ResNet-50 counts products."""
    assert sum(layer.multiply_adds for layer in resnet50()) / 1e9 == pytest.approx(published.RESNET50, abs=0.05)
