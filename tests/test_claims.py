"""claims.record: a verdict with its numbers, and what it refuses."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import claims

GOOD = {
    "measured": "0.93 of 10 seeds.",
    "seeds": "0 to 9",
    "verdict": "holds in part",
    "reason": "Two of three labels.",
}
TEXTS = st.text(min_size=1).filter(str.strip)


def test_a_record_says_all_of_it_in_words_and_as_data():
    record = claims.record("fixmatch.C2", **GOOD)
    bundle = json.loads(json.dumps(record._repr_mimebundle_()))
    assert bundle[claims.CLAIM_MIME] == {"claim": "fixmatch.C2"} | GOOD
    assert (
        bundle["text/plain"] == "fixmatch.C2: holds in part. Measured: 0.93 of 10 seeds. (0 to 9). Two of three labels."
    )


def test_numbers_are_shown_with_minus_signs_and_powers_of_ten():
    record = claims.record("a.C1", **GOOD | {"measured": "-0.5 ± 0.1, p = 5e-07", "reason": "From 3-5 to -2."})
    shown = record._repr_mimebundle_()
    assert shown[claims.CLAIM_MIME]["measured"] == "−0.5 ± 0.1, p = 5·10⁻⁷"
    assert shown[claims.CLAIM_MIME]["reason"] == "From 3-5 to −2."
    assert "p = 5·10⁻⁷ (0 to 9). From 3-5 to −2." in shown["text/plain"]


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(claims.VERDICTS))
def test_every_sentence_is_kept_as_given(measured, seeds, reason, verdict):
    record = claims.record("a.C1", measured=measured, seeds=seeds, verdict=verdict, reason=reason)
    assert (record.measured, record.seeds, record.reason, record.verdict) == (measured, seeds, reason, verdict)


@pytest.mark.parametrize("claim", ["fixmatch.C1", "a.C10", "sea_ice.C99", "layers_3d.C2"])
def test_claims_in_use(claim):
    assert claims.record(claim, **GOOD).claim == claim


@pytest.mark.parametrize("claim", ["fixmatch", "fixmatch.2", "fixmatch.C0", "fixmatch.C01", "Fixmatch.C1", "fixmatch.c1", "fixmatch.C1 ", "fixmatch.C1\n", "1a.C1", "", None, 3, True, ["fixmatch.C1"], b"a.C1"])  # fmt: skip
def test_a_claim_reads_like_its_id(claim):
    with pytest.raises(ValueError, match=r"claim=.* must read like 'fixmatch\.C2'"):
        claims.record(claim, **GOOD)


@pytest.mark.parametrize("verdict", ["true", "Holds", "holds ", "", None, True, ["holds"], 1])
def test_a_verdict_is_one_of_four(verdict):
    with pytest.raises(
        ValueError, match=r"verdict=.* must be one of: holds, holds in part, does not hold, cannot be tested here"
    ):
        claims.record("a.C1", **GOOD | {"verdict": verdict})


@pytest.mark.parametrize("name", ["measured", "seeds", "reason"])
@pytest.mark.parametrize("words", ["", " \n", None, 0.93, True, ["a"], float("nan")])
def test_measured_seeds_and_reason_are_sentences(name, words):
    with pytest.raises(ValueError, match=rf"{name}=.* must be a sentence"):
        claims.record("a.C1", **GOOD | {name: words})


def test_every_part_is_asked_for():
    for name in GOOD:
        with pytest.raises(TypeError, match=name):
            claims.record("a.C1", **{key: value for key, value in GOOD.items() if key != name})
