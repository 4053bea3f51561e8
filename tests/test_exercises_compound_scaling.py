"""The exercises' answers by a second way, and their feedback."""

from math import ceil, log

import pytest
from miniatures import compound_scaling as cs
from miniatures.exercises import exercises

ANSWERS = {e.id.rpartition("-")[2]: e for e in exercises("compound_scaling")}


def test_the_answers_by_hand():
    assert ANSWERS["1"].answer == "Stage 7"
    assert ANSWERS["2"].answer == pytest.approx(1.2 * 1.21 * 1.3225)
    assert ANSWERS["3"].answer == 5288548 - 1281000 + 12810 == 4020358
    assert ANSWERS["4"].answer == sum(ceil(1.1 * n) - n for n in (1, 2, 2, 3, 3, 4, 1)) == 7
    assert ANSWERS["4"].answer == cs.efficientnet(depth=1.01).blocks - 16
    assert ANSWERS["8"].answer == pytest.approx(cs.efficientnet(1.1**7, 1.2**7, round(224 * 1.15**7)).parameters / 1e6)


def test_the_order_of_sizes():
    together = log(4) / log(1.92027)
    depth, width, resolution = cs.compound(together)
    sizes = [cs.efficientnet(resolution=448), cs.efficientnet(width, depth, round(224 * resolution)), cs.efficientnet(width=2), cs.efficientnet(depth=4)]  # fmt: skip
    assert [name.partition(",")[0] for name in ANSWERS["5"].answer] == ["resolution alone", "all three", "width alone", "depth alone"]  # fmt: skip
    assert [s.parameters for s in sizes] == sorted(s.parameters for s in sizes)
    assert max(s.parameters for s in sizes) / min(s.parameters for s in sizes) == pytest.approx(3.8, abs=0.05)


def test_the_linear_layers_explain_the_width():
    b0, wide = cs.efficientnet(), cs.efficientnet(width=2)
    for kind, factor in (("depthwise", 2), ("stem", 2), ("classifier", 2), ("expansion", 4), ("projection", 4)):
        assert wide.by_kind("multiply_adds")[kind] == factor * b0.by_kind("multiply_adds")[kind]
    assert ANSWERS["6"].answer == wide.multiply_adds / b0.multiply_adds


def test_the_wider_squeeze_block_by_block():
    blocks = [(32, 1), (16, 6), (24, 6), (24, 6), (40, 6), (40, 6), (80, 6), (80, 6), (80, 6), (112, 6), (112, 6), (112, 6),
              (192, 6), (192, 6), (192, 6), (192, 6)]  # fmt: skip
    more = sum((2 * t * c + 1) * (t * c // 4 - c // 4) for c, t in blocks)
    assert ANSWERS["7"].answer == pytest.approx((5288548 + more) / 1e6)
