"""Numbers of two models, compared by hand and by NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.verify.tallies.value_tally import (
    MOST_PARTS,
    ValueTally,
    fitted_line,
    mean_r_squared,
)
from edgevision.converters.verify.verification import KERNELS
from edgevision.runtime.decoders.values import ValuesOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

NOWHERE = Letterbox.fit((1, 1), (1, 1))


def tally_of(floats, files, *, step=0.0, truth=None, others=None, **options):
    """Return the tally of answers (N, C) of a float model and of a file."""
    floats = np.asarray(floats, np.float64)
    count = floats.shape[1]
    spec = TensorSpec("v", 0, (1, count), np.dtype(np.float32))
    tally = ValueTally((), ValuesOptions(**options), [spec], [spec], [step], truth)
    for i, row in enumerate(floats):
        reference = tally.read_float([row[None]], NOWHERE)
        tally.reference(reference)
        for name in KERNELS:
            rows = files if name == "none" or others is None else others
            answer = np.asarray(rows[i], np.float32)[None]
            tally.add(name, reference, tally.read([answer], NOWHERE))
    return tally


def test_the_worst_value_and_the_worse_kernels_count():
    floats = np.asarray([[0.0, 0.0], [10.0, 2.0]])
    near = floats + np.asarray([[0.5, 0.0], [0.5, 0.0]])
    far = floats + np.asarray([[0.5, 0.2], [-0.5, 0.0]])
    result = tally_of(floats, near, others=far, names="a,b", units="m,").result("set")
    # Of b one of two is off by a tenth of its range, of a both by a twentieth.
    assert result.agreement == pytest.approx(0.95)
    assert result.kernels["none"]["agreement"] == pytest.approx(0.95)
    assert result.interval[0] < 0.95 <= result.interval[1]
    first, second = result.parts
    assert {first["name"], second["name"]} == {"a", "b"}
    a = first if first["name"] == "a" else second
    assert a["unit"] == "m"
    assert (a["mean_error"], a["largest_error"]) == (0.5, 0.5)
    assert (a["float_low"], a["float_high"]) == (0.0, 10.0)
    assert a["r2"] == pytest.approx(1 - 0.5 / 50)
    assert result.drop is None


@given(
    hn.arrays(
        np.float64,
        st.tuples(st.just(3), st.integers(2, 8), st.integers(1, 3)),
        elements=st.floats(-50, 50),
    )
)
def test_the_figures_are_numpys(tables):
    floats, files, truth = tables.astype(np.float32).astype(np.float64)
    result = tally_of(floats, files, truth=truth).result("set")
    spread = np.ptp(floats, axis=0)
    gaps = np.abs(files - floats).mean(axis=0)
    some = spread > 1e-3
    expected = np.maximum(0, 1 - gaps[some] / spread[some])
    parts = {part["name"]: part for part in result.parts}
    names = np.asarray([f"value_{i}" for i in range(len(spread))])
    names = names if len(names) > 1 else np.asarray(["value"])
    for name, agreement in zip(names[some], expected, strict=True):
        assert parts[name]["agreement"] == pytest.approx(agreement, abs=1e-4)
    for i, name in enumerate(names):
        assert parts[name]["mean_error"] == pytest.approx(gaps[i], rel=1e-4, abs=1e-5)
        assert parts[name]["true_error"] == pytest.approx(
            np.abs(files - truth).mean(axis=0)[i], rel=1e-4, abs=1e-5
        )
    assert result.float_accuracy == mean_r_squared(truth, floats)
    assert 0 <= result.agreement <= 1


def test_equal_models_agree_wholly_also_when_nothing_varies():
    still = np.full((3, 1), 7.0)
    assert tally_of(still, still).result("set").agreement == 1
    assert tally_of(still, still + 1).result("set").agreement == 0
    # One step is the least range: half a step off is no failure.
    assert tally_of(still, still + 0.5, step=1.0).result("set").agreement == 0.5


def test_true_values_that_do_not_vary_have_no_r_squared():
    floats = np.asarray([[1.0], [2.0]])
    result = tally_of(floats, floats, truth=np.full((2, 1), 1.5)).result("set")
    assert (result.float_accuracy, result.accuracy) == (None, None)
    assert result.parts[0]["true_error"] == 0.5
    assert result.parts[0]["true_r2"] is None


def test_what_hardly_varies_and_what_is_coarse_is_said():
    rising = np.linspace(0, 10, 20)[:, None]
    assert tally_of(rising, rising, step=0.05).warnings() == ()
    (coarse,) = tally_of(rising, rising, step=0.5, names="age").warnings()
    assert "One step of the file's output is 0.5 for 'age', 5.0% of the range" in coarse
    assert "--recipe int16x8" in coarse
    # The step is told in the value's unit.
    (scaled,) = tally_of(
        rising, rising, step=0.5, names="age", units="years", scale=100
    ).warnings()
    assert "is 50 years for 'age', 5.0% of the range" in scaled
    (still,) = tally_of(30 + rising / 1000, rising).warnings()
    assert "answers 30 to 30.01 for 'value' on all 20 samples" in still


def test_a_float_model_that_is_wrong_is_said_with_its_scale():
    rising = np.linspace(0, 1, 20)[:, None]
    assert tally_of(rising, rising, truth=rising + 0.01).warnings() == ()
    (scaled,) = tally_of(rising, rising, truth=100 * rising + 3, names="age").warnings()
    assert "no better than always answering the mean" in scaled
    assert "for 'age' (R² " in scaled
    assert "The truth is about 100 times the answer +3" in scaled
    assert "--option scale" in scaled
    noise = np.random.default_rng(0).normal(size=(20, 1))
    (wrong,) = tally_of(rising, rising, truth=noise).warnings()
    assert "Check --normalize" in wrong
    # A truth that does not vary tells nothing.
    assert tally_of(rising, rising, truth=np.full((20, 1), 5.0)).warnings() == ()


@given(st.floats(-50, 50).filter(lambda factor: abs(factor) > 0.1), st.floats(-50, 50))
def test_a_line_from_answers_to_the_truth(factor, offset):
    answers = np.linspace(0, 1, 9)
    truth = factor * answers + offset
    truth[4] = np.nan
    assert fitted_line(answers, truth) == pytest.approx((factor, offset), abs=1e-6)
    assert fitted_line(np.ones(9), truth) is None


def test_a_card_holds_the_worst_of_many_values():
    floats = np.random.default_rng(0).normal(size=(9, 136))
    files = floats + np.linspace(0, 1, 136)
    parts = tally_of(floats, files).result("set").parts
    assert len(parts) == MOST_PARTS
    agreements = [part["agreement"] for part in parts]
    assert agreements == sorted(agreements)
    assert parts[0]["agreement"] < 0.9
