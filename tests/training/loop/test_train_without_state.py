"""A training in one go: bounded in time, told line by line, nothing left on disk."""

from __future__ import annotations

import tempfile

import pytest
from edgevision.training.callbacks import TrainCallbacks
from edgevision.training.job import TrainingStage
from edgevision.training.loop.train_without_state import train_at_once
from support.tiny_job import job

pytestmark = pytest.mark.tf


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Return the folder in which temporary files are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_tells_every_epoch_and_leaves_nothing(room):
    lines = []
    made = job(pytest.importorskip("keras"))
    outcome = train_at_once(made, callbacks=TrainCallbacks(on_epoch=lines.append))
    assert outcome.ended == "finished"
    told = [line for line in lines if line.startswith("epoch 5 of 5 (all): ")]
    assert len(told) == 1
    assert not list(room.iterdir())


def test_it_stops_when_its_time_is_over(room):
    made = job(pytest.importorskip("keras"), stages=(TrainingStage("all", 50, 1e-3),))
    outcome = train_at_once(made, max_seconds=0.0)
    assert (outcome.ended, outcome.epochs) == ("time", 1)


def test_ctrl_c_ends_more_than_the_training(room):
    def interrupt(line):
        if line.startswith("epoch 3 of 5 ("):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_at_once(
            job(pytest.importorskip("keras")),
            callbacks=TrainCallbacks(on_epoch=interrupt),
        )
    assert not list(room.iterdir())
