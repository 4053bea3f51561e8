"""The chapter's stored measurements come back, and each thing that the page says of them is so."""

import neural_tangents as script
import numpy as np
import pytest
from miniatures import neural_tangents_cases as cases
from miniatures.comparisons import paired
from miniatures.neural_tangents import kernels, predict, standard_kernel
from miniatures.neural_tangents_cases import FRESH_SEEDS, KERNEL_DEPTHS, KERNEL_WIDTHS, TRAINED_WIDTHS, digit_accuracies


@pytest.mark.parametrize(
    ("parametrisation", "depth", "width", "seed"),
    [("ntk", 1, 8, 100), ("ntk", 2, 512, 103), ("ntk", 4, 128, 107), ("standard", 1, 256, 109)],
)
def test_a_stored_kernel_error_comes_back(parametrisation, depth, width, seed):
    found = cases.kernel_errors(depth, width, parametrisation, [seed])[0]
    assert script.kernel_error(parametrisation, depth, width, seed) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize(("inputs", "width", "place"), [("circle", 32, 0), ("circle", 512, 4), ("line", 128, 9)])
def test_a_stored_training_comes_back(inputs, width, place):
    errors, shown = script.trained(inputs, width, FRESH_SEEDS[place])
    assert errors == pytest.approx(cases.trained_errors(inputs, width)[place], rel=1e-4, abs=1e-6)
    if inputs == "line":
        assert shown == pytest.approx(cases.kink_shifts(width)[place], rel=1e-3, abs=1e-6)
    else:
        for step, outputs in zip(cases.SHOWN_STEPS, shown, strict=True):
            assert outputs == pytest.approx(
                cases.trained_outputs(width, step)[place], abs=2e-3
            )  # stored in half precision


@pytest.mark.parametrize(
    ("method", "count", "seed"),
    [
        ("NTK 1", 50, 100),
        ("NNGP 1", 200, 101),
        ("RBF", 50, 104),
        ("linear, plain", 50, 105),
        ("linear, ridge", 200, 106),
        ("NTK 30", 200, 108),
    ],
)
def test_a_stored_accuracy_comes_back(method, count, seed):
    assert script.digit_accuracy(method, count, seed) == pytest.approx(
        digit_accuracies(method, count, [seed])[0], abs=1 / 500 + 1e-9
    )


def test_what_is_not_stored_is_named():
    for call, name in (
        (lambda: cases.kernel_errors(1, 77), "width=77"), (lambda: cases.kernel_errors(3, 64), "depth=3"), (lambda: cases.trained_errors("circle", 77), "width=77"),
        (lambda: cases.trained_errors("square", 32), "inputs"), (lambda: cases.trained_outputs(32, 7), "step=7"), (lambda: cases.kink_shifts(3), "width=3"),
        (lambda: digit_accuracies("NTK 1", 51), "count=51"), (lambda: cases.posterior(1, 2.0, "NTK"), "noise"), (lambda: cases.posterior(1, 0.1, "GP"), "kind"),
        (lambda: cases.output_statistics(0, 10, np.random.default_rng(0)), "width"), (lambda: cases.even_circle(0), "points"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=name):
            call()


# ---- what the page says


@pytest.mark.parametrize("depth", KERNEL_DEPTHS)
def test_the_error_falls_as_one_over_the_root_of_the_width(depth):
    means = [cases.kernel_errors(depth, n).mean() for n in KERNEL_WIDTHS]
    assert cases.slope(KERNEL_WIDTHS, means) == pytest.approx(-0.5, abs=0.07)
    assert cases.slope(KERNEL_WIDTHS[2:], means[2:]) == pytest.approx(-0.5, abs=0.08)


def test_trained_networks_come_near_on_the_circle_and_hardly_on_the_line():
    circle, line = (
        np.array([cases.trained_errors(i, n).mean(axis=0) for n in TRAINED_WIDTHS]) for i in ("circle", "line")
    )
    slopes = [cases.slope(TRAINED_WIDTHS, circle[:, k]) for k in range(4)]
    assert slopes[0] == pytest.approx(-0.46, abs=0.08)
    assert slopes[2] == pytest.approx(-0.5, abs=0.08)
    assert slopes[3] == pytest.approx(-0.5, abs=0.03)
    assert circle[-1, 0] < 0.01
    assert circle[0, 0] > 0.05
    assert circle[1:, 2].min() > 0  # the random start outweighs the drift from width 128 on
    assert (circle[1:, 2] > circle[1:, 1]).all()
    assert line[-1, 0] > 0.15
    assert cases.slope(TRAINED_WIDTHS, line[:, 0]) > -0.15
    assert cases.slope(TRAINED_WIDTHS, line[:, 3]) == pytest.approx(-0.5, abs=0.03)
    assert line[-1, 1] > 3 * line[-1, 2]  # the drift is what remains


def test_on_the_line_inner_kinks_are_lazy_and_outer_ones_are_not():
    few, many = (cases.kink_shifts(n).mean(axis=0) for n in (128, 8192))
    assert few[1] / many[1] > 5
    assert many[0] > 0.4 * few[0]
    assert many[0] > 0.1


def test_finite_networks_leave_the_band_and_wide_ones_do_not():
    outside = {}
    for width in (32, 8192):
        mean, spread = cases.band(10 * cases.rate())
        outside[width] = (np.abs(cases.trained_outputs(width, 10) - mean) > 2 * spread).mean()
    assert outside[8192] < 0.06 < outside[32]


def test_a_forgotten_start_does_not_go_away():
    mean, _ = cases.band(1000 * cases.rate())
    off = [
        np.mean([np.linalg.norm(one - mean) / np.linalg.norm(mean) for one in cases.trained_outputs(n, 1000)])
        for n in (128, 8192)
    ]
    assert off[1] > 5 * cases.trained_errors("circle", 8192)[:, 0].mean()
    assert off[1] > 0.5 * off[0]


def test_covariance_is_right_at_every_width_and_kurtosis_is_not():
    wanted = kernels(cases.even_circle(), cases.even_circle(), 1)[0]
    kurtosis = {}
    for width in (2, 512):
        found = [cases.output_statistics(width, 400, np.random.default_rng(seed)) for seed in range(100, 105)]
        assert np.linalg.norm(np.mean([c for c, _ in found], axis=0) - wanted) < 0.15 * np.linalg.norm(wanted)
        kurtosis[width] = np.mean([k for _, k in found])
    assert kurtosis[2] > 3
    assert abs(kurtosis[512]) < 0.5


def test_digits_say_what_the_page_says():
    ours, network, rbf = (digit_accuracies(name, 200) for name in ("NTK 1", "network 128", "RBF"))
    assert paired(ours, network).difference > 0.01
    assert abs(paired(digit_accuracies("NTK 1", 50), digit_accuracies("RBF", 50)).difference) < 0.02
    assert abs(paired(ours, rbf).difference) < 0.01
    assert digit_accuracies("linear, plain", 50).mean() < 0.4
    assert digit_accuracies("linear, ridge", 50).mean() > 0.7
    assert abs(digit_accuracies("NTK 10", 200).mean() - ours.mean()) < 0.015
    assert digit_accuracies("NTK 1000", 200).mean() < 0.65
    assert digit_accuracies("NNGP 1000", 200).mean() < 0.3


def test_the_standard_limit_is_the_nngp_kernel_and_jitter_learns_nothing():
    points = cases.even_circle()
    nngp, ntk = kernels(points, points, 1)
    assert 2 * standard_kernel(points, points, 1) == pytest.approx(nngp)
    assert np.linalg.matrix_rank(ntk) == 8
    waves = np.sin(3 * 2 * np.pi * np.arange(12) / 12)
    assert predict(ntk, ntk, waves, 1e-6)[0] == pytest.approx(np.zeros(12), abs=1e-6)
    assert (
        np.linalg.matrix_rank(kernels(points, points, 2)[1])
        == np.linalg.matrix_rank(kernels(points, points, 1, 2.0, 0.1)[1])
        == 12
    )


def test_standard_networks_need_ever_smaller_rates():
    from miniatures.figures.neural_tangents import _turned

    tops = [_turned(n, "standard")[1] for n in (128, 2048)]
    assert tops[1] / tops[0] == pytest.approx(16, rel=0.2)
    assert _turned(2048, "ntk")[1] / _turned(128, "ntk")[1] == pytest.approx(1, rel=0.2)
