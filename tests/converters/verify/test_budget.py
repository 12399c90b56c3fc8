"""A missed budget names the causes that can be meant, and no others."""

from __future__ import annotations

import pytest
from edgevision.converters.verify.budget import check_budget, check_float
from edgevision.converters.verify.verification import Verification

from edgevision.errors import VerificationError


def found(*, agreement=0.96, float_accuracy=0.75, accuracy=0.74):
    return Verification(
        "top-1 agreement",
        1000,
        agreement,
        (agreement - 0.01, agreement + 0.01),
        {},
        float_accuracy,
        accuracy,
    )


@pytest.mark.parametrize(
    ("budget", "cures", "blames_model"),
    [
        # agreement and drop are the conversion's: the model's input cannot cure them
        ({"min_agreement": 0.99}, True, False),
        ({"max_drop": 0.005}, True, False),
        # float is below the floor as well: no calibration helps
        ({"min_accuracy": 0.8}, False, True),
        # float is above it, int8 is not
        ({"min_accuracy": 0.745}, True, False),
        ({"min_accuracy": 0.8, "max_drop": 0.005}, True, True),
    ],
)
def test_the_causes_fit_the_budget_that_was_missed(budget, cures, blames_model):
    with pytest.raises(VerificationError) as caught:
        check_budget(found(), budget, recipe="int8", count=100)
    sentence = str(caught.value)
    assert ("calibration images" in sentence) is cures
    assert ("check --normalize" in sentence) is blames_model
    assert caught.value.exit_code == 3
    assert caught.value.report["n"] == 1000


def test_a_budget_that_is_kept_says_nothing():
    check_budget(
        found(),
        {"min_agreement": 0.96, "max_drop": 0.01, "min_accuracy": 0.7},
        recipe="int8",
        count=100,
    )


@pytest.mark.parametrize("name", ["min_agreement", "max_drop", "min_accuracy"])
def test_without_any_box_no_budget_is_met(name):
    empty = Verification(
        "boxes refound at IoU 0.5", 88, 0.0, (0.0, 1.0), {}, details={"boxes": 0}
    )
    with pytest.raises(VerificationError, match="finds a box on any of 88 samples"):
        check_budget(empty, {name: 0.01}, recipe="int8", count=100)
    check_budget(empty, {"min_agreement": 0.0}, recipe="int8", count=100)
    check_budget(empty, {}, recipe="int8", count=100)


def test_a_model_at_chance_may_have_learned_too_little():
    truth = [0, 1] * 20
    assert check_float(truth, truth, normalize="unit", color="rgb") is None
    with pytest.raises(VerificationError) as caught:
        check_float([0] * 40, truth, normalize="unit", color="rgb")
    sentence = str(caught.value)
    assert "is right on 50.0% of 40 images" in sentence
    assert "or it has learned too little" in sentence
    assert "pictures that are not in class folders" in sentence
