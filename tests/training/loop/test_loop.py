"""The loop: rates, best weights, an end in time, and going on after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from edgevision.training.callbacks import NO_CALLBACKS, TrainCallbacks
from edgevision.training.job import TrainingStage
from edgevision.training.loop.loop import run
from edgevision.training.loop.state import Workspace
from support.tiny_job import job

from edgevision.errors import TrainingError

pytestmark = pytest.mark.tf

REPOSITORY = Path(__file__).resolve().parents[3]


def test_the_best_epoch_is_kept_and_the_curve_is_complete(tmp_path):
    keras = pytest.importorskip("keras")
    epochs = []
    made = job(keras)
    outcome = run(
        made,
        Workspace(tmp_path / "w", {}),
        callbacks=TrainCallbacks(on_epoch=epochs.append),
    )
    assert outcome.ended == "finished"
    assert [row["epoch"] for row in outcome.history] == [1, 2, 3, 4, 5]
    assert [row["stage"] for row in outcome.history] == [1, 1, 2, 2, 2]
    scores = [row["val_accuracy"] for row in outcome.history]
    assert scores[outcome.best_epoch - 1] == max(scores)
    found = made.model.evaluate(made.validation, verbose=0, return_dict=True)
    assert found["accuracy"] == pytest.approx(max(scores))
    assert len(epochs) == 5


def test_training_ends_when_nothing_gets_better(tmp_path):
    keras = pytest.importorskip("keras")
    stages = (TrainingStage("all", 30, 1e-9, schedule="constant"),)
    made = job(keras, stages=stages, patience=2, mode="min", monitor="val_accuracy")
    outcome = run(made, Workspace(tmp_path / "w", {}), callbacks=NO_CALLBACKS)
    assert outcome.ended == "early"
    assert outcome.epochs < 30


def test_training_ends_in_time(tmp_path):
    keras = pytest.importorskip("keras")
    made = job(
        keras,
        stages=(TrainingStage("all", 10_000, 1e-2),),
        class_weights={0: 1.0, 1: 2.0},
    )
    outcome = run(
        made, Workspace(tmp_path / "w", {}), max_seconds=1.0, callbacks=NO_CALLBACKS
    )
    assert outcome.ended == "time"
    assert 1 <= outcome.epochs < 10_000
    assert outcome.seconds >= 1.0


def test_a_training_that_runs_away_is_an_error(tmp_path):
    keras = pytest.importorskip("keras")
    made = job(keras)
    made.model.layers[-1].set_weights(
        [np.full((16, 2), np.nan, np.float32), np.zeros(2, np.float32)]
    )
    with pytest.raises(TrainingError, match="loss is nan in epoch 1.*--learning-rate"):
        run(made, Workspace(tmp_path / "w", {}), callbacks=NO_CALLBACKS)


def test_the_moving_average_is_judged_and_saved_but_not_trained(tmp_path):
    keras = pytest.importorskip("keras")

    def averaging():
        return keras.optimizers.Adam(use_ema=True, ema_momentum=0.9)

    plain = run(job(keras), Workspace(tmp_path / "a", {}), callbacks=NO_CALLBACKS)
    average = run(
        job(keras, optimizer=averaging),
        Workspace(tmp_path / "b", {}),
        callbacks=NO_CALLBACKS,
    )
    # The loss of training is that of the weights themselves; the held-out one is not.
    for a, b in zip(plain.history, average.history, strict=True):
        assert a["loss"] == pytest.approx(b["loss"], rel=1e-4)
    assert plain.history[0]["val_loss"] != average.history[0]["val_loss"]


_CHILD = """
import sys
from pathlib import Path
import keras
from edgevision.training.callbacks import TrainCallbacks
from edgevision.training.loop.loop import run
from edgevision.training.loop.state import Workspace
from support.tiny_job import job
def on_epoch(line):
    print(line, flush=True)
    if line.startswith("epoch 3 "):
        sys.stdin.read()  # until the kill comes
workspace = Workspace(Path(sys.argv[1]), {"a": 1})
run(job(keras), workspace, callbacks=TrainCallbacks(on_epoch=on_epoch))
"""


def killed_in_the_second_stage(folder):
    """Train in another process and kill it when its third epoch is over."""
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"}
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    for _ in range(3):
        assert child.stdout.readline().startswith("epoch ")
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=20)


@pytest.mark.slow
def test_a_training_that_was_killed_goes_on_as_if_nothing_had_been(tmp_path):
    keras = pytest.importorskip("keras")
    killed_in_the_second_stage(tmp_path / "killed")

    def train(folder, *, resume):
        epochs = []
        made = job(keras)
        workspace = Workspace(folder, {"a": 1})
        outcome = run(
            made,
            workspace,
            resume=resume,
            callbacks=TrainCallbacks(on_epoch=epochs.append),
        )
        return outcome.history, made.model.get_weights(), len(epochs)

    whole, weights, _ = train(tmp_path / "whole", resume=False)
    again, weights_again, epochs = train(tmp_path / "killed", resume=True)
    assert epochs == 2  # what was done is not done again
    for a, b in zip(whole, again, strict=True):
        for name in set(a) - {"seconds"}:
            assert a[name] == pytest.approx(b[name], rel=1e-5), name
    for a, b in zip(weights, weights_again, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_a_state_is_taken_up_by_the_same_plan_only(tmp_path):
    keras = pytest.importorskip("keras")
    first = Workspace(tmp_path / "w", {"seed": 1})
    second = Workspace(tmp_path / "w", {"seed": 2})
    run(job(keras), first, callbacks=NO_CALLBACKS)
    with pytest.raises(TrainingError, match="its seed was 1 and is now 2"):
        run(job(keras), second, resume=True, callbacks=NO_CALLBACKS)
    (tmp_path / "w" / "state.npz").write_bytes(b"PK")
    with pytest.raises(TrainingError, match="state.npz is damaged"):
        run(job(keras), first, resume=True, callbacks=NO_CALLBACKS)


def test_ctrl_c_keeps_the_best_epoch_so_far(tmp_path):
    keras = pytest.importorskip("keras")

    def interrupt(line):
        if line.startswith("epoch 3"):
            raise KeyboardInterrupt

    made = job(keras)
    workspace = Workspace(tmp_path / "w", {})
    outcome = run(made, workspace, callbacks=TrainCallbacks(on_epoch=interrupt))
    assert outcome.ended == "interrupted"
    assert outcome.best_epoch
    assert workspace.exists()


def test_ctrl_c_in_the_first_epoch_saves_nothing(tmp_path):
    keras = pytest.importorskip("keras")
    made = job(keras)

    def interrupt(model):
        raise KeyboardInterrupt

    with pytest.raises(TrainingError, match="before its first epoch was over"):
        run(
            replace(made, measure=interrupt),
            Workspace(tmp_path / "w", {}),
            callbacks=NO_CALLBACKS,
        )
