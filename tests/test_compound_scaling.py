"""The counter against published counts, an executed network and closed forms; the scaling rules by hand."""

from fractions import Fraction
from math import ceil, inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import compound_scaling as cs
from miniatures import compound_scaling_published as published
from miniatures import layer_counts as lc

# torchvision 0.29.2, metadata of the weights: num_params, and _ops in units of 10^9 multiply-adds.
# Its B2 weights are evaluated at 288 pixels, not at the paper's 260.
TORCHVISION = {
    "B0": (5288548, 0.386, 224),
    "B1": (7794184, 0.687, 240),
    "B2": (9109994, 1.088, 288),
    "B3": (12233232, 1.827, 300),
    "B4": (19341616, 4.394, 380),
    "B5": (30389784, 10.266, 456),
    "B6": (43040704, 19.068, 528),
    "B7": (66347960, 37.746, 600),
}
# Keras 3.6 with the JAX backend, executed: (width, depth, resolution, classes) -> trainable parameters,
# count_params(), multiply-adds from the shapes of its layers' kernels and outputs, depthwise layers.
KERAS = {
    (1.0, 1.0, 224, 1000): (5288548, 5330571, 385814752, 16),
    (1.0, 1.1, 240, 1000): (7794184, 7856239, 686802832, 23),
    (1.1, 1.2, 260, 1000): (9109994, 9177569, 993561872, 23),
    (1.2, 1.4, 300, 1000): (12233232, 12320535, 1827141392, 26),
    (1.4, 1.8, 380, 1000): (19341616, 19466823, 4393771024, 32),
    (1.6, 2.2, 456, 1000): (30389784, 30562527, 10266384752, 39),
    (1.8, 2.6, 528, 1000): (43040704, 43265143, 19067593536, 45),
    (2.0, 3.1, 600, 1000): (66347960, 66658687, 37745884192, 55),
    (0.35, 0.5, 96, 10): (335594, 344689, 8130096, 10),
    (0.75, 1.3, 129, 37): (4197937, 4249800, 170171520, 24),
    (1.23, 0.7, 65, 2): (5160788, 5206491, 73821712, 15),
    (2.5, 0.2, 33, 1): (9648169, 9686864, 51248656, 7),
    (0.2, 2.0, 64, 5): (470463, 489270, 5151936, 32),
    (1.0, 1.0, 224, 10): (4020358, 4062381, 384547552, 16),
    (1.01, 1.0, 224, 1000): (5309700, 5351755, 386081632, 16),
    (0.05, 0.05, 32, 3): (17963, 19618, 318256, 7),
}
# Table 2 of the paper: millions of parameters and billions of FLOPS, as printed.
TABLE_2 = {"B0": ("5.3", "0.39"), "B1": ("7.8", "0.70"), "B2": ("9.2", "1.0"), "B3": ("12", "1.8"),
           "B4": ("19", "4.2"), "B5": ("30", "9.9"), "B6": ("43", "19"), "B7": ("66", "37")}  # fmt: skip
NOT_A_NUMBER = st.sampled_from([nan, inf, -inf, "1", None, True, False, 1j, [1.0], np.bool_(True), 10**400, object()])


# --- published counts


@pytest.mark.parametrize("name", cs.VARIANTS)
def test_the_eight_variants_have_torchvisions_counts(name):
    parameters, giga, resolution = TORCHVISION[name]
    width, depth, own_resolution = cs.VARIANTS[name]
    assert cs.efficientnet(width, depth, own_resolution).parameters == parameters
    assert round(cs.efficientnet(width, depth, resolution).multiply_adds / 1e9, 3) == giga


@pytest.mark.parametrize("size", KERAS)
def test_any_size_has_kerass_counts(size):
    network = cs.efficientnet(*size)
    found = (network.parameters, network.total_parameters, network.multiply_adds, network.blocks)
    assert found == KERAS[size]


def test_the_papers_rounded_counts_are_within_a_tenth_and_not_all_equal():
    wrong = []
    for name, (millions, billions) in TABLE_2.items():
        network = cs.efficientnet(*cs.VARIANTS[name])
        assert network.parameters / 1e6 == pytest.approx(float(millions), rel=0.02)
        assert network.multiply_adds / 1e9 == pytest.approx(float(billions), rel=0.05)
        digits = len(billions.partition(".")[2])
        if f"{network.multiply_adds / 1e9:.{digits}f}" != billions:
            wrong.append(name)
    assert wrong == ["B1", "B4", "B5", "B7"]  # as the page says


def test_resnet50_has_torchvisions_counts():
    layers = lc.resnet50()
    assert lc.total(layers, "parameters") == 25557032
    assert round(lc.total(layers, "multiply_adds") / 1e9, 3) == 4.089


# --- an executed network


class Executed:
    """A small EfficientNet that really runs, product by product, with arrays for its weights."""

    def __init__(self):
        self.weights, self.buffers, self.products = [], 0, 0

    def conv(self, x, kernel, outputs, stride=1, depthwise=False):
        side, _, inputs = x.shape
        w = np.ones((kernel, kernel, 1 if depthwise else inputs, outputs))
        self.weights += [w, np.ones(outputs), np.zeros(outputs)]  # kernel, scale, shift
        self.buffers += 2 * outputs
        after = ceil(side / stride)
        y = np.zeros((after, after, outputs))
        padded = np.pad(x, ((kernel, kernel), (kernel, kernel), (0, 0)))
        for i in range(after):
            for j in range(after):
                patch = padded[stride * i :, stride * j :][:kernel, :kernel, :, None]
                products = patch[:, :, :, 0, None].transpose(0, 1, 3, 2) * w if depthwise else patch * w
                self.products += products.size
                y[i, j] = products.sum((0, 1, 2))
        return y

    def dense(self, x, outputs):
        self.weights += [np.ones((x.size, outputs)), np.zeros(outputs)]
        products = x[:, None] * self.weights[-2]
        self.products += products.size
        return products.sum(0)

    def block(self, x, expansion, kernel, stride, outputs):
        inputs = x.shape[2]
        y = self.conv(x, 1, expansion * inputs) if expansion > 1 else x
        y = self.conv(y, kernel, expansion * inputs, stride, depthwise=True)
        y = y * self.dense(self.dense(y.mean((0, 1)), max(1, inputs // 4)), expansion * inputs)
        return self.conv(y, 1, outputs)


@pytest.mark.parametrize(("resolution", "channels", "classes", "blocks"), [(9, 8, 3, 1), (5, 8, 2, 2), (4, 16, 1, 1)])
def test_the_counts_equal_those_of_a_network_that_runs(resolution, channels, classes, blocks):
    table = tuple(row._replace(channels=channels, blocks=blocks) for row in cs.TABLE_1[:4])
    counted = cs.scaled(table, 0.5, 1.0, resolution, classes)
    run = Executed()
    x = run.conv(np.ones((resolution, resolution, 3)), 3, 16, stride=2)
    for row in table:
        for number in range(blocks):
            x = run.block(x, row.expansion, row.kernel, 1 if number else row.stride, 8 if channels < 24 else channels)
    x = run.conv(x, 1, 640)
    run.dense(x.mean((0, 1)), classes)
    assert counted.parameters == sum(w.size for w in run.weights)
    assert counted.multiply_adds == run.products
    assert counted.total_parameters == counted.parameters + run.buffers + 7


# --- by hand, and invariants


def test_table_1_by_hand():
    stages = cs.efficientnet().stages
    assert [stage.number for stage in stages] == list(range(1, 10))
    assert [stage.input_side for stage in stages] == [224, 112, 112, 56, 28, 14, 14, 7, 7]
    assert [stage.channels for stage in stages] == [32, 16, 24, 40, 80, 112, 192, 320, 1280]
    assert [stage.blocks for stage in stages] == [1, 1, 2, 2, 3, 3, 4, 1, 1]
    assert stages[0].parameters == 3 * 3 * 3 * 32 + 2 * 32
    # stage 2: depthwise 3 x 3 on 32 channels, squeeze to 8, project to 16
    assert stages[1].parameters == (9 * 32 + 64) + (2 * 32 * 8 + 8 + 32) + (32 * 16 + 32) == 1448
    assert stages[8].parameters == 320 * 1280 + 2 * 1280 + 1281 * 1000


def test_the_first_print_of_table_1_costs_a_third_more():
    printed = cs.scaled(cs.FIRST_PRINT, 1.0, 1.0, 224, 1000)
    assert [stage.input_side for stage in printed.stages] == [224, 112, 112, 56, 28, 28, 14, 7, 7]
    assert printed.parameters == cs.efficientnet().parameters
    assert printed.multiply_adds / 1e9 == pytest.approx(0.516, abs=5e-4)  # the paper says 0.39


def test_the_stages_add_up_and_later_stages_hold_the_parameters():
    network = cs.efficientnet()
    assert sum(stage.parameters for stage in network.stages) == network.parameters
    assert sum(stage.multiply_adds for stage in network.stages) == network.multiply_adds
    assert sum(stage.parameters for stage in network.stages[6:]) / network.parameters > 0.83
    assert sum(stage.multiply_adds for stage in network.stages[6:]) / network.multiply_adds < 0.38


def test_the_counts_follow_the_scale_law_when_channels_and_blocks_are_many():
    small, large = cs.efficientnet(40, 40, 4096), cs.efficientnet(80, 40, 4096)
    assert large.multiply_adds / small.multiply_adds == pytest.approx(4, rel=0.01)
    assert cs.efficientnet(40, 80, 4096).multiply_adds / small.multiply_adds == pytest.approx(2, rel=0.01)
    assert cs.efficientnet(40, 40, 8192).multiply_adds / small.multiply_adds == pytest.approx(4, rel=0.01)


def test_b1_adds_seven_blocks():
    assert cs.efficientnet(*cs.VARIANTS["B1"]).blocks - cs.efficientnet().blocks == 7


def test_activations_of_b0_are_those_of_its_convolutions():
    convolutions = [layer for layer in cs.efficientnet().layers if layer.kind == "stem"]
    assert convolutions[0].activations == 112 * 112 * 32
    ratio = cs.efficientnet(*cs.VARIANTS["B4"]).activations / lc.total(lc.resnet50(), "activations")
    assert ratio == pytest.approx(4.45, abs=0.01)


@settings(max_examples=60)
@given(
    st.floats(0.01, 20), st.floats(0.01, 20), st.integers(1, 2000), st.integers(1, 5000), st.integers(1, 2000), st.integers(1, 5000)
)  # fmt: skip
def test_only_the_classifier_sees_the_classes_and_no_parameter_sees_the_resolution(
    width, depth, side, classes, side2, classes2
):
    one, other = cs.efficientnet(width, depth, side, classes), cs.efficientnet(width, depth, side2, classes2)
    per_class = one.stages[-1].channels
    assert one.parameters - other.parameters == (per_class + 1) * (classes - classes2)
    assert cs.efficientnet(width, depth, side2, classes).parameters == one.parameters
    larger = cs.efficientnet(width, depth, side + side2, classes)
    assert larger.multiply_adds >= one.multiply_adds
    assert sum(stage.parameters for stage in one.stages) == one.parameters


@settings(max_examples=60)
@given(st.floats(0.05, 10), st.floats(0.05, 10), st.floats(1, 3))
def test_wider_or_deeper_never_costs_less(width, depth, times):
    base = cs.efficientnet(width, depth, 64, 10)
    for larger in (cs.efficientnet(width * times, depth, 64, 10), cs.efficientnet(width, depth * times, 64, 10)):
        assert larger.parameters >= base.parameters
        assert larger.multiply_adds >= base.multiply_adds


@given(st.integers(1, 4000), st.floats(0.01, 30))
def test_channels_are_multiples_of_8_that_lose_at_most_a_tenth(channels, width):
    rounded = cs.round_channels(channels, width)
    assert rounded % 8 == 0
    assert rounded >= 8
    assert rounded >= 0.9 * channels * width
    assert rounded <= max(8, channels * width + 8)


@given(st.integers(1, 50), st.integers(1, 50))
def test_blocks_are_rounded_up(blocks, tenths):
    exact = Fraction(blocks * tenths, 10)
    assert cs.round_blocks(blocks, tenths / 10) in (
        ceil(exact),
        ceil(exact) + 1,
    )  # the float product may exceed a whole number
    assert cs.round_blocks(blocks, 1.0) == blocks


def test_the_order_of_the_arguments_matters():
    depth, width, resolution = cs.compound(4)
    right = cs.efficientnet(width, depth, round(224 * resolution))
    swapped = cs.efficientnet(depth, width, round(224 * resolution))
    assert swapped.parameters > 1.3 * right.parameters


# --- the scaling rules


def test_compound_by_hand():
    assert cs.compound(0) == (1.0, 1.0, 1.0)
    assert cs.compound(1) == (1.2, 1.1, 1.15)
    assert cs.compound(2) == pytest.approx((1.44, 1.21, 1.3225))
    assert cs.compound(-1) == pytest.approx((1 / 1.2, 1 / 1.1, 1 / 1.15))
    assert cs.compound(3, 1, 1, 2) == (1.0, 1.0, 8.0)
    assert all(type(multiplier) is float for multiplier in cs.compound(np.float32(0.5)))


def test_compound_of_an_array_is_an_array():
    phi = np.arange(6.0).reshape(2, 3)
    arrays = cs.compound(phi)
    assert [array.shape for array in arrays] == [(2, 3)] * 3
    assert [array[1, 2] for array in arrays] == pytest.approx(cs.compound(5))
    assert cs.compound([0, 1])[0].tolist() == [1.0, 1.2]


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_compound_turns_sums_into_products(one, other):
    for a, b, both in zip(cs.compound(one), cs.compound(other), cs.compound(one + other), strict=True):
        assert a * b == pytest.approx(both, rel=1e-9)


def test_one_unit_of_phi_is_192_not_2():
    assert cs.growth(1) == pytest.approx(1.2 * 1.21 * 1.3225) == pytest.approx(1.92027)
    assert cs.growth(7) == pytest.approx(96.28, abs=0.01)
    assert cs.growth(np.array([0.0, 1.0])).shape == (2,)


def test_what_one_unit_of_phi_really_costs():
    assert cs.efficientnet(1.1, 1.2, 258).multiply_adds / 385814752 == pytest.approx(cs.counted_growth(1))
    assert [cs.counted_growth(phi) for phi in (0, 1, 4, 7)] == pytest.approx([1, 2.573, 16.38, 102.8], rel=1e-3)
    assert cs.counted_growth(np.array([[0, 1], [4, 7]])).shape == (2, 2)


def test_the_rounding_up_of_blocks_is_what_makes_it_dear():
    # 23 blocks where 16 x 1.2 = 19.2 were meant; 1.2 times the cost of the others is 2.06
    depth, width, resolution = cs.compound(1)
    assert cs.grown(depth, width, resolution).blocks == 23
    assert cs.grown(1.0, width, resolution).multiply_adds / 385814752 * 1.2 == pytest.approx(2.06, abs=0.01)


def test_table_7_printed_more_flops_than_its_multipliers_cost():
    counted = {sizes: cs.grown(*sizes).multiply_adds / 1e9 for sizes in published.TABLE_7}
    assert list(counted.values()) == pytest.approx([1.575, 1.450, 1.538, 1.800], abs=1e-3)
    printed = [flops for flops, _ in published.TABLE_7.values()]
    assert [round(p / c, 2) for p, c in zip(printed, counted.values(), strict=True)] == [1.14, 1.24, 1.24, 1.0]


def test_no_rival_has_ten_times_the_parameters_and_half_have_ten_times_the_flops():
    ratios = published.rival_ratios()
    assert len(ratios) == 16
    assert max(ratios, key=lambda rival: ratios[rival][0]) == "GPipe"
    assert ratios["GPipe"][0] == pytest.approx(8.395, abs=1e-3)
    assert np.isnan(ratios["GPipe"][1])
    assert min(parameters for parameters, _ in ratios.values()) == pytest.approx(2.65, abs=0.01)
    flops = [flops for _, flops in ratios.values() if not np.isnan(flops)]
    assert sum(value >= 10 for value in flops) == 7
    assert (round(min(flops), 1), round(max(flops), 1)) == (4.0, 19.2)


def test_b0_without_its_classifier_is_21_times_smaller_than_nasnet():
    b0 = cs.efficientnet()
    body = b0.parameters - b0.by_kind("parameters")["classifier"]
    assert 85e6 / body == pytest.approx(21.2, abs=0.05)


def test_profiles_and_kinds_of_layers():
    b0 = cs.efficientnet()
    channels, sides = b0.profile()
    assert channels == [32, 16, 24, 24, 40, 40, 80, 80, 80, 112, 112, 112, 192, 192, 192, 192, 320]
    assert sides[:2] == [112, 112]
    assert sides[-5:] == [7] * 5
    for quantity in lc.QUANTITIES:
        assert sum(b0.by_kind(quantity).values()) == lc.total(b0.layers, quantity)
    assert b0.by_kind("parameters")["classifier"] == 1281000


def test_grown_refuses_bad_multipliers():
    for bad in (0, -1, nan, inf, True, "1", 1e9):
        for place, name in enumerate(("depth", "width", "resolution")):
            sizes = [1.0, 1.0, 1.0]
            sizes[place] = bad
            with pytest.raises(ValueError, match=name):
                cs.grown(*sizes)


@given(st.floats(1, 1.2), st.floats(1, 1.2))
def test_the_third_base_closes_the_product(one, other):
    for missing in ("alpha", "beta", "gamma"):
        bases = dict(zip([name for name in ("alpha", "beta", "gamma") if name != missing], (one, other), strict=True))
        product = 2.5
        solved = bases | {missing: cs.third(**bases, product=product)}
        assert cs.growth(1, **solved) == pytest.approx(product)


def test_the_third_base_is_refused_below_one():
    with pytest.raises(ValueError, match=r"no gamma of at least 1.*2\.42"):
        cs.third(alpha=2.0, beta=1.1)
    with pytest.raises(ValueError, match="exactly one of alpha, beta, gamma must be None, not 2"):
        cs.third(alpha=1.2)
    with pytest.raises(ValueError, match="not 0"):
        cs.third(1.2, 1.1, 1.15)


@given(st.floats(0.1, 100))
def test_each_way_alone_spends_the_factor(factor):
    for way in ("depth", "width", "resolution"):
        depth, width, resolution = cs.alone(factor, way)
        assert depth * width**2 * resolution**2 == pytest.approx(factor)
        assert sum(multiplier == 1 for multiplier in (depth, width, resolution)) >= 2


def test_an_unknown_way_is_refused():
    with pytest.raises(ValueError, match=r"way='height' must be one of: depth, width, resolution"):
        cs.alone(2, "height")


# --- why B1 to B7 are not exact powers


@given(st.floats(-3, 9))
def test_implied_phi_inverts_compound(phi):
    depth, width, resolution = cs.compound(phi)
    assert published.implied_phi(width, depth, 224 * resolution) == pytest.approx((phi, phi, phi), abs=1e-9)


def test_b1_to_b3_are_rounded_powers_and_b4_to_b7_are_not():
    ranges = {name: published.phi_range(*size) for name, size in cs.VARIANTS.items()}
    assert [name for name, (low, high) in ranges.items() if low <= high] == ["B0", "B1", "B2", "B3"]
    for name, phi in (("B0", 0), ("B1", 0.5), ("B2", 1), ("B3", 2)):
        low, high = ranges[name]
        assert low <= phi <= high
        depth, width, resolution = cs.compound(phi)
        assert (round(width, 1), round(depth, 1)) == cs.VARIANTS[name][:2]
        assert abs(224 * resolution - cs.VARIANTS[name][2]) <= 4


def test_b7_needs_three_phis():
    assert [round(phi, 2) for phi in published.implied_phi(*cs.VARIANTS["B7"])] == [6.21, 7.27, 7.05]


def test_variants_are_as_released():
    assert list(cs.VARIANTS) == [f"B{number}" for number in range(8)]
    assert cs.VARIANTS["B1"] == (1.0, 1.1, 240)
    assert cs.VARIANTS["B7"] == (2.0, 3.1, 600)


# --- bad input


@given(st.sampled_from(["width", "depth", "resolution", "classes"]), NOT_A_NUMBER)
def test_efficientnet_names_what_it_refuses(name, value):
    with pytest.raises(ValueError, match=name):
        cs.efficientnet(**{name: value})


@given(st.sampled_from(["width", "depth"]), st.floats(max_value=0) | st.floats(min_value=1000.001))
def test_efficientnet_refuses_sizes_out_of_range(name, value):
    with pytest.raises(ValueError, match=f"{name}=.*must be"):
        cs.efficientnet(**{name: value})


@given(
    st.sampled_from(["resolution", "classes"]),
    st.integers(max_value=0) | st.integers(min_value=10**9 + 1) | st.floats(0, 1e5).filter(lambda v: v != int(v)),
)
def test_efficientnet_refuses_sides_and_classes_that_are_not_whole(name, value):
    with pytest.raises(ValueError, match=f"{name}=.*must be"):
        cs.efficientnet(**{name: value})


@given(st.sampled_from(["alpha", "beta", "gamma"]), NOT_A_NUMBER | st.floats(max_value=0))
def test_compound_refuses_bad_bases(name, value):
    for function in (cs.compound, cs.growth):
        with pytest.raises(ValueError, match=name):
            function(1.0, **{name: value})


@pytest.mark.parametrize("phi", [nan, inf, "1", None, True, 1j, [], [1, nan], [True], [[1, 2], [3]], np.array(["1"]), 1e5, -1e5, [0, 1e5]])  # fmt: skip
def test_compound_refuses_bad_phi(phi):
    for function in (cs.compound, cs.growth):
        with pytest.raises(ValueError, match="phi"):
            function(phi)


@pytest.mark.parametrize(
    "size", [(0.05, 1, 224), (1, 0.01, 224), (1, 1, 4), (nan, 1, 224), (1, -1, 224), (1, 1, "224")]
)
def test_phi_range_refuses_what_rounds_to_nothing(size):
    with pytest.raises(ValueError, match=r"width|depth|resolution"):
        published.phi_range(*size)


def test_the_largest_size_is_counted_at_once():
    huge = cs.efficientnet(1000, 1000, 10**6, 10**9)
    assert huge.blocks == 16000
    assert huge.multiply_adds > 10**24


def test_numbers_of_other_kinds_count():
    assert cs.efficientnet(np.float64(1), np.int64(1), np.int32(224), np.uint16(1000)) == cs.efficientnet()
    assert cs.efficientnet(Fraction(1), 1, 224.0) == cs.efficientnet()


def test_total_refuses_an_unknown_quantity():
    with pytest.raises(ValueError, match="quantity='weights' must be one of: parameters"):
        lc.total((), "weights")
