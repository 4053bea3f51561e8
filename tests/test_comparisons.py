"""The two t tests against scipy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures.comparisons import paired, welch
from reading import refused
from scipy.stats import ttest_ind_from_stats, ttest_rel


def test_paired_equals_scipy():
    rng = np.random.default_rng(0)
    for n in (2, 3, 10, 50):
        first, second = rng.normal(size=(2, n))
        ours, theirs = paired(first, second), ttest_rel(first, second)
        assert (ours.t, ours.p, ours.nu) == pytest.approx((theirs.statistic, theirs.pvalue, theirs.df))
        assert ours.wins == (first > second).sum()
        assert ours.difference == pytest.approx((first - second).mean())


@given(
    st.floats(-50, 50), st.floats(0.1, 10), st.integers(2, 30), st.floats(-50, 50), st.floats(0, 10), st.integers(2, 30)
)
def test_welch_equals_scipy(m1, s1, n1, m2, s2, n2):
    ours, theirs = welch(m1, s1, n1, m2, s2, n2), ttest_ind_from_stats(m1, s1, n1, m2, s2, n2, equal_var=False)
    assert (ours.t, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-12)
    back = welch(m2, s2, n2, m1, s1, n1)
    assert (back.t, back.p, back.nu) == pytest.approx((-ours.t, ours.p, ours.nu))


@given(arrays(float, st.integers(0, 4), elements=st.floats()))
def test_any_numbers_give_a_finite_answer_or_a_named_error(first):
    message = refused(lambda: paired(first, np.zeros(len(first))))
    if message:
        assert "first" in message
        return
    found = paired(first, np.zeros(len(first)))
    assert all(np.isfinite([found.difference, found.t, found.p]))
    assert 0 <= found.p <= 1


def test_bad_statistics_are_named():
    with pytest.raises(ValueError, match="no spread"):
        paired([2.0, 3.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="second"):
        paired([2.0, 3.0], [1.0])
    for arguments, named in (((1, -1, 5, 1, 1, 5), "first_sd"), ((1, 1, 1, 1, 1, 5), "first_n"), ((1, 1, 5, np.nan, 1, 5), "second_mean"),
                             ((1, 0, 5, 1, 0, 5), "not both be 0"), ((1, 1, 5, 1, 1, 5.0), "second_n")):  # fmt: skip
        with pytest.raises(ValueError, match=named):
            welch(*arguments)
