"""The row of an epoch: what people read of it, and what ends a training."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
from edgevision.training.job import TrainingStage
from edgevision.training.loop.history_row import line_of, refuse_nan

from edgevision.errors import TrainingError

HEAD, TOP = TrainingStage("head", 2, 1e-2), TrainingStage("top layers", 3, 1e-3)
ROW = {
    "epoch": 3,
    "stage": 2,
    "learning_rate": 0.5,
    "loss": 0.123456,
    "val_loss": 2.0,
    "seconds": 7.6,
}


@pytest.mark.parametrize(
    ("stages", "best", "line"),
    [
        ((TOP,), 3, "epoch 3 of 5: loss 0.1235, val loss 2, best so far, 8 s"),
        ((TOP,), 2, "epoch 3 of 5: loss 0.1235, val loss 2, 8 s"),
        ((HEAD, TOP), 0, "epoch 3 of 5 (top layers): loss 0.1235, val loss 2, 8 s"),
    ],
)
def test_a_line_has_the_figures_and_the_stage_where_there_are_several(
    stages, best, line
):
    job = SimpleNamespace(stages=stages, epochs=5)
    assert line_of(ROW, job=job, stage=TOP, best=best) == line


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_figure_that_is_not_finite_names_the_learning_rate(value):
    refuse_nan(ROW, TOP)
    with pytest.raises(
        TrainingError, match=rf"val loss is {value} in epoch 3: .* lower .* than 0\.001"
    ):
        refuse_nan({**ROW, "val_loss": value}, TOP)
