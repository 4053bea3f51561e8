"""Two streams: averages by hand, an oracle for the classifiers, and where late fusion wins and where not."""

import numpy as np
import pytest
from miniatures import temporal_fusion as tf
from miniatures.temporal_runs import SEEDS, stored
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def test_late_is_the_mean():
    assert tf.average_late([[[0.9, 0.1]], [[0.3, 0.7]]]) == pytest.approx(np.array([[0.6, 0.4]]))
    with pytest.raises(ValueError, match="posteriors of shape"):
        tf.average_late([[0.9, 0.1]])


def test_the_models_are_scikit_learns():
    found = tf.posteriors(3, 200, 0.0)
    _, _, test, truth, _, _ = tf._trained(3, 200)
    rng = np.random.default_rng(3)
    means = tf.SPREAD * rng.normal(size=(tf.CLASSES, 2, tf.FEATURES))
    features, classes = tf.examples(200, means, rng)
    scaler = StandardScaler().fit(features.reshape(200, -1))
    theirs = LogisticRegression(C=1 / tf.PENALTY, max_iter=5000, tol=1e-8).fit(
        scaler.transform(features.reshape(200, -1)), classes
    )
    assert found["early"] == pytest.approx(
        theirs.predict_proba(scaler.transform(test.reshape(len(test), -1))), abs=1e-3
    )
    assert found["late"] == pytest.approx((found["appearance alone"] + found["motion alone"]) / 2)
    assert np.array_equal(found["truth"], truth)


def test_corruption_touches_the_share_it_names_and_only_motion():
    clean, shaken = tf.posteriors(3, 200, 0.0), tf.posteriors(3, 200, 0.3)
    assert np.array_equal(clean["appearance alone"], shaken["appearance alone"])
    changed = (clean["motion alone"] != shaken["motion alone"]).any(axis=1)
    assert changed.sum() == 300
    assert tf.fused(3, 200, 1.0)["motion alone"] < 0.35


def test_stored_accuracies_are_what_the_code_computes():
    for n, corruption in ((60, 0.0), (1000, 0.5)):
        assert stored("fusion", "classes", str(n), f"{corruption:g}")[2] == pytest.approx(
            list(tf.fused(SEEDS[2], n, corruption).values())
        )


def test_late_wins_only_when_a_stream_breaks():
    def gain(n, corruption):
        table = stored("fusion", "classes", str(n), f"{corruption:g}")
        return table[:, 3] - table[:, 2]

    assert gain(60, 0).mean() < 0
    assert gain(1000, 0).mean() < 0
    assert gain(1000, 1).mean() > 0.005
    assert gain(1000, 1).mean() > gain(1000, 0).mean()
    broken = stored("fusion", "classes", "1000", "0.5")  # and there both lose to appearance alone
    assert (broken[:, 0] > broken[:, 3]).sum() >= 8
    assert broken[:, 0].mean() > broken[:, 3].mean() + 0.05


def test_for_proposals_early_is_ahead():
    table = stored("fusion", "proposals")
    assert (table[:, 3] > table[:, 2]).sum() < 5
    assert (table[:, 2:] > table[:, :2].max(axis=1, keepdims=True)).mean() > 0.9  # two streams beat one


def test_two_proposal_networks_or_one():
    assert stored("fusion", "proposals")[0] == pytest.approx(list(tf.proposals(SEEDS[0]).values()), abs=0.002)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: tf.fused(-1, 60, 0.0), "seed="), (lambda: tf.fused(0, 10, 0.0), "n="), (lambda: tf.fused(0, 60, 1.1), "corruption="),
    (lambda: tf.proposals(0.5), "seed="), (lambda: tf.examples(0, np.zeros((2, 2, 3)), np.random.default_rng(0)), "count="),
    (lambda: tf.examples(1, np.zeros((2, 3)), np.random.default_rng(0)), "means"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
