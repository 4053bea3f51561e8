"""The stored trainings: parts are computed again; what the page says about them."""

import re

import fashion_gan as script
import numpy as np
import pytest
from miniatures import fashion_gan_runs as runs
from miniatures.comparisons import paired
from miniatures.data import load
from miniatures.fashion_gan import Recipe
from miniatures.fashion_gan_runs import (
    CONDITIONAL,
    GAN,
    JACKET_STEPS,
    MEMORISER,
    MIXTURE,
    POOLS,
    REAL,
    TASTES,
    choose,
    conflation,
    judge,
    stored,
)
from miniatures.fashion_jackets import attributes
from miniatures.garments import SIDE, training

FEW = runs.FRESH_SEEDS[:3]


# ---- parts are computed again


@pytest.mark.parametrize(
    ("model", "seed"),
    [(REAL, 200), (MIXTURE, 203), ("one Gaussian", 201), ("a Gaussian a kind", 202), (MEMORISER, 204)],
)
def test_a_stored_baseline_comes_back(model, seed):
    found = script.baseline(model, seed)
    for measure in runs.MEASURES:
        assert found[measure] == pytest.approx(stored(model, measure, seeds=[seed])[0], rel=2e-3, abs=5e-3)


@pytest.mark.parametrize(("run", "recipe"), [(GAN, Recipe()), ("G 3 : 1 D", Recipe(generator_steps=3))])
def test_the_first_steps_of_a_stored_training_come_back(run, recipe):
    seed = 200
    gan = script.train(seed, recipe, (25, 50))
    for step, layers in zip((25, 50), gan.snapshots, strict=True):
        found = judge().report(script.pixels(layers, script.noise(seed)))
        for measure in ("precision", "recall", "frechet", "nearest", "evenness"):
            assert found[measure] == pytest.approx(stored(run, measure, step, [seed])[0], rel=2e-3, abs=0.01)
    ratio = recipe.generator_steps
    shown = script.bytes_of(script.pixels(gan.snapshots[-1], script.noise(seed))[:12]) / 255
    assert np.abs(shown - runs.course_pictures(ratio, 50)).max() <= 1 / 15 + 1e-9  # a level of grey, at a rounding


def test_the_stored_generator_gives_the_stored_results():
    """Half precision costs next to nothing."""
    pictures = runs.drawn(script.noise(200)).reshape(-1, SIDE * SIDE)
    found = judge().report(pictures)
    for measure, tolerance in (("precision", 0.02), ("recall", 0.03), ("frechet", 0.02), ("nearest", 0.02)):
        assert found[measure] == pytest.approx(stored(GAN, measure, seeds=[200])[0], abs=tolerance)
    assert np.abs(runs.model_pictures(GAN).reshape(12, -1) - pictures[:12]).max() < 0.05


def test_the_chosen_jackets_are_what_their_flags_say():
    for step in JACKET_STEPS:
        for taste in TASTES:
            found = runs.selected(POOLS[-1], taste, step)
            again = attributes(found.pictures).conflated
            assert (again != found.conflated).sum() <= 1  # 16 greys may turn a doubtful one
    table = conflation()
    for step in JACKET_STEPS:
        assert runs.selected(POOLS[-1], "the strangest", step).share == pytest.approx(
            table[f"GAN, {step} steps", "all"][0], abs=1e-4
        )
        assert runs.selected(POOLS[-1], "the strangest", step).conflated.mean() == pytest.approx(
            table[f"GAN, {step} steps", "the strangest"][0], abs=1e-4
        )


# ---- what the page says


def mean(run, measure, step=None, seeds=runs.FRESH_SEEDS):
    return stored(run, measure, step, seeds).mean()


@pytest.mark.parametrize("tail", ["", "_hidden"])
def test_the_gan_is_as_precise_as_the_mixture_and_less_diverse_in_every_seed(tail):
    recall = paired(stored(MIXTURE, "recall" + tail), stored(GAN, "recall" + tail))
    assert recall.wins == 5
    assert recall.difference > 0.05
    assert mean(GAN, "precision" + tail) > 0.8


def test_the_gan_is_easily_told_from_real_pictures():
    assert stored(GAN, "told_apart").min() > 0.8
    assert (stored(GAN, "told_apart") > stored(MIXTURE, "told_apart")).all()
    assert mean(REAL, "told_apart") == pytest.approx(0.5, abs=0.05)


def test_the_gan_does_not_memorise_and_the_memoriser_is_found_out_by_distance_alone():
    for measure in ("precision", "recall"):
        assert mean(MEMORISER, measure) == pytest.approx(mean(REAL, measure), abs=0.05)
    assert stored(MEMORISER, "nearest").max() < 0.5 * stored(GAN, "nearest").min()
    assert mean(GAN, "nearest") > mean(REAL, "nearest")


def test_all_kinds_are_there():
    assert stored(GAN, "evenness").max() < 0.15
    assert stored(GAN, "largest").max() < 0.25


@pytest.mark.parametrize("ratio", [3, 4, 5])
def test_three_steps_of_the_generator_collapse_it_in_every_seed(ratio):
    name = runs.ratio_name(ratio)
    assert stored(name, "recall", 500).max() < 0.05
    assert (stored(GAN, "recall", 500) > 0.15).all()  # as many steps of D
    assert (stored(name, "frechet", 500) > stored(GAN, "frechet", 500)).all()


def test_the_precision_of_a_collapsed_generator_misleads():
    assert max(stored(runs.ratio_name(r), "precision", s).max() for r in (3, 5) for s in (200, 300, 400, 500)) > 0.9


def test_the_discriminators_answers_do_not_show_a_collapse():
    for ratio in (1, 3, 5):
        for measure in ("score_real", "score_fake"):
            assert 0.25 < mean(runs.ratio_name(ratio), measure, 500) < 0.75


def test_averaging_the_weights_helps():
    assert (stored("GAN, not averaged", "frechet") > stored(GAN, "frechet")).all()


def test_the_class_is_learnt_late():
    asked = [mean(CONDITIONAL, "asked", step, FEW) for step in (500, 1500, 2500)]
    assert asked[0] < 0.3
    assert asked[0] < asked[1] < asked[2]
    assert asked[2] > 0.7


@pytest.mark.parametrize("seed", runs.FRESH_SEEDS)
def test_half_way_through_the_latent_space_lies_a_garment_and_not_a_cross_fade(seed):
    found = runs.halfway(seed)
    assert found["latent"] < found["faded"]
    assert found["latent"] == pytest.approx(found["ends"], abs=0.12)


def test_conflation_is_rare_in_the_model_and_common_in_the_choice():
    table = conflation()
    assert all((table[name, which] == 0).all() for name in ("rendered", MIXTURE) for which in ("all", *TASTES))
    early, late = (table[f"GAN, {step} steps", "all"] for step in JACKET_STEPS)
    assert (early > late).all()
    assert 0 < late.min() < late.max() < 0.05
    for step in JACKET_STEPS:
        strangest, typical = (table[f"GAN, {step} steps", taste] for taste in ("the strangest", "the most typical"))
        assert strangest.mean() > 3 * table[f"GAN, {step} steps", "all"].mean()
        assert (typical == 0).all()


# ---- small things


def test_tables_have_the_stored_means():
    by_model = {row["model"]: row for row in runs.model_rows()}
    assert by_model[GAN]["recall"].startswith(f"{mean(GAN, 'recall'):.2f}\u202f±")
    assert [row["G:D"] for row in runs.collapse_rows()] == ["1:1", "2:1", "3:1", "4:1", "5:1"]
    assert runs.collapse_rows()[4]["precision"].startswith(f"{mean('G 5 : 1 D', 'precision', 500):.2f}\u202f±")
    assert runs.jacket_rows()[0]["of all, %"] == "0.0\u202f±\u202f0.0"


def table(run, measure, step):
    """The measure of each seed, out of the file itself."""
    rows = load("fashion_gan_runs.csv")
    return np.sort(rows[(rows["run"] == run) & (rows["step"] == step)], order="seed")[measure]


def cell(values, digits=2):
    return f"{values.mean():.{digits}f}\u202f±\u202f{values.std(ddof=1):.{digits}f}"


def test_a_run_is_read_from_its_file_at_its_last_step_unless_told():
    assert stored(GAN, "recall").tolist() == table(GAN, "recall", 2500).tolist()
    assert stored(GAN, "recall", 50, [203, 201]).tolist() == table(GAN, "recall", 50)[[3, 1]].tolist()
    assert stored(REAL, "nearest").tolist() == table(REAL, "nearest", 0).tolist()
    assert runs.seeds_of(GAN) == (200, 201, 202, 203, 204)


def test_every_cell_of_the_models_table():
    heads = {"precision": "precision", "recall": "recall", "Fréchet": "frechet", "nearest": "nearest", "told apart": "told_apart"}  # fmt: skip
    assert [row["model"] for row in runs.model_rows()] == list(runs.MODELS)
    for row in runs.model_rows():
        step = 2500 if row["model"] in (GAN, CONDITIONAL) else 0
        wanted = {words: cell(table(row["model"], measure, step)) for words, measure in heads.items()}
        assert row == {"model": row["model"]} | wanted


@pytest.mark.parametrize("step", [25, 500])
def test_every_cell_of_the_collapse_table(step):
    heads = {"precision": "precision", "recall": "recall", "Fréchet": "frechet", "D(real)": "score_real", "D(fake)": "score_fake"}  # fmt: skip
    names = {"1:1": "GAN", "2:1": "G 2 : 1 D", "3:1": "G 3 : 1 D", "4:1": "G 4 : 1 D", "5:1": "G 5 : 1 D"}
    assert runs.collapse_rows(step) == [
        {"G:D": ratio} | {words: cell(table(name, measure, step)) for words, measure in heads.items()}
        for ratio, name in names.items()
    ]


def test_every_cell_of_the_jackets_table():
    rows = load("fashion_gan_jackets.csv")
    heads = {"of all, %": "all", "of the most typical 12, %": "the most typical", "of the strangest 12, %": "the strangest"}  # fmt: skip
    models = ("rendered", "mixture of 10", "GAN, 300 steps", "GAN, 1500 steps")
    assert runs.jacket_rows() == [
        {"model": model}
        | {
            words: cell(100 * rows[(rows["model"] == model) & (rows["which"] == which)]["share"], 1)
            for words, which in heads.items()
        }
        for model in models
    ]


def test_the_distance_to_the_training_pictures_leaves_out_a_pictures_own():
    real = training()[0]
    assert judge().distance(real[5:8]) == pytest.approx(0, abs=1e-9)
    rows = [5, 900, 3]
    others = [min(np.linalg.norm(real[row] - other) for n, other in enumerate(real) if n != row) for row in rows]
    assert judge().distance(real[rows], rows) == pytest.approx(np.median(others))
    grey = np.full((1, SIDE * SIDE), 0.5)
    assert judge().distance(grey) == pytest.approx(np.linalg.norm(real - 0.5, axis=1).min())


def test_half_way_is_measured_from_what_is_drawn():
    noise = np.random.default_rng(7).normal(size=(2, 9, 32))
    first, second = (runs.drawn(one).reshape(9, -1) for one in noise)
    found = runs.halfway(7, 9)
    for name, pictures in (("ends", first), ("faded", (first + second) / 2)):
        nearest = [np.linalg.norm(training()[0] - one, axis=1).min() for one in pictures]
        assert found[name] == pytest.approx(np.median(nearest))
    assert list(found) == ["ends", "latent", "faded"]
    assert runs.halfway(3) == runs.halfway(3, 200)


def test_pictures_are_shares_of_white():
    """Sixteen greys from black to white were stored of each picture."""
    pictures = (runs.course_pictures(2, 100), runs.model_pictures(MIXTURE), runs.selected(48, "the first").pictures)
    for one in pictures:
        assert (one.min(), one.max()) == (0, 1)
        assert one * 15 == pytest.approx(np.round(one * 15))
    shown = runs.drawn(np.random.default_rng(0).normal(size=(50, 32)))
    assert shown.shape == (50, 14, 14)
    assert 0 <= shown.min() < 0.01 < 0.99 < shown.max() <= 1


def test_the_selected_jackets_are_the_chosen_of_their_pool():
    kept = load("fashion_gan_pictures.npz")
    for number, step in enumerate(JACKET_STEPS):
        distance, conflated = kept["distance"][number, :192], kept["conflated"][number, :192]
        found = runs.selected(192, "the strangest", step)
        rows = np.argsort(-distance, kind="stable")[:12]
        assert found.distance.tolist() == distance[rows].tolist()
        assert found.conflated.tolist() == conflated[rows].tolist()
        assert found.share == pytest.approx(conflated.mean())
        places = [kept[f"rows_{step}"].tolist().index(row) for row in rows]
        assert found.pictures == pytest.approx(kept[f"jackets_{step}"][places] / 255)
    assert (runs.selected(192, "the first").pictures == runs.selected(192, "the first", 1500).pictures).all()


def test_tastes_keep_the_order_of_a_tie():
    assert choose(np.zeros(12), "the most typical").tolist() == list(range(12))
    assert choose(np.zeros(20), "the strangest").tolist() == list(range(12))


def test_tastes_choose_by_distance():
    distance = np.array([3.0, 1.0, 2.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 0.5, 0.2, 0.1, 12.0, 11.0])
    assert choose(distance, "the first").tolist() == list(range(12))
    assert set(choose(distance, "the most typical")) == set(range(14)) - {12, 13}
    assert choose(distance, "the strangest")[:2].tolist() == [12, 13]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: stored("VAE", "recall"), "run"),
        (lambda: stored(GAN, "beauty"), "measure"),
        (lambda: stored(GAN, "recall", 3), "step=3"),
        (lambda: stored(CONDITIONAL, "recall"), "seeds"),
        (lambda: runs.course_pictures(1, 7), "step=7"),
        (lambda: runs.model_pictures("VAE"), "model"),
        (lambda: runs.selected(50, "the first"), "pool=50"),
        (lambda: runs.selected(48, "pretty"), "taste"),
        (lambda: choose(np.zeros(3), "the first"), "distance"),
    ],
)
def test_runs_refuse(call, name):
    with pytest.raises(ValueError, match=name):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: runs.ratio_name(0), "ratio=0 must be a whole number from 1 to 1000"),
        (lambda: stored(GAN, "recall", -1), "step=-1 must be a whole number from 0 to 1000000"),
        (
            lambda: stored(GAN, "recall", seeds=[-1]),
            "seeds holds -1.0: every number must lie from 0 to 4.29497e+09",
        ),
        (lambda: stored(GAN, "recall", seeds=200), "seeds of shape () must be of shape (any), with no empty axis"),
        (
            lambda: stored(GAN, "recall", 25, [200, 7]),
            "seeds=[7] of run='GAN' at step=25 are not in data/fashion_gan_runs.csv",
        ),
        (lambda: runs.halfway(-1), "seed=-1 must be a whole number from 0 to 4294967295"),
        (lambda: runs.halfway(1, 0), "pairs=0 must be a whole number from 1 to 10000"),
        (
            lambda: runs.drawn(np.zeros((1, 31))),
            "noise of shape (1, 31) must be of shape (any, 32), with no empty axis",
        ),
        (
            lambda: choose(np.zeros(11), "the first"),
            "distance of shape (11,) must be (N,) with N at least 12",
        ),
        (
            lambda: choose(np.zeros((2, 12)), "the first"),
            "distance of shape (2, 12) must be of shape (any), with no empty axis",
        ),
        (
            lambda: choose(np.zeros(12), "pretty"),
            "taste='pretty' must be one of: the first, the most typical, the strangest",
        ),
        (lambda: runs.selected(11, "the first"), "pool=11 must be a whole number from 12 to 3072"),
        (
            lambda: runs.selected(48, "the first", 7),
            "pool=48, step=7 must be among (12, 48, 192, 768, 3072) and (300, 1500)",
        ),
        (
            lambda: runs.course_pictures(6, 25),
            "ratio=6, step=25 must be among (1, 2, 3, 4, 5) and (25, 50, 100, 200, 300, 400, 500)",
        ),
        (lambda: runs.model_pictures("VAE"), f"model='VAE' must be one of: {', '.join(runs.MODELS)}"),
    ],
)
def test_what_is_accepted_is_told(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


def test_an_unknown_run_or_measure_is_told_those_there_are():
    for call in (lambda: stored("VAE", "recall"), lambda: runs.seeds_of("VAE")):
        with pytest.raises(
            ValueError, match=r"^run='VAE' must be one of: G 1 : 5 D, .*, GAN, .*, other real pictures$"
        ):
            call()
    with pytest.raises(ValueError, match=f"^measure='beauty' must be one of: {', '.join(runs.COLUMNS)}$"):
        stored(GAN, "beauty")
