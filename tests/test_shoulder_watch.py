"""The watch: what is stored, features, folds, the mirror, and what the page says of them."""

import numpy as np
import pytest
from miniatures import shoulder_watch as watch
from miniatures.hand_results import stored
from sklearn.neighbors import KNeighborsClassifier

MADE = watch.windows()


def test_the_recordings_are_ten_people_seven_exercises_two_arms():
    found = watch.recordings()
    assert len(found["x"]) == 140
    assert len(set(zip(found["exercise"], found["subject"], found["arm"], strict=True))) == 140
    assert found["names"] == ("PEN", "ABD", "FEL", "IR", "ER", "TRAP", "ROW")
    assert {x.shape[1] for x in found["x"]} == {6}
    assert min(len(x) for x in found["x"]) == 237
    assert MADE.features.shape == (1255, watch.ALL)


def test_features_of_a_signal_known_by_heart():
    t = np.arange(50) / watch.RATE
    one = np.column_stack(
        [3 + np.sin(2 * np.pi * t), np.cos(2 * np.pi * t), np.full(50, 2.0), -np.sin(2 * np.pi * t), t, -t]
    )
    found = watch.describe(one[None])[0]
    assert found[[0, 2]] == pytest.approx([3, 2], abs=1e-9)
    assert found[6:8] == pytest.approx(np.log([np.sqrt(0.5)] * 2), abs=1e-9)
    pairs = dict(zip(watch.PAIRS, found[12:21], strict=True))
    assert [pairs[0, 1], pairs[0, 3], pairs[4, 5]] == pytest.approx([0, -1, -1], abs=1e-9)
    assert found[21] == pytest.approx(1.0, abs=1e-6)  # 1 Hz


def test_mirroring_features_is_mirroring_the_signal():
    samples = np.stack([watch.recordings()["x"][k][:50] for k in (0, 60, 139)])
    found = watch.describe(samples)
    for signs in watch.sign_patterns():
        assert np.allclose(watch.mirrored(found, signs), watch.describe(samples * np.array(signs)), atol=1e-9)
        assert np.allclose(watch.mirrored(watch.mirrored(found, signs), signs), found)


def test_the_mirror_is_a_reflection():
    """A reflection M in x acts on vectors as M and on cross products as -M."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 3))
    M = np.diag(watch.MIRROR[:3])
    assert np.cross(M @ a, M @ b) == pytest.approx(np.diag(watch.MIRROR[3:]) @ np.cross(a, b))


@pytest.mark.parametrize("by", ["window", "recording", "subject"])
def test_folds_hold_what_they_promise(by):
    fold = watch.folds(by, np.random.default_rng(3))
    assert fold.shape == (1255,)
    assert set(fold) == set(range(10))
    groups = {"window": np.arange(1255), "recording": MADE.recording, "subject": MADE.subject}[by]
    assert all(len(set(fold[groups == one])) == 1 for one in set(groups))
    assert np.bincount(fold).min() > 90


def test_the_nearest_neighbour_is_scikit_learns():
    train, test = MADE.features[::2], MADE.features[1::2]
    scale = train.std(axis=0)
    theirs = KNeighborsClassifier(1).fit(train / scale, MADE.exercise[::2]).predict(test / scale)
    assert watch.nearest_neighbour(train, MADE.exercise[::2], test).tolist() == theirs.tolist()


def test_cross_validation_never_shows_a_fold_to_itself():
    seen = []

    def spy(train, labels, test):
        seen.append(not set(map(tuple, train)) & set(map(tuple, test)))
        return np.zeros(len(test), int)

    watch.cross_validated(spy, MADE.features, MADE.exercise, watch.folds("recording", np.random.default_rng(0)))
    assert seen == [True] * 10


def test_stored_shares_are_what_the_code_computes():
    for model, classifier in (("naive Bayes", watch.naive_bayes), ("nearest neighbour", watch.nearest_neighbour)):
        for by in ("window", "recording", "subject"):
            guess = watch.cross_validated(
                classifier, MADE.features, MADE.exercise, watch.folds(by, np.random.default_rng(0))
            )
            assert stored("watch", "leak", model, by, "accuracy")[0] == pytest.approx(
                (guess == MADE.exercise).mean(), abs=0.002
            )
        other = watch.other_arm(MADE.features, MADE, range(1, 11), classifier).mean()
        assert stored("watch", "leak", model, "other arm", "accuracy")[0] == pytest.approx(other, abs=0.002)


def test_the_leak_grows_with_memory():
    def gap(model):
        return (
            stored("watch", "leak", model, "window", "accuracy").mean()
            - stored("watch", "leak", model, "recording", "accuracy").mean()
        )

    assert gap("naive Bayes") < gap("logistic regression") < gap("nearest neighbour")
    assert gap("nearest neighbour") > 0.2
    assert stored("watch", "overlap", "window", "0.4") > 0.99 > 0.8 > stored("watch", "overlap", "recording", "0.4")


def test_whole_people_are_not_harder_than_recordings_and_why():
    for model in ("naive Bayes", "nearest neighbour"):
        assert (
            stored("watch", "leak", model, "subject", "accuracy").mean()
            > stored("watch", "leak", model, "recording", "accuracy").max()
        )
    found = watch.neighbourhood(MADE.features, MADE, watch.folds("recording", np.random.default_rng(0)))
    assert found["right beside the same"] < 0.15 < 0.8 < found["right beside another"]
    for key, value in found.items():
        assert stored("watch", "neighbours", "recording", key)[0] == pytest.approx(value, abs=0.01)
    assert (
        watch.neighbourhood(MADE.features, MADE, watch.folds("window", np.random.default_rng(0)))["same recording"]
        > 0.9
    )


def test_the_search_finds_the_mirror_and_it_holds_for_the_others():
    patterns = watch.sign_patterns()
    search = [watch.other_arm(watch.reflected(MADE, signs), MADE, range(1, 6)).mean() for signs in patterns]
    assert patterns[int(np.argmax(search))] == watch.MIRROR
    assert stored("watch", "mirror", "patterns")[:, 0] == pytest.approx(search, abs=0.004)
    raw, best = (
        watch.other_arm(watch.reflected(MADE, signs), MADE, range(6, 11)).mean() for signs in ((1,) * 6, watch.MIRROR)
    )
    assert raw < 0.3
    assert best > 0.88
    assert stored("watch", "mirror", "found") > 0.9 * stored("watch", "mirror", "ways")
    table = watch.other_arm_confusion(watch.MIRROR, (6, 7, 8, 9, 10))
    assert np.trace(table) / table.sum() == pytest.approx(best)


def test_people_pairs_and_confidence():
    plain = stored("watch", "people", "27")
    assert plain["confidence"] > plain["accuracy"] + 0.08
    assert plain["merged"] > 0.98
    low, high = stored("watch", "people", "interval")
    assert low < plain["accuracy"] < high
    assert high - low > 0.1
    assert stored("watch", "people", "27 mirrored")["accuracy"] > plain["accuracy"] + 0.02
    assert [int(f) for f in stored("watch", "greedy")[:, 0]] == [
        10,
        1,
    ]  # the deviation of rotation y, the mean acceleration y


@pytest.mark.parametrize(("call", "named"), [
    (lambda: watch.windows(0.1), "window="), (lambda: watch.windows(4.0, 0.0), "hop="), (lambda: watch.describe(np.zeros((2, 5, 4))), "samples"),
    (lambda: watch.mirrored(MADE.features, [1, 1, 1, 1, 1, 0.5]), "signs="), (lambda: watch.mirrored(MADE.features, [1, 1]), "signs"),
    (lambda: watch.mirrored(MADE.features[:, :12], watch.MIRROR), "features"), (lambda: watch.folds("people", np.random.default_rng(0)), "by="),
    (lambda: watch.nearest_neighbour([[1.0]], [0], [[1.0, 2.0]]), "test"), (lambda: watch.nearest_neighbour([[1.0]], [0, 1], [[1.0]]), "labels"),
    (lambda: watch.naive_bayes([[1.0]] * 2, [0, 1], [[1.0]]), "train"), (lambda: watch.other_arm(0 * MADE.features, MADE, [1]), "features"),
    (lambda: watch.cross_validated(watch.naive_bayes, [[1.0]] * 4, [0, 1, 0, 1], [0, 0, 1, 1]), "features"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
