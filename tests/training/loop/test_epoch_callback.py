"""At every step: the rate of the schedule, the time that is left, the end in time."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from edgevision.training.callbacks import TrainCallbacks, ignore
from edgevision.training.job import TrainingStage
from edgevision.training.loop.epoch_callback import EpochStart, make_ticker, rate

START = EpochStart(
    stage=TrainingStage("all", 4, 1.0, schedule="constant"),
    stage_epoch=1,
    batches=10,
    optimizers=(),
    stage_seconds=0.0,
    stage_limit=None,
    epoch=3,
    epochs=6,
    seconds=0.0,
    max_seconds=None,
)


def test_the_rate_warms_up_and_falls_along_a_cosine():
    stage = TrainingStage("all", 10, 1.0)
    rates = [rate(stage, done, 1000) for done in np.linspace(0, 1, 101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert np.argmax(rates) == 5
    assert rates[-1] == pytest.approx(0.01)
    assert all(a >= b for a, b in itertools.pairwise(rates[5:]))
    constant = replace(stage, schedule="constant")
    assert rate(constant, 0.7, 10) == 1.0


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that stands still until it is moved."""
    now = SimpleNamespace(s=100.0)
    monkeypatch.setattr(time, "monotonic", lambda: now.s)
    return now


def steps(start, clock, count, *, seconds, on_progress=ignore):
    """Return a ticker that has seen some steps of so many seconds each."""
    pytest.importorskip("keras")
    ticker = make_ticker(start, TrainCallbacks(on_progress=on_progress))
    ticker.set_model(SimpleNamespace(stop_training=False))
    for batch in range(count):
        ticker.on_train_batch_begin(batch)
        clock.s += seconds
        ticker.on_train_batch_end(batch, {"loss": 0.5})
    return ticker


@pytest.mark.tf
def test_the_rate_of_every_optimizer_is_where_the_stage_is(clock):
    stage = TrainingStage("all", 2, 1.0, warm_up=0.0)
    optimizers = (SimpleNamespace(), SimpleNamespace())
    start = replace(START, stage=stage, optimizers=optimizers)
    ticker = steps(start, clock, 5, seconds=1)
    # The fifth step of the second epoch of two: 14 of 20 steps lie behind it.
    assert ticker.rate == rate(stage, 0.7, 20)
    assert [one.learning_rate for one in optimizers] == [ticker.rate] * 2


@pytest.mark.tf
def test_the_time_left_is_that_of_the_steps_left(clock):
    told = []
    steps(START, clock, 6, seconds=2, on_progress=told.append)
    # The first step, which traces the network, is no measure: five are told.
    assert len(told) == 5
    # 24 of 30 steps at two seconds are left.
    assert told[-1] == "epoch 4 of 6, 6/10: loss 0.5, 48 s left"


@pytest.mark.tf
@pytest.mark.parametrize(
    ("max_seconds", "words"), [(500.0, "76 s"), (None, "6 min"), (1e9, "6 min")]
)
def test_the_time_left_is_no_more_than_the_budgets(clock, max_seconds, words):
    told = []
    start = replace(START, seconds=400.0, max_seconds=max_seconds)
    steps(start, clock, 2, seconds=12, on_progress=told.append)
    assert told[-1].endswith(f", {words} left")


@pytest.mark.tf
def test_a_stage_ends_when_its_time_is_over(clock):
    start = replace(START, stage_seconds=5.0, stage_limit=8.0)
    ticker = steps(start, clock, 2, seconds=1)
    assert not ticker.time_is_over
    ticker = steps(start, clock, 3, seconds=1)
    assert ticker.time_is_over
    assert ticker.model.stop_training


@pytest.mark.tf
def test_the_rate_falls_with_the_time_where_that_is_short(clock):
    stage = TrainingStage("all", 4, 1.0)
    start = replace(START, stage=stage, stage_limit=10.0)
    ticker = steps(start, clock, 10, seconds=1)
    assert ticker.rate == rate(stage, 0.9, 40)
    spent = steps(replace(start, stage_limit=0.0), clock, 1, seconds=1)
    assert spent.rate == rate(stage, 1.0, 40)
