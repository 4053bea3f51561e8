"""The two measures, the gradients, what is frozen, and a whole run: closed forms, scikit-learn, finite differences, bad input."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import network_reconstruction as nr
from miniatures.digits import digits
from miniatures.training import flat, forward, initial_layers, softmax_cross_entropy
from sklearn.decomposition import PCA
from sklearn.metrics import normalized_mutual_info_score

PIXELS = digits()[0].reshape(-1, 64)
labellings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def whole_run():
    return nr.run(3)


# the best linear code --------------------------------------------------------------------------


@pytest.mark.parametrize(("code_size", "expected"), [(4, 0.037609), (8, 0.023913), (12, 0.015790), (16, 0.011044)])
def test_linear_error_of_all_digits(code_size, expected):
    assert nr.linear_autoencoder_error(digits()[0], code_size) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("code_size", [1, 7, 40])
def test_linear_error_is_that_of_scikit_learns_components(code_size):
    model = PCA(code_size, svd_solver="full").fit(PIXELS[:300])
    back = model.inverse_transform(model.transform(PIXELS[:300]))
    assert nr.linear_autoencoder_error(PIXELS[:300], code_size) == pytest.approx(((back - PIXELS[:300]) ** 2).mean())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(2, 12))
def test_no_linear_code_is_better(seed, code_size, rows):
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(rows, 6))
    best = nr.linear_autoencoder_error(images, code_size)
    inward = rng.normal(size=(6, code_size))
    codes = np.column_stack([(images - images.mean(axis=0)) @ inward, np.ones(rows)])
    outward = np.linalg.lstsq(codes, images, rcond=None)[0]  # the best decoder for this encoder
    assert ((codes @ outward - images) ** 2).mean() >= best - 1e-12
    assert nr.linear_autoencoder_error(images, code_size + 1) <= best + 1e-15
    assert nr.linear_autoencoder_error(images, 6) == pytest.approx(0, abs=1e-12)


def test_linear_error_does_not_see_order_or_shift():
    rng = np.random.default_rng(1)
    images = rng.random((20, 3, 3))
    assert nr.linear_autoencoder_error(images, 2) == pytest.approx(nr.linear_autoencoder_error(images[::-1] + 5, 2))
    assert nr.linear_autoencoder_error(images, 2) == pytest.approx(
        nr.linear_autoencoder_error(images.reshape(20, 9), 2)
    )


# normalised mutual information -----------------------------------------------------------------


@settings(max_examples=120, deadline=None)
@given(labellings)
def test_information_is_scikit_learns(pairs):
    a, b = zip(*pairs, strict=True)
    assert nr.normalized_mutual_information(a, b) == pytest.approx(normalized_mutual_info_score(a, b), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(labellings)
def test_information_is_symmetric_blind_to_names_and_in_range(pairs):
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    found = nr.normalized_mutual_information(a, b)
    assert 0 <= found <= 1
    assert found == pytest.approx(nr.normalized_mutual_information(b, a), abs=1e-12)
    named = np.array(["red", "green", "blue", "grey", "white"])[a]
    assert found == pytest.approx(nr.normalized_mutual_information(named, -7.0 * b), abs=1e-12)
    assert nr.normalized_mutual_information(a, a) == pytest.approx(1)


def test_information_of_a_case_worked_by_hand():
    # joint 2/4, 1/4, 1/4 of (0,0), (0,1), (1,1): entropies 0.5623, ln 2 and 1.0397 nats
    half, quarter = 0.5 * np.log(2), 0.25 * np.log(4)
    three = -0.75 * np.log(0.75) + quarter
    shared = three + np.log(2) - (half + 2 * quarter)
    assert nr.normalized_mutual_information([0, 0, 0, 1], [0, 0, 1, 1]) == pytest.approx(
        2 * shared / (three + np.log(2))
    )
    assert nr.normalized_mutual_information([5, 5], [7, 7]) == 1
    assert nr.normalized_mutual_information([5, 5], [7, 8]) == 0


@pytest.mark.parametrize(
    ("a", "b", "word"),
    [
        ([], [], "labels_a"), ([1, 2], [1], "labels_b"), ([1.5, 2], [1, 2], "labels_a"), ([1, 2], [np.nan, 2], "labels_b"),
        ([[1, 2]], [1, 2], "labels_a"), ([1, 2], 3, "labels_b"), ([1, 2], [None, 2], "labels_b"), ([[1], [1, 2]], [1, 2], "labels_a"),
        ([np.inf, 1], [1, 2], "labels_a"), ([1j, 2], [1, 2], "labels_a"),
    ],
)  # fmt: skip
def test_information_refuses(a, b, word):
    with pytest.raises(ValueError, match=word):
        nr.normalized_mutual_information(a, b)


def test_grey_levels_are_the_stored_ones():
    assert (nr.grey_levels(digits()[0]) == np.round(16 * digits()[0]).ravel()).all()
    assert set(nr.grey_levels(digits()[0])) == set(range(17))
    assert nr.pixel_information(PIXELS, PIXELS) == 1
    assert nr.pixel_information(PIXELS, 1 - PIXELS) == pytest.approx(1)  # a negative holds all there is to know
    assert nr.pixel_information(PIXELS, np.random.default_rng(0).permuted(PIXELS.ravel()).reshape(-1, 64)) < 0.002


# gradients -------------------------------------------------------------------------------------


def _by_difference(value, array, place, step=1e-6):
    kept = array[place]
    array[place] = kept + step
    up = value()
    array[place] = kept - step
    down = value()
    array[place] = kept
    return (up - down) / (2 * step)


@pytest.mark.parametrize("kind", nr.CLASSIFIERS)
def test_the_gradient_through_the_frozen_classifier(kind):
    rng = np.random.default_rng(5)
    decoder, judge = initial_layers((7, nr.HIDDEN, 64), rng), nr.untrained_classifier(kind, 1)
    codes, classes = rng.normal(size=(9, 7)), rng.integers(0, 10, 9)
    loss, gradient = nr.tuning_gradient(decoder, codes, classes, judge)
    logits = forward(judge, nr.decode(decoder, codes))[-1]
    assert loss == pytest.approx(softmax_cross_entropy(logits, classes)[0])
    for array, found in zip(flat(decoder), gradient, strict=True):
        assert found.shape == array.shape
        for place in [tuple(rng.integers(0, side) for side in array.shape) for _ in range(6)]:
            expected = _by_difference(lambda: nr.tuning_gradient(decoder, codes, classes, judge)[0], array, place)
            assert found[place] == pytest.approx(expected, rel=1e-4, abs=1e-8)


def test_the_gradient_of_the_reconstruction():
    rng = np.random.default_rng(6)
    encoder, decoder = initial_layers((64, nr.HIDDEN, 3), rng), initial_layers((3, nr.HIDDEN, 64), rng)
    images = rng.random((8, 64))
    loss, gradient = nr.reconstruction_gradient(encoder, decoder, images)
    assert loss == pytest.approx(nr.error(images, nr.decode(decoder, nr.encode(encoder, images))))
    for array, found in zip(flat(encoder) + flat(decoder), gradient, strict=True):
        for place in [tuple(rng.integers(0, side) for side in array.shape) for _ in range(6)]:
            expected = _by_difference(lambda: nr.reconstruction_gradient(encoder, decoder, images)[0], array, place)
            assert found[place] == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_sigmoid_stays_finite():
    assert nr.sigmoid([-1e9, 0, 1e9]).tolist() == [0, 0.5, 1]
    assert nr.sigmoid(1.3) == pytest.approx(1 / (1 + np.exp(-1.3)))


# what is frozen --------------------------------------------------------------------------------


def test_encoder_and_classifier_keep_every_byte(whole_run):
    assert whole_run.encoder_digest_before == whole_run.encoder_digest_after
    assert whole_run.classifier_digest_before == whole_run.classifier_digest_after
    assert whole_run.encoder_digest_before != whole_run.classifier_digest_before
    assert len(whole_run.encoder_digest_after) == 64


def test_a_digest_notices_one_bit():
    layers = initial_layers((4, 3), np.random.default_rng(0))
    before = nr.digest(layers)
    layers[0][0][2, 1] = np.nextafter(layers[0][0][2, 1], 9)
    assert nr.digest(layers) != before


def test_tuning_moves_a_copy_of_the_decoder_alone():
    rng = np.random.default_rng(2)
    decoder, judge = initial_layers((3, nr.HIDDEN, 64), rng), nr.untrained_classifier("mlp32", 2)
    codes, classes = rng.normal(size=(60, 3)), rng.integers(0, 10, 60)
    before = [nr.digest(decoder), nr.digest(judge), codes.tobytes()]
    tuned = nr.tune_decoder(decoder, codes, classes, judge, 0, epochs=3)
    assert [nr.digest(decoder), nr.digest(judge), codes.tobytes()] == before
    assert all((new != old).any() for new, old in zip(flat(tuned), flat(decoder), strict=True))
    first, last = (nr.tuning_gradient(one, codes, classes, judge)[0] for one in (decoder, tuned))
    assert last < first
    assert nr.digest(nr.tune_decoder(decoder, codes, classes, judge, 0, epochs=0)) == before[0]


def test_an_identity_loses_nothing():
    judge = nr.untrained_classifier("2x64", 4)
    classes = digits()[1]
    assert nr.accuracy(judge, PIXELS, classes) - nr.accuracy(judge, PIXELS.copy(), classes) == 0
    identity = [(np.eye(64), np.zeros(64)), (np.eye(64), np.zeros(64))]
    passed = forward(identity, PIXELS)[-1]  # through a rectifier, which leaves grey values from 0 alone
    assert nr.error(PIXELS, passed) == 0
    assert nr.accuracy(judge, passed, classes) == nr.accuracy(judge, PIXELS, classes)


def test_labels_of_the_test_images_take_no_part(monkeypatch, whole_run):
    images, classes = digits()
    wrong = classes.copy()
    test = nr.split(3)[1]
    wrong[test] = (wrong[test] + 1) % 10
    monkeypatch.setattr(nr, "digits", lambda: (images, wrong))
    again = nr.run(3)
    assert again.errors == whole_run.errors
    assert again.encoder_digest_after == whole_run.encoder_digest_after
    assert again.accuracy_tuned < 0.2 < 0.9 < whole_run.accuracy_tuned


# a whole run -----------------------------------------------------------------------------------


def test_a_run_falls_and_recovers_while_its_error_grows(whole_run):
    assert whole_run.accuracy_reconstructed < whole_run.accuracy_original - 0.01
    assert whole_run.accuracy_tuned > whole_run.accuracy_reconstructed + 0.005
    assert whole_run.error_tuned > 2 * whole_run.error_reconstructed
    assert whole_run.information_tuned < whole_run.information_reconstructed
    assert (whole_run.accuracies[0], whole_run.accuracies[-1]) == (
        whole_run.accuracy_reconstructed,
        whole_run.accuracy_tuned,
    )
    assert (whole_run.errors[0], whole_run.errors[-1]) == (whole_run.error_reconstructed, whole_run.error_tuned)
    assert len(whole_run.errors) == nr.TUNING_EPOCHS + 1


def test_a_run_is_its_seeds(whole_run):
    assert nr.run(3) == whole_run
    assert nr.run(4, 2, "linear") != whole_run


def test_rounding_stays_rounding(monkeypatch, whole_run):
    """Weights that start a trillionth apart end as close: the browser's Python may round otherwise."""

    def moved(sizes, rng):
        return [
            (w * (1 + 1e-12 * np.random.default_rng(9).normal(size=w.shape)), b) for w, b in initial_layers(sizes, rng)
        ]

    monkeypatch.setattr(nr, "initial_layers", moved)
    again = nr.run(3)
    assert again.error_tuned != whole_run.error_tuned
    assert again.error_tuned == pytest.approx(whole_run.error_tuned, rel=1e-8)
    assert again.information_tuned == pytest.approx(whole_run.information_tuned, rel=1e-4)
    assert again.accuracy_tuned == pytest.approx(whole_run.accuracy_tuned, abs=1 / 597 + 1e-9)


def test_split_takes_each_image_once():
    for seed in (0, 200, 2**40):
        train, test = nr.split(seed)
        assert sorted([*train, *test]) == list(range(1797))
    assert set(nr.split(1)[1]) != set(nr.split(2)[1])


def test_the_fixed_signature():
    assert list(inspect.signature(nr.run).parameters)[:2] == ["seed", "code_size"]
    assert inspect.signature(nr.run).parameters["code_size"].default == 12


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: nr.run(-1), "seed=-1"), (lambda: nr.run(1.0), "seed=1.0"), (lambda: nr.run("1"), "seed='1'"), (lambda: nr.run(True), "seed=True"),
        (lambda: nr.run(0, 0), "code_size=0"), (lambda: nr.run(0, 65), "code_size=65"), (lambda: nr.run(0, 2.5), "code_size=2.5"),
        (lambda: nr.run(0, None), "code_size=None"), (lambda: nr.run(0, 12, "mlp64"), "classifier='mlp64'"), (lambda: nr.run(0, 12, 3), "classifier=3"),
        (lambda: nr.split(2**70), "seed="), (lambda: nr.linear_autoencoder_error(PIXELS, 0), "code_size=0"),
        (lambda: nr.linear_autoencoder_error(PIXELS, 65), "code_size=65"), (lambda: nr.linear_autoencoder_error(PIXELS[0], 2), "images"),
        (lambda: nr.linear_autoencoder_error([], 2), "images"), (lambda: nr.linear_autoencoder_error([[np.nan, 1]], 1), "images"),
        (lambda: nr.linear_autoencoder_error("digits", 1), "images"), (lambda: nr.pixel_information(PIXELS, 2 * PIXELS), "reconstructions"),
        (lambda: nr.train_classifier("linear", PIXELS[:3], [1, 2], 0), "classes"), (lambda: nr.train_classifier("linear", PIXELS[:2], [1, 10], 0), "classes"),
        (lambda: nr.train_classifier("deep", PIXELS[:2], [1, 1], 0), "kind='deep'"), (lambda: nr.train_autoencoder(PIXELS[:, :9], 2, 0), "images"),
        (lambda: nr.tune_decoder(initial_layers((3, 9, 64), np.random.default_rng(0)), [[1.0, 2.0]], [1], nr.untrained_classifier("linear", 0), 0), "codes"),
        (lambda: nr.accuracy(nr.untrained_classifier("linear", 0), PIXELS[:, :9], [1]), "shape"),
    ],
)  # fmt: skip
def test_refuses(call, word):
    with pytest.raises(ValueError, match=word.replace("(", r"\(")):
        call()


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.floats(), st.text(max_size=3), st.none(), st.integers(max_value=-1), st.booleans()))
def test_a_strange_seed_is_named(seed):
    with pytest.raises(ValueError, match="seed="):
        nr.run(seed)
